import { isDigit } from "./octets.ts";

/** Parameters of Punycode (RFC 3492 §5). */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 0x80;

/** The first code point that an internationalised label may hold behind ASCII and its controls. */
const FIRST_CODE_POINT = 0xa0;
const LAST_CODE_POINT = 0x10ffff;

/**
 * Whether the lower-case text behind `xn--` decodes (RFC 3492 §6.2) to what a label may hold.
 *
 * URL parsers differ about labels that do not, so none of them is asked alone.
 */
export function isPunycode(text: string): boolean {
  const basic = Math.max(0, text.lastIndexOf("-"));
  let offset = basic === 0 ? 0 : basic + 1;
  if (offset === text.length) return false;
  let length = basic;
  let codePoint = INITIAL_N;
  let bias = INITIAL_BIAS;
  for (let position = 0; offset < text.length; position++) {
    const integer = readInteger(text, offset, bias);
    if (integer === undefined) return false;
    offset = integer.end;
    const index = position + integer.value;
    length++;
    bias = adaptBias(integer.value, length, length === basic + 1);
    codePoint += Math.floor(index / length);
    if (codePoint < FIRST_CODE_POINT || codePoint > LAST_CODE_POINT) return false;
    position = index % length;
  }
  return true;
}

/** Reads a generalised variable-length integer (RFC 3492 §3.3). */
function readInteger(
  text: string,
  start: number,
  bias: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  let weight = 1;
  for (let offset = start, k = BASE; offset < text.length; offset++, k += BASE) {
    const digit = digitValue(text.charCodeAt(offset));
    if (digit === undefined) return undefined;
    value += digit * weight;
    const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias));
    if (digit < threshold) return { value, end: offset + 1 };
    weight *= BASE - threshold;
  }
  return undefined;
}

function digitValue(octet: number): number | undefined {
  if (octet >= 0x61 && octet <= 0x7a) return octet - 0x61;
  return isDigit(octet) ? octet - 0x30 + 26 : undefined;
}

/** RFC 3492 §6.1. */
function adaptBias(delta: number, length: number, isFirst: boolean): number {
  let scaled = Math.floor(delta / (isFirst ? DAMP : 2));
  scaled += Math.floor(scaled / length);
  let k = 0;
  for (; scaled > Math.floor(((BASE - T_MIN) * T_MAX) / 2); k += BASE) {
    scaled = Math.floor(scaled / (BASE - T_MIN));
  }
  return k + Math.floor(((BASE - T_MIN + 1) * scaled) / (scaled + SKEW));
}
