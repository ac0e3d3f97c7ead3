import fc from "fast-check";
import { assertEquals } from "../assert.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { limitsWith, singleOctets, transcribe } from "../protocol/transcript.ts";
import {
  cuts,
  divide,
  fragments,
  messages,
  mutatedMessages,
  noise,
  truncatedMessages,
} from "./messages.ts";

const KINDS: [what: string, wires: fc.Arbitrary<string>][] = [
  ["valid messages", messages],
  ["truncated messages", truncatedMessages],
  ["mutated messages", mutatedMessages],
  ["fragments", fragments],
  ["noise", noise],
];

/** Limits that messages of a few octets reach. */
const TIGHT = limitsWith({
  requestTarget: 20,
  headerSection: 60,
  headerFields: 3,
  trailerSection: 12,
  chunkExtension: 6,
});

for (const [what, wires] of KINDS) {
  Deno.test(`Exchange tells the same of ${what} however their octets are divided`, () => {
    fc.assert(
      fc.property(wires, cuts, (wire, cuts) => {
        const whole = transcribe([octetsOf(wire)]);
        assertEquals(transcribe(divide(wire, cuts)), whole);
        assertEquals(transcribe(singleOctets(wire)), whole);
      }),
      { numRuns: 400 },
    );
  });

  Deno.test(`Exchange tells the same of ${what} beyond its limits however they are divided`, () => {
    fc.assert(
      fc.property(wires, cuts, (wire, cuts) => {
        const whole = transcribe([octetsOf(wire)], TIGHT);
        assertEquals(transcribe(divide(wire, cuts), TIGHT), whole);
        assertEquals(transcribe(singleOctets(wire), TIGHT), whole);
      }),
      { numRuns: 400 },
    );
  });
}
