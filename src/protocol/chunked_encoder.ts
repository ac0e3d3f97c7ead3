/** Octets of the last chunk and an empty trailer section (RFC 9112 §7.1). */
export const LAST_CHUNK = "0\r\n\r\n";

/**
 * The size line of a chunk (RFC 9112 §7.1); its octets and CRLF must follow.
 *
 * @throws {RangeError} for 0, which would end the content.
 */
export function chunkSizeLine(octets: number): string {
  if (octets < 1) {
    throw new RangeError(`Cannot make a chunk of ${octets} octets: it takes 1 or more`);
  }
  // Streams mostly have chunks of one size.
  if (octets !== lastOctets) {
    lastOctets = octets;
    lastLine = `${octets.toString(16)}\r\n`;
  }
  return lastLine;
}

let lastOctets = 0;
let lastLine = "";
