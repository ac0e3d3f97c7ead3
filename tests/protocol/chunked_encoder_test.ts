import { assertEquals, assertThrows } from "../assert.ts";
import { chunkSizeLine, LAST_CHUNK } from "../../src/protocol/chunked_encoder.ts";

const LINES: [octets: number, line: string][] = [
  [1, "1\r\n"],
  [10, "a\r\n"],
  [16, "10\r\n"],
  [255, "ff\r\n"],
  [65_536, "10000\r\n"],
];

for (const [octets, line] of LINES) {
  Deno.test(`chunkSizeLine() of ${octets} octets is ${JSON.stringify(line)} (RFC 9112 §7.1)`, () => {
    assertEquals(chunkSizeLine(octets), line);
  });
}

Deno.test("chunkSizeLine() refuses what would end the content (RFC 9112 §7.1)", () => {
  for (const octets of [0, -1]) assertThrows(() => chunkSizeLine(octets), RangeError, `${octets}`);
});

Deno.test("LAST_CHUNK ends the content and has no trailers (RFC 9112 §7.1)", () => {
  assertEquals(LAST_CHUNK, "0\r\n\r\n");
});
