import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { expandPattern, parsePattern } from "../../src/routing/pattern.ts";

/** Patterns with the kinds of their segments. */
const ACCEPTED: [pattern: string, kinds: string][] = [
  ["/", "literal"],
  ["/a/b", "literal literal"],
  ["/a/", "literal literal"],
  ["//", "literal literal"],
  ["/%7Ba%7D", "literal"],
  ["/a b", "literal"],
  ["/:id", "parameter"],
  ["/:_/:A9_z", "parameter parameter"],
  ["/:id(\\d+)", "constrained"],
  ["/:id([^/]+)/x", "constrained literal"],
  ["/:id((?:a|b)\\))", "constrained"],
  ["/:id(\\p{L}+)", "constrained"],
  ["/:name.json", "mixed"],
  ["/v:major(\\d+).:minor", "mixed"],
  ["/:a:b", "mixed"],
  ["/:a?/:b+/:c*", "parameter parameter parameter"],
  ["/:a(\\d)?/:b(\\d)+", "constrained constrained"],
  ["/*", "wildcard"],
  ["/a/:b/*", "literal parameter wildcard"],
  ["/...", "literal"],
];

for (const [pattern, kinds] of ACCEPTED) {
  Deno.test(`parsePattern() accepts ${pattern}`, () => {
    assertEquals(parsePattern(pattern, pattern).map(({ kind }) => kind).join(" "), kinds);
  });
}

const REJECTED: [pattern: string, why: string][] = [
  ["/a{b}", "braces"],
  ["/a}", "%7D"],
  ["/a\\.b", "backslash"],
  ["/(\\d+)", "a group needs a name"],
  ["/a)", "%29"],
  ["/:", "a colon starts a parameter"],
  ["/a:/b", "a colon starts a parameter"],
  ["/:1", "a colon starts a parameter"],
  ["/:na\u00efve", "a colon starts a parameter"],
  ["/:a$", "a colon starts a parameter"],
  ["/:a/:a", 'the name "a" is repeated'],
  ["/:a-:a", 'the name "a" is repeated'],
  ["/:a(", "not closed"],
  ["/:a(\\", "not closed"],
  ["/:a()", "is empty"],
  ["/:a(\u00e9)", "is not ASCII"],
  ["/:a([)", "is not a regular expression"],
  ["/:a(?:b)", "is not a regular expression"],
  ["/:a((b))", "captures"],
  ["/:a((?<b>c))", "captures"],
  ["/:a(b)(c)", "a group needs a name"],
  ["/a?", "%3F"],
  ["/c++", "%2B"],
  ["/:a?b", "? goes behind"],
  ["/x:a+", "+ goes behind"],
  ["/:a.:b*", "* goes behind"],
  ["/a*", "* goes behind"],
  ["/*a", "* goes behind"],
  ["/*/a", "* goes behind"],
  ["/:a**", "* goes behind"],
  ["/:a??", "? goes behind"],
  ["/a/../b", "dot segment"],
  ["/./b", "dot segment"],
  ["/%2e%2E", "dot segment"],
  ["/100%", "percent-encoding"],
  ["/%ff", "percent-encoding"],
  ["/\ud800", "lone surrogate"],
  ["/:a?/:b?/:c?/:d?/:e?/:f?/:g*/:h?/:i?", "9 optional parameters"],
];

for (const [pattern, why] of REJECTED) {
  Deno.test(`parsePattern() rejects ${JSON.stringify(pattern)}`, () => {
    const key = `GET ${pattern}`;
    const { message } = assertThrows(() => parsePattern(pattern, key), TypeError);
    assert(message.startsWith(`Cannot add route "${key}": `), message);
    assertStringIncludes(message, why);
  });
}

/** Segments that a pattern of one segment takes, with their values; `undefined` where it does not. */
const MATCHED: [pattern: string, text: string, values: string[] | undefined][] = [
  ["/caf%C3%A9", "caf\u00e9", []],
  ["/*", "", []],
  ["/a", "A", undefined],
  ["/:a", "x/y", ["x/y"]],
  ["/:a", "", undefined],
  ["/:a(\\d*)", "", [""]],
  ["/:a(\\d+)", "12", ["12"]],
  ["/:a(\\d+)", "12a", undefined],
  ["/:a(a|ab)", "ab", ["ab"]],
  ["/:a(.)", "\u{1f600}", ["\u{1f600}"]],
  ["/:a.json", "x.json", ["x"]],
  ["/:a.json", ".json", undefined],
  ["/:a.json", "a.json.json", ["a.json"]],
  ["/:a.json", "xyjson", undefined],
  ["/:a-:b", "x-y-z", ["x", "y-z"]],
  ["/:a-:b", "--z", ["-", "z"]],
  ["/:a-:b", "--", undefined],
  ["/:a-:b", "-\n-\n", ["-\n", "\n"]],
  ["/:a:b", "xyz", ["x", "yz"]],
  ["/:a:b", "\u{1f600}x", ["\u{1f600}", "x"]],
  ["/:a:b(\\d+)", "xy12", ["xy", "12"]],
  ["/:a-:b(\\d+)", "x-y-5", ["x-y", "5"]],
  ["/:a(\\d+)-:b", "5-6-", ["5", "6-"]],
  ["/%5Ba%5D$^%7C:b", "[a]$^|x", ["x"]],
  ["/:a(\\d+(?=\\.x)).:b", "7.x", ["7", "x"]],
];

for (const [pattern, text, values] of MATCHED) {
  Deno.test(`${pattern} ${values ? "takes" : "leaves"} ${JSON.stringify(text)}`, () => {
    const [segment] = parsePattern(pattern, pattern);
    assertEquals(segment.matches(text), values !== undefined);
    if (values === undefined) return;
    const params: Record<string, string> = {};
    segment.capture(text, params);
    assertEquals(Object.values(params), values);
  });
}

Deno.test("a mixed segment takes time in proportion to the text, not to its powers", () => {
  const [segment] = parsePattern("/:a-:b-:c-:d-:e.x", "");
  const started = performance.now();
  assertEquals(segment.matches("-".repeat(100_000)), false);
  assert(performance.now() - started < 1_000);
});

/** Patterns with their expansions, each as the names that are left. */
const EXPANDED: [pattern: string, expansions: string[]][] = [
  ["/a", [""]],
  ["/:a?", ["a"]],
  ["/x/:a?", ["a", ""]],
  ["/x/:a*/:b", ["a b", "b"]],
  ["/x/:a?/:b?", ["a b", "a", "b", ""]],
];

for (const [pattern, expansions] of EXPANDED) {
  Deno.test(`expandPattern() leaves out optional segments of ${pattern}`, () => {
    const found = expandPattern(parsePattern(pattern, pattern));
    assertEquals(
      found.map((expansion) => expansion.flatMap(({ names }) => names).join(" ")),
      expansions,
    );
  });
}
