import { assertEquals } from "../assert.ts";
import { LengthDecoder } from "../../src/protocol/content_decoder.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { assertAccepted, assertWaits, outline, transcribe } from "./transcript.ts";

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\n";

Deno.test("LengthDecoder takes so many octets and no more (RFC 9112 §6.2)", () => {
  const bytes = octetsOf("xabcdef");
  for (
    const [octets, end, content] of [[3, 7, "abc"], [9, 7, "abcdef"], [6, 7, "abcdef"]] as const
  ) {
    const decoder = new LengthDecoder(octets);
    decoder.decode(bytes, 1, end);
    assertEquals(textOf(bytes, decoder.contentStart, decoder.contentEnd), content);
    assertEquals(decoder.consumed, 1 + content.length);
    assertEquals(decoder.remaining, octets - content.length);
    assertEquals(decoder.done, octets === content.length);
    assertEquals(decoder.trailers, undefined);
  }
});

Deno.test("LengthDecoder goes on where it was (RFC 9112 §6.2)", () => {
  const decoder = new LengthDecoder(3);
  const bytes = octetsOf("abcd");
  for (const [end, remaining] of [[0, 3], [1, 2], [1, 2], [4, 0]]) {
    decoder.decode(bytes, decoder.consumed, end);
    assertEquals(decoder.remaining, remaining);
    decoder.reset();
  }
  assertEquals([decoder.done, decoder.consumed], [true, 3]);
});

Deno.test("LengthDecoder of no octets is done (RFC 9112 §6.2)", () => {
  assertEquals(new LengthDecoder(0).done, true);
});

Deno.test("Exchange reads content of any octets by its length (RFC 9112 §6.2)", () => {
  for (const content of ["a", "abcdef", "\0\r\n\r\n\xff", "GET / HTTP/1.1\r\n\r\n"]) {
    assertAccepted(`${HEAD}Content-Length: ${content.length}\r\n\r\n${content}`, [
      "POST /",
      `content ${content}`,
      "end",
    ]);
  }
});

Deno.test("Exchange waits for content that is cut short (RFC 9112 §8)", () => {
  const wire = octetsOf(`${HEAD}Content-Length: 3\r\n\r\nab`);
  assertEquals(outline(transcribe([wire])), ["POST /", "content ab", "waiting"]);
  assertWaits(`${HEAD}Content-Length: 3\r\n`);
});
