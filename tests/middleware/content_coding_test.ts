/** Which content coding a client gets (RFC 9110 §12.5.3). */
import fc from "fast-check";
import {
  chooseCoding,
  codingChooser,
  type ContentCoding,
} from "../../src/middleware/content_coding.ts";
import { assertEquals, assertStrictEquals } from "../assert.ts";

const OFFERED: readonly ContentCoding[] = ["br", "gzip"];

const CHOICES: [value: string | null, coding: ContentCoding | undefined, identity?: boolean][] = [
  [null, undefined],
  ["", undefined],
  ["gzip", "gzip"],
  ["br", "br"],
  ["gzip, br", "br"],
  ["gzip, deflate, br, zstd", "br"],
  ["GZIP", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", undefined],
  ["br;q=0.5, gzip", "gzip"],
  ["br;q=0.5, gzip;q=0.5", "br"],
  ["br;q=0, gzip;q=0", undefined],
  ["br ; q=0.001 ,gzip;Q=0", "br"],
  ["*", "br"],
  ["*;q=0.1", "br"],
  ["br;q=0, *", "gzip", true],
  ["gzip;q=0.5, *", "br"],
  ["gzip, *;q=0", "gzip", false],
  ["*;q=0", undefined, false],
  ["identity", undefined],
  ["identity, gzip", "gzip"],
  ["identity, gzip;q=0.5", undefined],
  ["identity;q=0.5, gzip;q=0.5", "gzip"],
  ["identity;q=0", undefined, false],
  ["identity;q=0, deflate", undefined, false],
  ["identity;q=0, gzip", "gzip", false],
  ["identity;q=0.5, *;q=0", undefined, true],
  ["gzip;q=1.5", undefined],
  ["gzip;q=0.1234", undefined],
  ["gzip;q=-1, br;q=1.000", "br"],
  ["gzip;level=9", undefined],
  ["gz ip, br", "br"],
  [",, gzip,", "gzip"],
  ["gzip, gzip;q=0", "gzip"],
];

for (const [value, coding, identity = true] of CHOICES) {
  Deno.test(`${JSON.stringify(value)} gets ${coding ?? "no coding"} (RFC 9110 §12.5.3)`, () => {
    assertEquals(chooseCoding(value, OFFERED), { coding, identity });
  });
}

const WEIGHTS = ["", ";q=0", ";q=0.3", ";q=0.7", ";q=1", " ; q=1.0"];

const elements = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("br", "gzip", "zstd", "identity", "*", "deflate"),
    weight: fc.constantFrom(...WEIGHTS),
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);

Deno.test("the coding that is chosen is one with the greatest weight", () => {
  const offered: readonly ContentCoding[] = ["zstd", "br", "gzip"];
  fc.assert(fc.property(elements, (list) => {
    const value = list.map(({ name, weight }) => name + weight).join(", ");
    const { coding, identity } = chooseCoding(value, offered);
    const weightOf = (name: string): number | undefined => {
      const found = list.find((element) => element.name === name);
      return found && Number(/=(.*)$/.exec(found.weight)?.[1] ?? 1);
    };
    const weightsOf = (name: string) => weightOf(name) ?? weightOf("*") ?? 0;
    const plain = weightOf("identity") ?? weightOf("*");
    assertEquals(identity, plain !== 0);
    const best = Math.max(...offered.map(weightsOf));
    if (coding === undefined) assertEquals(best === 0 || best < (plain ?? 0), true, value);
    else {
      assertEquals(weightsOf(coding), best, value);
      assertEquals(best >= (plain ?? 0), true, value);
      // Of equals, the first that is offered.
      assertEquals(coding, offered.find((candidate) => weightsOf(candidate) === best), value);
    }
  }));
});

Deno.test("whatever is sent gets an answer, the same each time", () => {
  const choose = codingChooser(OFFERED);
  fc.assert(fc.property(fc.string({ maxLength: 120 }), (value) => {
    const acceptance = choose(value);
    assertEquals(acceptance, chooseCoding(value, OFFERED));
    assertEquals(choose(value), acceptance);
  }));
  assertStrictEquals(choose("br, gzip"), choose("br, gzip"));
});

const ALL: readonly ContentCoding[] = ["br", "zstd", "gzip"];

const CASES: readonly [
  why: string,
  accepted: string | null,
  offered: readonly ContentCoding[],
  chosen: string,
][] = [
  ["no field", null, ALL, "identity"],
  ["an empty field", "", ALL, "identity"],
  ["equal wishes", "gzip, deflate, br, zstd", ALL, "br"],
  ["equal wishes, others offered", "gzip, deflate, br, zstd", ["gzip"], "gzip"],
  ["weights", "br;q=0.5, gzip;q=0.9", ALL, "gzip"],
  ["a refusal", "br;q=0, gzip", ALL, "gzip"],
  ["any", "*", ALL, "br"],
  ["any but one", "br;q=0, *", ALL, "zstd"],
  ["none but identity", "*;q=0, identity", ALL, "identity"],
  ["identity before others", "identity, gzip;q=0.5", ALL, "identity"],
  ["identity behind others", "identity;q=0.5, gzip", ALL, "gzip"],
  ["identity beside others", "identity, gzip", ALL, "gzip"],
  ["identity refused", "identity;q=0, br", ["gzip"], "identity"],
  ["another name of gzip", "x-gzip", ALL, "gzip"],
  ["another case", "GZIP;Q=0.5", ALL, "gzip"],
  ["white space", "\tgzip\t;\tq=1.000 ,br;q=0.001", ALL, "gzip"],
  ["a malformed weight", "br;q=2, gzip;q=.5", ALL, "identity"],
  ["nothing offered", "br", [], "identity"],
  ["what is not offered", "deflate", ALL, "identity"],
];

for (const [why, accepted, offered, chosen] of CASES) {
  Deno.test(`chooseCoding() heeds ${why} (RFC 9110 §12.5.3)`, () => {
    assertEquals(chooseCoding(accepted, offered).coding ?? "identity", chosen);
  });
}
