import { COLON, DOT, isDigit, ZERO } from "./octets.ts";
import { isPunycode } from "./punycode.ts";

/** `http` or `https`: what the connection is, whatever the request-target says. */
export type Scheme = "http" | "https";

/** uri-host and port (RFC 9110 §7.2), but for the comma, which joins repeated fields. */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+;=%]+)(?::[0-9]*)?$/;

/**
 * The authority as a URL has it (lower case, no default port), or `undefined` where the text is no
 * `uri-host [ ":" port ]`, or one that URL refuses.
 */
export function normaliseAuthority(text: string, scheme: Scheme): string | undefined {
  if (!HOST.test(text) || !text.toLowerCase().split(/[.:]/).every(isLabel)) return undefined;
  const url = URL.parse(`${scheme}://${text}/`);
  return url === null || url.host === "" ? undefined : url.host;
}

/** Whether a label that claims to be internationalised is. */
function isLabel(label: string): boolean {
  return !label.startsWith("xn--") || isPunycode(label.slice(4));
}

/**
 * Whether the octets are an authority that a URL of either scheme holds as it is.
 *
 * `false` only says that it takes a second look.
 */
export function isPlainAuthority(bytes: Uint8Array, start: number, end: number): boolean {
  if (isLastPlain(bytes, start, end)) return true;
  if (!looksPlain(bytes, start, end)) return false;
  lastPlain = new Uint8Array(bytes.subarray(start, end));
  return true;
}

/** The last authority that was plain: nearly all clients of a server name the same. */
let lastPlain = new Uint8Array(0);

function isLastPlain(bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = lastPlain;
  if (end - start !== length || length === 0) return false;
  for (let i = 0; i < length; i++) if (bytes[start + i] !== lastPlain[i]) return false;
  return true;
}

function looksPlain(bytes: Uint8Array, start: number, end: number): boolean {
  let offset = start;
  let label = start;
  for (; offset < end && bytes[offset] !== COLON; offset++) {
    if (bytes[offset] === DOT) {
      if (offset === label) return false;
      label = offset + 1;
    } else if (!isPlainHostOctet(bytes[offset])) return false;
  }
  if (offset === label) return false;
  // What ends in a number is an IPv4 address to URL.
  if (isDigit(bytes[label]) && !isDottedQuad(bytes, start, offset)) return false;
  if (mayBePunycode(bytes, start, offset)) return false;
  return offset === end || isPlainPort(bytes, offset + 1, end);
}

function isPlainHostOctet(octet: number): boolean {
  return (octet >= 0x61 && octet <= 0x7a) || isDigit(octet) || octet === 0x2d;
}

/** Whether `--` stands in the host, as in `xn--a`, which URL decodes. */
function mayBePunycode(bytes: Uint8Array, start: number, end: number): boolean {
  for (let offset = start + 1; offset < end; offset++) {
    if (bytes[offset] === 0x2d && bytes[offset - 1] === 0x2d) return true;
  }
  return false;
}

/** Whether the octets are four decimal numbers to 255, without leading zeros. */
function isDottedQuad(bytes: Uint8Array, start: number, end: number): boolean {
  let parts = 0;
  for (let offset = start; offset <= end; parts++) {
    let dot = offset;
    while (dot < end && bytes[dot] !== DOT) dot++;
    const number = readNumber(bytes, offset, dot, 255);
    if (number === undefined) return false;
    offset = dot + 1;
  }
  return parts === 4;
}

function isPlainPort(bytes: Uint8Array, start: number, end: number): boolean {
  const port = readNumber(bytes, start, end, 65_535);
  return port !== undefined && port !== 80 && port !== 443;
}

/** A decimal number without leading zeros, at most `max`. */
function readNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  max: number,
): number | undefined {
  if (start === end || end - start > 5) return undefined;
  if (bytes[start] === ZERO && end - start > 1) return undefined;
  let value = 0;
  for (let offset = start; offset < end; offset++) {
    if (!isDigit(bytes[offset])) return undefined;
    value = value * 10 + bytes[offset] - ZERO;
  }
  return value <= max ? value : undefined;
}
