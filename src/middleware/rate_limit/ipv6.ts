const DOT = 0x2e;
const COLON = 0x3a;
const PERCENT = 0x25;

/** The value of each hexadecimal digit, by its character code; -1 for all else. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => {
  const value = parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? -1 : value;
});

/** Four octets in decimal; a leading zero might be read as octal by others. */
const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})(?:%|$)/;

/**
 * Reads an IPv6 address (RFC 4291 §2.2) into its eight groups, its zone left out; whether it is one.
 *
 * Character by character, since it is done for each request.
 */
export function parseIpv6(text: string, groups: Uint16Array): boolean {
  let count = 0;
  /** How many groups there are before `::`. */
  let before = -1;
  let value = 0;
  /** Where the group began that is being read. */
  let start = 0;
  for (let i = 0;; i++) {
    const code = i < text.length ? text.charCodeAt(i) : PERCENT;
    const digit = code < 128 ? DIGITS[code] : -1;
    if (digit !== -1) {
      value = value << 4 | digit;
      continue;
    }
    if (code === DOT) {
      if (count > 6 || !parseIpv4(text, start, groups, count)) return false;
      count += 2;
      break;
    }
    const isGap = i === start;
    if (isGap) {
      // Nothing between two colons: once, and not for a colon that stands alone at either end.
      if (code === PERCENT ? before !== count : code !== COLON || before !== -1) return false;
      if (code === COLON && count === 0 && text.charCodeAt(++i) !== COLON) return false;
      if (code === COLON) before = count;
    } else {
      if (i - start > 4 || count === 8) return false;
      groups[count++] = value;
    }
    if (code === PERCENT) break;
    if (code !== COLON) return false;
    value = 0;
    start = i + 1;
  }
  if (before === -1) return count === 8;
  return count < 8 && insertZeros(groups, before, count);
}

/** Reads an IPv6 address, or an IPv4 one as IPv6 has it (RFC 4291 §2.5.5.2); whether it is one. */
export function parseAddress(text: string, groups: Uint16Array): boolean {
  return parseIpv6(text.includes(":") ? text : `::ffff:${text}`, groups) &&
    (text.includes(":") || text.includes("."));
}

/** Moves the groups behind `::` to the end. */
function insertZeros(groups: Uint16Array, before: number, count: number): true {
  groups.copyWithin(8 - (count - before), before, count);
  groups.fill(0, before, 8 - (count - before));
  return true;
}

/** Reads the IPv4 address at the end of an IPv6 one into two groups. */
function parseIpv4(text: string, start: number, groups: Uint16Array, at: number): boolean {
  const match = IPV4.exec(text.slice(start));
  if (match === null) return false;
  const [a, b, c, d] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255) return false;
  groups[at] = a << 8 | b;
  groups[at + 1] = c << 8 | d;
  return true;
}
