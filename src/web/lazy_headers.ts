import type { FieldSection } from "../protocol/field_section.ts";
import { standIn } from "../stand_in.ts";

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/**
 * The `Headers` of a request, read from the octets that were received.
 *
 * Whoever changes them, or hands them to the platform, gets platform `Headers` through one door.
 */
export class LazyHeaders {
  readonly #fields: FieldSection;
  #native: Headers | undefined;

  /** Reads from a field section. */
  constructor(fields: FieldSection) {
    this.#fields = fields;
  }

  /** The one door: nothing else makes platform `Headers` of these fields. */
  native(): Headers {
    return this.#native ??= toHeaders(this.#fields);
  }

  /** Whether they are what was received, for certain. */
  get isUntouched(): boolean {
    return this.#native === undefined;
  }

  /** Takes platform `Headers` made of the same fields for its own. */
  adopt(headers: Headers): void {
    this.#native = headers;
  }

  /** The values of a field, joined by `, `; `null` where there is none. */
  get(name: string): string | null {
    if (this.#native !== undefined) return this.#native.get(name);
    const lowerCaseName = checkName(name);
    const line = this.#fields.find(lowerCaseName);
    return line === undefined ? null : joinValues(this.#fields, lowerCaseName, line);
  }

  /** Whether there is such a field. */
  has(name: string): boolean {
    if (this.#native !== undefined) return this.#native.has(name);
    return this.#fields.find(checkName(name)) !== undefined;
  }
}

standIn(LazyHeaders.prototype, new Headers());

/** Names that were looked up, with their lower case: programs look for a few, again and again. */
const KNOWN_NAMES = new Map<string, string>();

/** Who looks up whatever comes must not fill the memory. */
const MOST_KNOWN = 256;

function checkName(name: string): string {
  const known = KNOWN_NAMES.get(name);
  if (known !== undefined) return known;
  const checked = checkUnknownName(name);
  if (typeof name === "string" && KNOWN_NAMES.size < MOST_KNOWN) KNOWN_NAMES.set(name, checked);
  return checked;
}

function checkUnknownName(name: string): string {
  const text = String(name);
  if (!TOKEN.test(text)) {
    throw new TypeError(`Cannot look up ${JSON.stringify(text)}: no field name`);
  }
  return text.toLowerCase();
}

/** Field lines of one name make one value (RFC 9110 §5.3). */
function joinValues(fields: FieldSection, lowerCaseName: string, first: number): string {
  let value = fields.value(first);
  let line = fields.find(lowerCaseName, first + 1);
  while (line !== undefined) {
    value += `, ${fields.value(line)}`;
    line = fields.find(lowerCaseName, line + 1);
  }
  return value;
}

function toHeaders(fields: FieldSection): Headers {
  const headers = new Headers();
  for (let line = 0; line < fields.count; line++) {
    headers.append(fields.name(line), fields.value(line));
  }
  return headers;
}
