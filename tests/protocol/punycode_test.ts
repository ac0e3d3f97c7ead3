import fc from "fast-check";
import { isPunycode } from "../../src/protocol/punycode.ts";
import { assertEquals } from "../assert.ts";

const LABELS: [why: string, text: string, is: boolean][] = [
  ["Greek", "hxajbheg2az3al", true],
  ["a letter behind ASCII", "mnchen-3ya", true],
  ["ASCII with hyphens before it", "a-b-c-xxa", true],
  ["Japanese", "r8jz45g", true],
  ["an emoji", "ls8h", true],
  ["nothing", "", false],
  ["ASCII alone", "abc-", false],
  ["a control character", "a", false],
  ["an integer that does not end", "9", false],
  ["what is no digit", "a_b", false],
  ["upper case", "LS8H", false],
  ["more than any code point", "99999999", false],
];

for (const [why, text, is] of LABELS) {
  Deno.test(`isPunycode() of ${why} is ${is} (RFC 3492 §6.2)`, () => {
    assertEquals(isPunycode(text), is);
  });
}

/** Letters of several scripts, one of them ASCII. */
const LETTERS = fc.constantFrom(..."aéüжλ例字한🐟");

Deno.test("isPunycode() takes what URL makes of any host name (RFC 3492)", () => {
  const labels = new Set<string>();
  fc.assert(
    fc.property(fc.string({ unit: LETTERS, minLength: 1, maxLength: 12 }), (name) => {
      const { hostname } = new URL(`http://${name}/`);
      if (!hostname.startsWith("xn--")) return;
      labels.add(hostname);
      assertEquals([hostname, isPunycode(hostname.slice(4))], [hostname, true]);
    }),
    { numRuns: 1_000 },
  );
  assertEquals(labels.size > 50, true);
});
