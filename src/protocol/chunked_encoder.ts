import type { OctetWriter } from "./octet_writer.ts";

/** Octets that a chunk's size line and final CRLF take at most. */
export const CHUNK_OVERHEAD = 16 + 2 + 2;

/** Octets of the last chunk and an empty trailer section (RFC 9112 §7.1). */
export const LAST_CHUNK = "0\r\n\r\n";

/** Appends the size line of a chunk; its octets and `\r\n` must follow. Never called with 0. */
export function appendChunkSize(writer: OctetWriter, octets: number): void {
  writer.appendText(`${octets.toString(16)}\r\n`);
}
