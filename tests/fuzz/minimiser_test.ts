import fc from "fast-check";
import { minimise } from "../../fuzz/minimiser.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { assert, assertEquals, assertLessOrEqual } from "../assert.ts";
import { message } from "../property/messages.ts";

/** The least text that still satisfies a condition, as the minimiser finds it. */
async function least(text: string, fails: (text: string) => boolean): Promise<string> {
  const octets = await minimise(
    octetsOf(text),
    (octets) => Promise.resolve(fails(textOf(octets, 0, octets.length))),
  );
  return textOf(octets, 0, octets.length);
}

Deno.test("minimise() leaves out what makes no difference, and makes the rest plain", async () => {
  assertEquals(await least("xxxx(yyyyyyy)zzzz", (text) => /\(.*\)/.test(text)), "()");
  assertEquals(await least("0123456789", (text) => text.length >= 4), "aaaa");
  assertEquals(await least("0123456789", (text) => text.includes("7")), "7");
  assertEquals(await least("abc", () => true), "");
});

Deno.test("minimise() leaves alone what it cannot make less", async () => {
  assertEquals(await least("(a)", (text) => text === "(a)"), "(a)");
});

Deno.test("minimise() gives what still fails, never longer", async () => {
  await fc.assert(
    fc.asyncProperty(
      message,
      fc.constantFrom("\r\n\r\n", "Host", "1.1\r", "a"),
      async (wire, part) => {
        const found = await least(wire, (text) => text.includes(part));
        assertEquals(found, part);
        assertLessOrEqual(found.length, wire.length);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("minimise() comes to an end", async () => {
  let tries = 0;
  await least("b".repeat(20_000), (text) => (tries++, text.length > 19_990));
  assert(tries <= 3_000, `${tries}`);
});
