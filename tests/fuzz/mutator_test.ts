import fc from "fast-check";
import { GRAMMAR_CHANGES } from "../../fuzz/grammar_changes.ts";
import { mutateInput } from "../../fuzz/mutator.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { assert, assertEquals, assertGreater, assertLessOrEqual, assertMatch } from "../assert.ts";
import { messages, noise } from "../property/messages.ts";
import { Random } from "../transport/random.ts";

const MESSAGE = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n" +
  "Transfer-Encoding: gzip, chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n";

const anything = fc.oneof(messages, noise).map(octetsOf);

Deno.test("mutateInput() keeps to the length, and to its seed", () => {
  fc.assert(
    fc.property(
      anything,
      anything,
      fc.nat(),
      fc.integer({ min: 1, max: 60 }),
      (a, b, seed, max) => {
        const [before, lent] = [a.slice(), b.slice()];
        const mutated = mutateInput(a, b, new Random(seed), max);
        assertLessOrEqual(mutated.length, max);
        assertEquals(mutateInput(a, b, new Random(seed), max), mutated);
        // Inputs are kept, and changed again and again.
        assertEquals([a, b], [before, lent]);
      },
    ),
    { numRuns: 500 },
  );
});

for (const [name, change] of Object.entries(GRAMMAR_CHANGES)) {
  Deno.test(`${name} keeps to octets, whatever it changes`, () => {
    fc.assert(
      fc.property(noise, noise, fc.nat(), (wire, other, seed) => {
        // deno-lint-ignore no-control-regex
        assertMatch(change(wire, new Random(seed), other), /^[\x00-\xff]*$/);
      }),
      { numRuns: 200 },
    );
  });

  Deno.test(`${name} changes a message`, () => {
    const other = "GET /other HTTP/1.1\r\nHost: b\r\n\r\n";
    const results = new Set<string>();
    for (let seed = 0; seed < 50; seed++) results.add(change(MESSAGE, new Random(seed), other));
    results.delete(MESSAGE);
    // Some have but one way.
    assertGreater(results.size, /^put(?:Behind|InFront)$|^reverse/.test(name) ? 0 : 1);
  });
}

Deno.test("mutateInput() reaches every octet value", () => {
  const seen = new Set<number>();
  const random = new Random(1);
  for (let times = 0; times < 20_000; times++) {
    for (const octet of mutateInput(Uint8Array.of(0x61), Uint8Array.of(0x62), random, 4)) {
      seen.add(octet);
    }
  }
  assert(seen.size === 256, `${seen.size}`);
});
