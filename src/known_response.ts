import { type OwnField, OwnFields } from "./own_fields.ts";
import { standIn } from "./stand_in.ts";

/** Content that is at hand: text, sent as UTF-8, or octets. */
export type KnownContent = string | Uint8Array<ArrayBuffer>;

/** Field lines, flat: name, value, name, value. Names are lower-case. */
export type FieldList = readonly string[];

/** No fields. */
export const NO_FIELDS: FieldList = Object.freeze([]);

const STATUS_WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

const TEXT: FieldList = Object.freeze(["content-type", "text/plain;charset=UTF-8"]);
const JSON_TYPE: FieldList = Object.freeze(["content-type", "application/json"]);
const HTML: FieldList = Object.freeze(["content-type", "text/html;charset=UTF-8"]);
const OCTETS: FieldList = Object.freeze(["content-type", "application/octet-stream"]);

/**
 * A `Response` whose content is at hand, so that it can be sent without reading a stream.
 *
 * It is a platform `Response` to whoever looks (`instanceof`, `clone`, headers that can be changed),
 * but makes one only when asked for more than it holds. Sending does not consume it.
 */
export class KnownResponse {
  /** Status code, 200–599. */
  readonly status: number;
  /** Reason phrase; empty for the one that the status has. */
  readonly statusText: string;
  /** What will be sent, whatever the platform's object was asked for. */
  readonly content: KnownContent | null;
  readonly #fields: FieldList;
  #ownFields: OwnFields | undefined;
  #allFields: FieldList | undefined;
  #native: Response | undefined;

  /** Holds what a response needs; `fields` must have been checked. */
  constructor(
    content: KnownContent | null,
    fields: FieldList,
    status: number = 200,
    statusText: string = "",
  ) {
    this.content = content;
    this.status = status;
    this.statusText = statusText;
    this.#fields = fields;
  }

  /** The one door: nothing else makes a platform `Response`. */
  native(): Response {
    return this.#native ??= new Response(this.content, {
      status: this.status,
      statusText: this.statusText,
      headers: pairs(this.#all()),
    });
  }

  /** The fields as they were made, or `undefined` once the headers may have been changed. */
  get fields(): FieldList | undefined {
    return this.#native === undefined ? this.#all() : undefined;
  }

  /** Those of the fields that other responses may have, too; `undefined` where `fields` is. */
  get sharedFields(): FieldList | undefined {
    return this.#native === undefined ? this.#fields : undefined;
  }

  /** Those of the fields, behind the shared ones, that are for one exchange, such as its id. */
  get ownFields(): OwnFields | undefined {
    return this.#ownFields;
  }

  /** Whether the status is 200–299. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** Whether somebody read the content; such a response cannot be sent. */
  get bodyUsed(): boolean {
    return this.#native !== undefined && this.#native.bodyUsed;
  }

  /** Whether the content is used or being read; such a response cannot be sent. */
  get disturbed(): boolean {
    return this.#native !== undefined &&
      (this.#native.bodyUsed || this.#native.body?.locked === true);
  }

  /** Another response of the same status, fields and content. */
  clone(): Response {
    if (this.disturbed) throw new TypeError("Cannot clone a response: its content is used");
    return this.with(this.fields ?? [...this.native().headers].flat());
  }

  /** Another response of the same status, with these fields, which must have been checked. */
  with(fields: FieldList, content: KnownContent | null = this.content): KnownResponse & Response {
    return new KnownResponse(content, fields, this.status, this.statusText) as
      & KnownResponse
      & Response;
  }

  /** Another response with other shared fields, unless its headers may have been changed. */
  withShared(shared: FieldList): KnownResponse & Response {
    const response = this.with(shared);
    response.#ownFields = this.#ownFields;
    return response;
  }

  /**
   * Another response with a field behind its own, unless its headers may have been changed.
   *
   * Shared fields that stay the same list are sent from memory, whatever the response's own are.
   */
  withOwn(own: OwnField, shared: FieldList = this.#fields): KnownResponse & Response {
    const response = this.with(shared);
    response.#ownFields = new OwnFields(own, this.#ownFields);
    return response;
  }

  #all(): FieldList {
    const own = this.#ownFields;
    if (own === undefined) return this.#fields;
    return this.#allFields ??= [...this.#fields, ...own.list()];
  }
}

standIn(KnownResponse.prototype, new Response(null));

/**
 * Answers with text: `text/plain;charset=UTF-8`, status 200 unless `init` says otherwise.
 *
 * @throws {RangeError} when the status is not 200–599.
 * @throws {TypeError} when a field is malformed, or the status allows no content.
 *
 * @example
 * ```ts
 * import { text } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const response = text("Slow down", { status: 429, headers: { "retry-after": "1" } });
 *
 * assertEquals(response.status, 429);
 * assertEquals(response.headers.get("content-type"), "text/plain;charset=UTF-8");
 * assertEquals(await response.text(), "Slow down");
 * ```
 */
export function text(content: string, init?: ResponseInit): Response {
  return known(String(content), TEXT, init);
}

/**
 * Answers with the JSON text of a value: `application/json`, status 200 unless `init` says otherwise.
 *
 * @throws {TypeError} when the value has no JSON text (`undefined`, a function, a cycle).
 *
 * @example
 * ```ts
 * import { json } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await json({ id: "7" }).json(), { id: "7" });
 * ```
 */
export function json(value: unknown, init?: ResponseInit): Response {
  const content: string | undefined = JSON.stringify(value);
  if (content === undefined) {
    throw new TypeError(`Cannot answer with a ${typeof value}: it has no JSON text`);
  }
  return known(content, JSON_TYPE, init);
}

/**
 * Answers with an HTML document: `text/html;charset=UTF-8`, status 200 unless `init` says otherwise.
 *
 * The content is sent as it is: whatever comes from outside must be escaped before.
 *
 * @example
 * ```ts
 * import { html } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const response = html("<!doctype html><title>Hello</title>");
 *
 * assertEquals(response.headers.get("content-type"), "text/html;charset=UTF-8");
 * ```
 */
export function html(content: string, init?: ResponseInit): Response {
  return known(String(content), HTML, init);
}

/**
 * Answers with octets: `application/octet-stream`, status 200 unless `init` says otherwise.
 *
 * The octets are not copied: they must stay as they are until the answer is complete.
 *
 * @example
 * ```ts
 * import { bytes } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const response = bytes(Uint8Array.of(1, 2, 3), { headers: { "content-type": "image/x-dot" } });
 *
 * assertEquals(await response.bytes(), Uint8Array.of(1, 2, 3));
 * assertEquals(response.headers.get("content-type"), "image/x-dot");
 * ```
 */
export function bytes(content: Uint8Array<ArrayBuffer>, init?: ResponseInit): Response {
  if (!(content instanceof Uint8Array)) {
    throw new TypeError("Cannot answer with octets: the content is not a Uint8Array");
  }
  return known(content, OCTETS, init);
}

/**
 * Sends the client elsewhere: `Location`, without content, status 302 unless another is given.
 *
 * `location` is a URL reference and may be relative; what a URL cannot hold is percent-encoded.
 *
 * @throws {RangeError} when the status is none of 301, 302, 303, 307 and 308.
 *
 * @example
 * ```ts
 * import { redirect } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const response = redirect("/sign-in?next=/häuser", 303);
 *
 * assertEquals(response.status, 303);
 * assertEquals(response.headers.get("location"), "/sign-in?next=/h%C3%A4user");
 * ```
 */
export function redirect(location: string | URL, status: number = 302): Response {
  if (![301, 302, 303, 307, 308].includes(status)) {
    throw new RangeError(`Cannot redirect with status ${status}: use 301, 302, 303, 307 or 308`);
  }
  const fields = [...new Headers({ location: encodeReference(String(location)) })].flat();
  return new KnownResponse(null, fields, status) as KnownResponse & Response;
}

function known(content: KnownContent, fields: FieldList, init?: ResponseInit): Response {
  const response = init === undefined
    ? new KnownResponse(content, fields)
    : knownWith(content, fields, init);
  return response as KnownResponse & Response;
}

function knownWith(content: KnownContent, fields: FieldList, init: ResponseInit): KnownResponse {
  const { status = 200, statusText = "", headers } = init;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RangeError(`Cannot answer with status ${status}: it must be 200–599`);
  }
  if (STATUS_WITHOUT_CONTENT.has(status)) {
    throw new TypeError(`Cannot answer ${status} with content: use new Response(null, …)`);
  }
  // RFC 9112 §4: HTAB, SP, VCHAR and obs-text.
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(statusText)) {
    throw new TypeError(
      "Cannot answer with this statusText: it has characters no reason phrase may",
    );
  }
  return new KnownResponse(content, withHeaders(fields, headers), status, statusText);
}

function withHeaders(fields: FieldList, init: HeadersInit | undefined): FieldList {
  if (init === undefined) return fields;
  const headers = new Headers(init);
  const own = [...headers].flat();
  return headers.has("content-type") ? own : [...fields, ...own];
}

function pairs(fields: FieldList): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < fields.length; i += 2) list.push([fields[i], fields[i + 1]]);
  return list;
}

/** Percent-encodes what a URL reference cannot hold; all else is left as it is. */
function encodeReference(location: string): string {
  const wellFormed = location.replace(/\p{Surrogate}/gu, "\ufffd");
  return wellFormed.replace(/[^\w!#$%&'()*+,\-./:;=?@[\]~]+/gu, encodeURIComponent);
}
