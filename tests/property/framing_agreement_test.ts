/** The exchange and a plain reader of message framing agree about every octet. */
import fc from "fast-check";
import { assert, assertEquals } from "../assert.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { readCorpus } from "../wire/corpus.ts";
import { transcribe } from "../protocol/transcript.ts";
import { framingOutline, referenceOutline } from "./framing_outline.ts";
import {
  cuts,
  divide,
  fragments,
  message,
  messages,
  mutatedMessages,
  noise,
  rearrangedMessages,
  truncatedMessages,
} from "./messages.ts";
import { mayHoldPunycode, readMessages } from "./reference_reader.ts";

const KINDS: [what: string, wires: fc.Arbitrary<string>, runs: number][] = [
  ["valid messages", messages, 300],
  ["truncated messages", truncatedMessages, 500],
  ["mutated messages", mutatedMessages, 1_500],
  ["messages with other lines, lengths, codings or chunks", rearrangedMessages, 3_000],
  ["fragments", fragments, 500],
  ["noise", noise, 300],
];

for (const [what, wires, numRuns] of KINDS) {
  Deno.test(`Exchange frames ${what} as the plain reader does`, () => {
    fc.assert(
      fc.property(wires, cuts, (wire, cuts) => {
        fc.pre(!mayHoldPunycode(wire));
        const expected = referenceOutline(wire);
        assertEquals(framingOutline(transcribe([octetsOf(wire)])), expected);
        assertEquals(framingOutline(transcribe(divide(wire, cuts))), expected);
      }),
      { numRuns },
    );
  });
}

Deno.test("Exchange frames the corpus as the plain reader does", () => {
  let compared = 0;
  for (const { title, octets } of readCorpus()) {
    const wire = textOf(octets, 0, octets.length);
    // Limits on sizes, and Punycode, are not what the plain reader knows.
    if (wire.length > 8_000 || mayHoldPunycode(wire)) continue;
    assertEquals(framingOutline(transcribe([octets])), referenceOutline(wire), title);
    compared++;
  }
  assert(compared > 100, `conversations that were compared: ${compared}`);
});

Deno.test("Exchange tells the same of rearranged messages however their octets are divided", () => {
  fc.assert(
    fc.property(rearrangedMessages, cuts, (wire, cuts) => {
      assertEquals(transcribe(divide(wire, cuts)), transcribe([octetsOf(wire)]));
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("a request inside a content is never taken for one (RFC 9112 §6.3)", () => {
  fc.assert(
    fc.property(message, message, message, fc.boolean(), (first, inner, last, chunked) => {
      const size = inner.length;
      const framed = chunked
        ? `Transfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n${inner}\r\n0\r\n\r\n`
        : `Content-Length: ${size}\r\n\r\n${inner}`;
      const outer = `POST /outer HTTP/1.1\r\nHost: a\r\n${framed}`;
      const whole = framingOutline(transcribe([octetsOf(first + outer + last)]));
      assertEquals(whole, [
        ...framingOutline(transcribe([octetsOf(first)])),
        ...["POST /outer", `content ${inner}`, "end"],
        ...framingOutline(transcribe([octetsOf(last)])),
      ]);
    }),
    { numRuns: 300 },
  );
});

Deno.test("the plain reader accepts and refuses, and waits", () => {
  const seen = { done: 0, waiting: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(rearrangedMessages, truncatedMessages), (wire) => {
      seen[readMessages(wire).outcome]++;
    }),
    { numRuns: 1_000 },
  );
  for (const [outcome, times] of Object.entries(seen)) assert(times > 50, `${outcome}: ${times}`);
});
