import fc from "fast-check";
import { assert, assertEquals, assertInstanceOf } from "../assert.ts";
import { ChunkedDecoder } from "../../src/protocol/chunked_decoder.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { FieldSpan, parseFieldLine } from "../../src/protocol/field_section.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { parseRequestLine } from "../../src/protocol/request_line.ts";
import { outline, transcribe } from "../protocol/transcript.ts";
import { fragments, message, messages, mutatedMessages, noise } from "./messages.ts";

const anything = fc.oneof(noise, fragments, mutatedMessages);

Deno.test("parseRequestLine() answers or objects", () => {
  fc.assert(
    fc.property(anything, (wire) => {
      const bytes = octetsOf(wire);
      answersOrObjects(() => {
        const spans = { methodEnd: 0, targetEnd: 0, minorVersion: 0 };
        const next = parseRequestLine(bytes, 0, bytes.length, spans);
        assert(next === undefined || next <= bytes.length);
      });
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("parseFieldLine() answers or objects", () => {
  fc.assert(
    fc.property(anything, (wire) => {
      const bytes = octetsOf(wire);
      answersOrObjects(() => {
        const next = parseFieldLine(bytes, 0, bytes.length, new FieldSpan());
        assert(next === undefined || next <= bytes.length);
      });
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("ChunkedDecoder answers or objects", () => {
  fc.assert(
    fc.property(anything, (wire) => {
      const bytes = octetsOf(wire);
      const decoder = new ChunkedDecoder(DEFAULT_LIMITS);
      answersOrObjects(() => {
        decoder.decode(bytes, 0, bytes.length);
        assert(decoder.contentStart <= decoder.contentEnd);
        assert(decoder.contentEnd <= decoder.consumed && decoder.consumed <= bytes.length);
      });
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("Exchange makes events or a ProtocolError of any octets", () => {
  // What transcribe() catches is a ProtocolError; anything else fails the test.
  fc.assert(
    fc.property(anything, (wire) => {
      const transcript = transcribe([octetsOf(wire)]);
      assert(transcript.length > 0 || !/[^\r\n]/.test(wire));
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("Exchange reads all of any valid messages", () => {
  fc.assert(
    fc.property(messages, (wire) => {
      const outlined = outline(transcribe([octetsOf(wire)]));
      assertEquals(outlined.at(-1), "end");
      assert(!outlined.some((line) => line.startsWith("refused")));
    }),
    { numRuns: 500 },
  );
});

Deno.test("Exchange reads the same of a message whatever stands behind it", () => {
  fc.assert(
    fc.property(message, anything, (wire, behind) => {
      // Empty lines in front of the next message might be too many together.
      fc.pre(!behind.startsWith("\r"));
      const alone = transcribe([octetsOf(wire)]);
      assertEquals(transcribe([octetsOf(wire + behind)]).slice(0, alone.length), alone);
    }),
    { numRuns: 300 },
  );
});

function answersOrObjects(parse: () => void): void {
  try {
    parse();
  } catch (error) {
    assertInstanceOf(error, ProtocolError);
  }
}
