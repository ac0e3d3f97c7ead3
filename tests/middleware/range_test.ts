import fc from "fast-check";
import {
  contentRange,
  multipartRanges,
  type OctetRange,
  parseRange,
} from "../../src/middleware/range.ts";
import { assertEquals } from "../assert.ts";

type Outcome = readonly (readonly [start: number, end: number])[] | "unsatisfiable" | undefined;

const HUGE = "9".repeat(400);

const CASES: readonly [why: string, rfc: string, value: string, length: number, Outcome][] = [
  ["a range", "§14.1.2", "bytes=0-499", 10000, [[0, 500]]],
  ["a range to the end", "§14.1.2", "bytes=9500-", 10000, [[9500, 10000]]],
  ["a suffix", "§14.1.2", "bytes=-500", 10000, [[9500, 10000]]],
  ["a range beyond the end", "§14.1.2", "bytes=9000-20000", 10000, [[9000, 10000]]],
  ["a suffix longer than all", "§14.1.2", "bytes=-20000", 10000, [[0, 10000]]],
  ["one octet", "§14.1.2", "bytes=0-0", 1, [[0, 1]]],
  ["the first and the last octet", "§14.1.2", "bytes=0-0,-1", 10000, [[0, 1], [9999, 10000]]],
  ["numbers of any length", "§14.1.2", `bytes=0-${HUGE}`, 10, [[0, 10]]],
  ["a suffix of any length", "§14.1.2", `bytes=-${HUGE}`, 10, [[0, 10]]],
  ["a start of any length", "§14.1.2", `bytes=${HUGE}-`, 10, "unsatisfiable"],
  ["leading zeros", "§14.1.1", "bytes=000-0001", 10, [[0, 2]]],
  ["another case of the unit", "§14.1", "Bytes=0-1", 10, [[0, 2]]],
  ["empty members of the list", "§5.6.1", "bytes=,0-1, ,\t", 10, [[0, 2]]],
  ["white space in the list", "§5.6.1", "bytes= 0-0 , 200-200\t", 500, [[0, 1], [200, 201]]],
  ["the order asked for", "§15.3.7.2", "bytes=500-599,0-99", 1000, [[500, 600], [0, 100]]],
  ["ranges that overlap as one", "§15.3.7.2", "bytes=0-99,50-149", 1000, [[0, 150]]],
  ["a range twice as one", "§15.3.7.2", "bytes=5-9,5-9", 1000, [[5, 10]]],
  ["ranges side by side as one", "§15.3.7.2", "bytes=0-99,100-199", 1000, [[0, 200]]],
  ["ranges with a small gap as one", "§15.3.7.2", "bytes=0-9,90-99", 1000, [[0, 100]]],
  ["ranges with a gap", "§15.3.7.2", "bytes=0-9,91-99", 1000, [[0, 10], [91, 100]]],
  [
    "ascending order where some overlap",
    "§15.3.7.2",
    "bytes=500-599,0-9,5-19",
    1000,
    [[0, 20], [500, 600]],
  ],
  ["those that can be satisfied", "§14.1.2", "bytes=2000-,0-9", 1000, [[0, 10]]],
  ["a start behind the end", "§14.2", "bytes=1000-1001", 1000, "unsatisfiable"],
  ["a suffix of no octets", "§14.1.2", "bytes=-0", 1000, "unsatisfiable"],
  ["any range of nothing", "§14.1.2", "bytes=0-", 0, "unsatisfiable"],
  ["the end of nothing", "§14.1.2", "bytes=-5", 0, undefined],
  ["no octets of nothing", "§14.1.2", "bytes=-0", 0, "unsatisfiable"],
  ["a last position before the first", "§14.1.1", "bytes=5-4", 1000, undefined],
  ["one such beside good ones", "§14.1.1", "bytes=0-1,5-4", 1000, undefined],
  ["an unknown unit", "§14.2", "lines=0-1", 1000, undefined],
  ["no unit", "§14.2", "0-1", 1000, undefined],
  ["no range", "§14.1.1", "bytes=", 1000, undefined],
  ["only commas", "§14.1.1", "bytes=,,", 1000, undefined],
  ["a bare hyphen", "§14.1.1", "bytes=-", 1000, undefined],
  ["a sign", "§14.1.1", "bytes=+1-2", 1000, undefined],
  ["a fraction", "§14.1.1", "bytes=0.5-2", 1000, undefined],
  ["another base", "§14.1.1", "bytes=0x1-0x2", 1000, undefined],
  ["white space in a range", "§14.1.1", "bytes=0 -1", 1000, undefined],
  ["white space before the sign", "§14.1.1", "bytes =0-1", 1000, undefined],
  ["two hyphens", "§14.1.1", "bytes=0--1", 1000, undefined],
  ["no comma", "§14.1.1", "bytes=0-1 2-3", 1000, undefined],
  ["other digits", "§14.1.1", "bytes=٠-١", 1000, undefined],
  ["sixteen ranges", "§14.2", `bytes=${every(100, 16)}`, 1600, parts(100, 16)],
  ["seventeen ranges", "§14.2", `bytes=${every(100, 17)}`, 1700, undefined],
  ["many ranges of all", "§14.2", `bytes=${"0-,".repeat(1000)}`, 1000, undefined],
];

for (const [why, rfc, value, length, outcome] of CASES) {
  Deno.test(`parseRange() reads ${why} (RFC 9110 ${rfc})`, () => {
    const ranges = parseRange(value, length);
    const found = typeof ranges === "object"
      ? ranges.map(({ start, end }) => [start, end] as const)
      : ranges;
    assertEquals<unknown>(found, outcome);
  });
}

function every(step: number, count: number): string {
  return Array.from({ length: count }, (_, i) => `${i * step}-${i * step}`).join(",");
}

function parts(step: number, count: number): Outcome {
  return Array.from({ length: count }, (_, i) => [i * step, i * step + 1] as const);
}

/** A range as a client means it. */
type Spec = { readonly first: number; readonly last?: number } | { readonly suffix: number };

const spec: fc.Arbitrary<Spec> = fc.oneof(
  fc.tuple(fc.nat(300), fc.option(fc.nat(300), { nil: undefined }))
    .map(([first, more]) => more === undefined ? { first } : { first, last: first + more }),
  fc.nat(300).map((suffix) => ({ suffix })),
);

function specText(spec: Spec): string {
  return "suffix" in spec ? `-${spec.suffix}` : `${spec.first}-${spec.last ?? ""}`;
}

/** Whether a client has asked for an octet: the plainest reading of RFC 9110 §14.1.2. */
function asksFor(spec: Spec, octet: number, length: number): boolean {
  if ("suffix" in spec) return octet >= length - spec.suffix;
  return octet >= spec.first && octet <= (spec.last ?? Infinity);
}

Deno.test("parseRange() gives each octet that was asked for once, and few others", () => {
  fc.assert(
    fc.property(fc.array(spec, { minLength: 1, maxLength: 16 }), fc.nat(400), (specs, length) => {
      const value = `bytes=${specs.map(specText).join(", ")}`;
      const ranges = parseRange(value, length);
      const octets = Array.from({ length }, (_, octet) => octet);
      const wanted = octets.map((octet) => specs.some((spec) => asksFor(spec, octet, length)));
      if (typeof ranges !== "object") {
        assertEquals(wanted.includes(true), false);
        const isEmptySuffix = length === 0 && specs.some((s) => "suffix" in s && s.suffix > 0);
        assertEquals(ranges, isEmptySuffix ? undefined : "unsatisfiable");
        return;
      }
      const given = octets.map((octet) =>
        ranges.filter(({ start, end }) => octet >= start && octet < end).length
      );
      for (const octet of octets) {
        if (wanted[octet]) assertEquals(given[octet], 1);
        else if (given[octet] > 0) assertEquals(isInGap(octet, wanted), true);
      }
      for (const { start, end } of ranges) assertEquals(start < end && end <= length, true);
      assertEquals(ranges.length <= specs.length, true);
    }),
    { numRuns: 2000 },
  );
});

/** Whether an octet nobody asked for lies in a gap that is smaller than the head of a part. */
function isInGap(octet: number, wanted: readonly boolean[]): boolean {
  const before = wanted.lastIndexOf(true, octet);
  const behind = wanted.indexOf(true, octet);
  return before !== -1 && behind !== -1 && behind - before - 1 <= 80;
}

Deno.test("parseRange() takes any text", () => {
  const text = fc.oneof(fc.string(), fc.string().map((set) => `bytes=${set}`));
  fc.assert(fc.property(text, fc.nat(), (value, length) => {
    const ranges = parseRange(value, length);
    assertEquals(ranges === undefined || ranges === "unsatisfiable" || ranges.length > 0, true);
  }));
});

Deno.test("contentRange() names a part, or that there is none (RFC 9110 §14.4)", () => {
  assertEquals(contentRange({ start: 42, end: 1234 }, 1234), "bytes 42-1233/1234");
  assertEquals(contentRange(undefined, 1234), "bytes */1234");
});

Deno.test("multipartRanges() declares the octets that it has (RFC 9110 §14.6)", () => {
  const ranges: readonly OctetRange[] = [{ start: 2, end: 4 }, { start: 200, end: 203 }];
  const { contentType, pieces, length } = multipartRanges(ranges, "text/x", 300, "THIS");
  const content = pieces.map((piece) =>
    piece instanceof Uint8Array
      ? new TextDecoder().decode(piece)
      : "x".repeat(piece.end - piece.start)
  ).join("");
  assertEquals(contentType, "multipart/byteranges; boundary=THIS");
  assertEquals(
    content,
    "--THIS\r\ncontent-type: text/x\r\ncontent-range: bytes 2-3/300\r\n\r\nxx\r\n" +
      "--THIS\r\ncontent-type: text/x\r\ncontent-range: bytes 200-202/300\r\n\r\nxxx\r\n--THIS--\r\n",
  );
  assertEquals(length, content.length);
});

Deno.test("parseRange() takes any white space, at a cost that grows with its length", () => {
  const blanks = " ".repeat(1_000_000);
  assertEquals(parseRange(`bytes=${blanks}x`, 10), undefined);
  assertEquals(parseRange(`bytes=${blanks}1-2${blanks},${blanks}`, 10), [{ start: 1, end: 3 }]);
});
