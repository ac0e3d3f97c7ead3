/** Fields for one answer alone, such as its id: they write their own lines, without text being made. */

/** A field for one answer alone. */
export interface OwnField {
  /** Its name, in lower case. */
  readonly name: string;
  /** Its value, made where somebody asks for it. */
  readonly value: string;
  /** Octets that its line takes at most, CRLF included. */
  readonly most: number;
  /**
   * Writes its line where `most` octets have room; gives the offset behind it, or `CANNOT_WRITE` where
   * that is not ASCII or not in order.
   */
  write(octets: Uint8Array, offset: number): number;
}

/** What cannot be written this way is sent like all other fields, or objected to like them. */
export const CANNOT_WRITE = -1;

/** Fields for one answer: another one behind those that there are. */
export class OwnFields {
  /** The last field. */
  readonly field: OwnField;
  /** Those before it. */
  readonly before: OwnFields | undefined;
  /** Octets that their lines take at most. */
  readonly most: number;

  /** Adds a field. */
  constructor(field: OwnField, before: OwnFields | undefined) {
    this.field = field;
    this.before = before;
    this.most = before === undefined ? field.most : before.most + field.most;
  }

  /** Whether one has this name. */
  has(name: string): boolean {
    return this.field.name === name || this.before?.has(name) === true;
  }

  /** Writes their lines; see `OwnField`. */
  write(octets: Uint8Array, offset: number): number {
    const { before, field } = this;
    const start = before === undefined ? offset : before.write(octets, offset);
    return start === CANNOT_WRITE ? CANNOT_WRITE : field.write(octets, start);
  }

  /** Field lines as text, flat: name, value, name, value. */
  list(): string[] {
    const fields = this.before?.list() ?? [];
    fields.push(this.field.name, this.field.value);
    return fields;
  }
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** The beginning of a field line, made once for all values. */
export class FieldName {
  /** The name, in lower case. */
  readonly text: string;
  /** The name, a colon and a space; nothing where it is no name. */
  readonly octets: Uint8Array;

  /** Prepares a name. */
  constructor(text: string) {
    this.text = text;
    this.octets = asciiOctets(TOKEN.test(text) ? `${text}: ` : "");
  }
}

/** A field whose value is text. */
export class TextField implements OwnField {
  /** See `OwnField`. */
  readonly value: string;
  readonly #name: FieldName;

  /** Has a value, which may be any text. */
  constructor(name: FieldName, value: string) {
    this.#name = name;
    this.value = value;
  }

  /** See `OwnField`. */
  get name(): string {
    return this.#name.text;
  }

  /** See `OwnField`. */
  get most(): number {
    return this.#name.octets.length + this.value.length + 2;
  }

  /** See `OwnField`. */
  write(octets: Uint8Array, offset: number): number {
    const name = this.#name.octets;
    if (name.length === 0) return CANNOT_WRITE;
    const end = writeText(octets, writeOctets(octets, offset, name), this.value);
    return end === CANNOT_WRITE ? CANNOT_WRITE : writeLineEnd(octets, end);
  }
}

/** The octets of a text that is ASCII. */
export function asciiOctets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Writes a few octets, for which a loop is faster than a call of the platform. */
export function writeOctets(octets: Uint8Array, offset: number, own: Uint8Array): number {
  for (let i = 0; i < own.length; i++) octets[offset + i] = own[i];
  return offset + own.length;
}

/** Writes the value of a field; `CANNOT_WRITE` where it is not ASCII, or none (RFC 9110 §5.5). */
export function writeText(octets: Uint8Array, offset: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const octet = text.charCodeAt(i);
    if ((octet < SP || octet >= DEL) && octet !== HTAB) return CANNOT_WRITE;
    octets[offset + i] = octet;
  }
  return offset + text.length;
}

/** Octets that `writeNumber` takes at most, for which there must be room. */
export const MOST_DIGITS = 24;

/** Writes what `String` makes of a number that is not negative. */
export function writeNumber(octets: Uint8Array, offset: number, value: number): number {
  // Most numbers are small integers; the others may have an exponent, or be none.
  if ((value | 0) !== value || value < 0) return writeText(octets, offset, String(value));
  let end = offset + 1;
  for (let rest = value; rest >= 10; rest = rest / 10 | 0) end++;
  for (let i = end - 1, rest = value; i >= offset; i--) {
    const tens = rest / 10 | 0;
    octets[i] = ZERO + rest - 10 * tens;
    rest = tens;
  }
  return end;
}

/** Writes CRLF. */
export function writeLineEnd(octets: Uint8Array, offset: number): number {
  octets[offset] = CR;
  octets[offset + 1] = LF;
  return offset + 2;
}

const HTAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SP = 0x20;
const ZERO = 0x30;
const DEL = 0x7f;
