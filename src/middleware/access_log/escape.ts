/**
 * Octets of one value that are kept; a client decides how long its fields are. Programs that read
 * logs have buffers of 4096 octets, and break lines that are longer.
 */
export const LONGEST_VALUE = 1024;

/** Octets of a word that are kept. */
const LONGEST_WORD = 256;

const ELLIPSIS = "...";

/** All but printable ASCII, and what has a meaning within quotes. */
const UNSAFE = /[^ !#-[\]-~]/;
const EACH_UNSAFE = /[^ !#-[\]-~]/gu;

/** A control character, or one that is not ASCII, in what `JSON.stringify` made. */
const BEYOND_ASCII = /[^ -~]/;
const EACH_BEYOND_ASCII = /[^ -~]/g;

/** What a cut may leave of `\xHH`. */
const PART_OF_ESCAPE = /\\(?:x[\dA-F]?)?$/;

const NOT_ASCII = /[^\0-\x7f]/;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Cuts a value that is too long. */
export function shorten(value: string): string {
  return value.length <= LONGEST_VALUE ? value : value.slice(0, LONGEST_VALUE) + ELLIPSIS;
}

/** Writes `"`, `\`, and every octet that is not printable ASCII, as `\xHH`. */
export function escapeQuoted(value: string): string {
  const short = shorten(value);
  return UNSAFE.test(short) ? cut(short.replace(EACH_UNSAFE, hexOctets), LONGEST_VALUE) : short;
}

/** The same, for a place that ends with a space. */
export function escapeWord(value: string, longest: number = LONGEST_WORD): string {
  return cut(escapeQuoted(value).replaceAll(" ", "\\x20"), longest);
}

/** The JSON text of a value, in ASCII. */
export function asciiJson(value: object): string {
  const json = JSON.stringify(value);
  return BEYOND_ASCII.test(json) ? json.replace(EACH_BEYOND_ASCII, unicodeEscape) : json;
}

/** Reads octets, one for each character, as UTF-8; leaves them as they are where they are not. */
export function decodeOctets(value: string): string {
  const short = shorten(value);
  if (!NOT_ASCII.test(short)) return short;
  try {
    return decoder.decode(Uint8Array.from(short, (character) => octetOf(character)));
  } catch {
    return short;
  }
}

function cut(escaped: string, most: number): string {
  if (escaped.length <= most + ELLIPSIS.length) return escaped;
  return escaped.slice(0, most).replace(PART_OF_ESCAPE, "") + ELLIPSIS;
}

function octetOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code > 0xff) throw new RangeError("Cannot read octets: it is text already");
  return code;
}

/** A character up to U+00FF is an octet; what else a program adds is sent as UTF-8. */
function hexOctets(character: string): string {
  const code = character.codePointAt(0)!;
  const octets = code <= 0xff ? [code] : [...encoder.encode(character)];
  return octets.map((octet) => `\\x${octet.toString(16).padStart(2, "0").toUpperCase()}`).join("");
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
