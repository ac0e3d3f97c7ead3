/** Octet values with a name in the grammar. */
export const HTAB = 0x09;
/** Line feed. */
export const LF = 0x0a;
/** Carriage return. */
export const CR = 0x0d;
/** Space. */
export const SP = 0x20;
/** `"`. */
export const DQUOTE = 0x22;
/** `%`. */
export const PERCENT = 0x25;
/** `*`. */
export const ASTERISK = 0x2a;
/** `,`. */
export const COMMA = 0x2c;
/** `.`. */
export const DOT = 0x2e;
/** `/`. */
export const SLASH = 0x2f;
/** `0`. */
export const ZERO = 0x30;
/** `:`. */
export const COLON = 0x3a;
/** `;`. */
export const SEMICOLON = 0x3b;
/** `=`. */
export const EQUALS = 0x3d;
/** `\`. */
export const BACKSLASH = 0x5c;

/** Octets of a token (RFC 9110 §5.6.2). */
export const TCHAR = 1;
/** Octets of a field value: VCHAR, SP, HTAB and obs-text (RFC 9110 §5.5). */
export const FIELD_OCTET = 2;
/** Octets that a request-target may hold: visible ASCII but `#`, as browsers send it. */
export const TARGET_OCTET = 4;
/** Octets of a request-target that a URL holds as they are, without a second look. */
export const PLAIN_TARGET_OCTET = 8;
/** Octets inside a quoted string that need no escape (RFC 9110 §5.6.4). */
export const QDTEXT = 16;

const CLASSES: Uint8Array = classifyOctets();

const asciiDecoder = new TextDecoder();

/** Whether the octet belongs to a class, or to one of several. */
export function isOctetOf(octet: number, classes: number): boolean {
  return (CLASSES[octet] & classes) !== 0;
}

/** The offset of the first octet from `start` on that is not of the class, at most `end`. */
export function endOfRun(
  bytes: Uint8Array,
  start: number,
  end: number,
  octetClass: number,
): number {
  let offset = start;
  while (offset < end && (CLASSES[bytes[offset]] & octetClass) !== 0) offset++;
  return offset;
}

/** Where the octet first stands in `start` to `end`, or `undefined`. */
export function indexOfOctet(
  bytes: Uint8Array,
  octet: number,
  start: number,
  end: number,
): number | undefined {
  for (let offset = start; offset < end; offset++) if (bytes[offset] === octet) return offset;
  return undefined;
}

/** Whether the octets are the given lower-case ASCII text, letters of either case. */
export function equalsIgnoringCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  lowerCase: string,
): boolean {
  if (end - start !== lowerCase.length) return false;
  for (let i = 0; i < lowerCase.length; i++) {
    if (lowerCaseOctet(bytes[start + i]) !== lowerCase.charCodeAt(i)) return false;
  }
  return true;
}

/** Octets somewhere in a buffer. */
export interface Run {
  /** The buffer. */
  readonly bytes: Uint8Array;
  /** Offset of the first of them. */
  readonly start: number;
  /** How many they are. */
  readonly length: number;
}

/** Whether the octets at `start`, of which there must be enough, are those of a run. */
export function isRunAt(run: Run, bytes: Uint8Array, start: number): boolean {
  const { length } = run;
  const short = Math.min(length, SHORT_RUN);
  for (let i = 0; i < short; i++) {
    if (run.bytes[run.start + i] !== bytes[start + i]) return false;
  }
  if (short === length) return true;
  return areEqual(viewOf(run.bytes, run.start, length), viewOf(bytes, start, length), short);
}

/** Up to so many octets a loop costs less than two views. */
const SHORT_RUN = 64;

function viewOf({ buffer, byteOffset }: Uint8Array, start: number, length: number): DataView {
  return new DataView(buffer, byteOffset + start, length);
}

/** Compares what follows an offset, eight octets at a time. */
function areEqual(first: DataView, second: DataView, start: number): boolean {
  const length = first.byteLength;
  let i = start;
  for (; i + 8 <= length; i += 8) {
    const low = first.getInt32(i, true) ^ second.getInt32(i, true);
    if ((low | (first.getInt32(i + 4, true) ^ second.getInt32(i + 4, true))) !== 0) return false;
  }
  for (; i < length; i++) if (first.getUint8(i) !== second.getUint8(i)) return false;
  return true;
}

/** The octet, or the lower-case letter where it is an upper-case one. */
export function lowerCaseOctet(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigitValue(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Whether the octet is a decimal digit. */
export function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/** The octets as text, one character each (isomorphic decoding, as Fetch has field values). */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start < SHORT_TEXT) return shortTextOf(bytes, start, end);
  for (let offset = start; offset < end; offset++) {
    if (bytes[offset] >= 0x80) return longTextOf(bytes, start, end);
  }
  return asciiDecoder.decode(bytes.subarray(start, end));
}

/** Text as octets, one each; characters beyond U+00FF cannot be. */
export function octetsOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Below so many octets a loop is faster than a call of the platform. */
const SHORT_TEXT = 64;

/** Eight at a time: each part of a text costs, however short it is. */
function shortTextOf(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let offset = start;
  for (; offset + 8 <= end; offset += 8) {
    text += String.fromCharCode(
      bytes[offset],
      bytes[offset + 1],
      bytes[offset + 2],
      bytes[offset + 3],
      bytes[offset + 4],
      bytes[offset + 5],
      bytes[offset + 6],
      bytes[offset + 7],
    );
  }
  for (; offset < end; offset++) text += String.fromCharCode(bytes[offset]);
  return text;
}

function longTextOf(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  // In pieces, so that no call has more arguments than the platform allows.
  for (let offset = start; offset < end; offset += 4096) {
    parts.push(String.fromCharCode(...bytes.subarray(offset, Math.min(end, offset + 4096))));
  }
  return parts.join("");
}

function classifyOctets(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let octet = 0; octet < 256; octet++) {
    const character = String.fromCharCode(octet);
    const visible = octet > SP && octet < 0x7f;
    if (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(character)) classes[octet] |= TCHAR;
    if (visible || octet === SP || octet === HTAB || octet >= 0x80) {
      classes[octet] |= FIELD_OCTET;
      if (!/["\\]/.test(character)) classes[octet] |= QDTEXT;
    }
    if (visible && character !== "#") classes[octet] |= TARGET_OCTET;
    // What URL encodes in a path or a query, or reads as a slash, is looked at again.
    if (visible && !/["#<>\\^`{|}']/.test(character)) classes[octet] |= PLAIN_TARGET_OCTET;
  }
  return classes;
}
