import fc from "fast-check";
import {
  allowsRange,
  evaluatePreconditions,
  type Validators,
} from "../../src/middleware/conditional.ts";
import { assertEquals } from "../assert.ts";

const TIME = Date.UTC(2024, 5, 1, 12);
const EARLIER = new Date(TIME - 1000).toUTCString();
const SAME = new Date(TIME).toUTCString();
const LATER = new Date(TIME + 1000).toUTCString();

const STRONG: Validators = { etag: '"a"', lastModified: TIME + 250 };
const WEAK: Validators = { etag: 'W/"a"', lastModified: TIME + 250 };
const DATED: Validators = { lastModified: TIME };
const BARE: Validators = {};

type Case = readonly [
  why: string,
  rfc: string,
  method: string,
  fields: Readonly<Record<string, string>>,
  validators: Validators | undefined,
  status: number | undefined,
];

const CASES: readonly Case[] = [
  ["no precondition", "§13.2.2", "GET", {}, STRONG, undefined],
  ["If-Match of the tag", "§13.1.1", "GET", { "if-match": '"a"' }, STRONG, undefined],
  ["If-Match of another tag", "§13.1.1", "GET", { "if-match": '"b"' }, STRONG, 412],
  ["If-Match of a list", "§13.1.1", "PUT", { "if-match": '"b", "a"' }, STRONG, undefined],
  ["If-Match of any", "§13.1.1", "PUT", { "if-match": "*" }, STRONG, undefined],
  ["If-Match of any where nothing is", "§13.1.1", "PUT", { "if-match": "*" }, undefined, 412],
  ["If-Match of the weak tag", "§13.1.1", "GET", { "if-match": 'W/"a"' }, WEAK, 412],
  ["If-Match of a weak tag", "§13.1.1", "GET", { "if-match": 'W/"a"' }, STRONG, 412],
  ["If-Match without a tag", "§13.1.1", "PUT", { "if-match": '"a"' }, DATED, 412],
  ["a malformed If-Match", "§13.1.1", "PUT", { "if-match": 'a", "a"' }, STRONG, 412],
  ["If-None-Match of the tag", "§13.1.2", "GET", { "if-none-match": '"a"' }, STRONG, 304],
  ["If-None-Match with HEAD", "§13.1.2", "HEAD", { "if-none-match": '"a"' }, STRONG, 304],
  ["If-None-Match with PUT", "§13.1.2", "PUT", { "if-none-match": '"a"' }, STRONG, 412],
  ["If-None-Match with DELETE", "§13.1.2", "DELETE", { "if-none-match": "*" }, STRONG, 412],
  ["If-None-Match of a weak tag", "§13.1.2", "GET", { "if-none-match": 'W/"a"' }, STRONG, 304],
  ["If-None-Match of the weak tag", "§13.1.2", "GET", { "if-none-match": '"a"' }, WEAK, 304],
  ["If-None-Match of another tag", "§13.1.2", "GET", { "if-none-match": '"b"' }, STRONG, undefined],
  ["If-None-Match of a list", "§13.1.2", "GET", { "if-none-match": '"b" , ,W/"a"' }, STRONG, 304],
  ["If-None-Match of any", "§13.1.2", "GET", { "if-none-match": "*" }, STRONG, 304],
  [
    "If-None-Match of any, nothing",
    "§13.1.2",
    "PUT",
    { "if-none-match": "*" },
    undefined,
    undefined,
  ],
  [
    "If-None-Match of a comma",
    "§8.8.3",
    "GET",
    { "if-none-match": '"a,b"' },
    { etag: '"a,b"' },
    304,
  ],
  ["If-None-Match without quotes", "§8.8.3", "GET", { "if-none-match": "a" }, STRONG, undefined],
  [
    "If-None-Match in lower case w/",
    "§8.8.3",
    "GET",
    { "if-none-match": 'w/"a"' },
    STRONG,
    undefined,
  ],
  [
    "If-None-Match without a comma",
    "§8.8.3",
    "GET",
    { "if-none-match": '"b" "a"' },
    STRONG,
    undefined,
  ],
  ["an empty If-None-Match", "§13.1.2", "GET", { "if-none-match": "" }, STRONG, undefined],
  [
    "If-Modified-Since before",
    "§13.1.3",
    "GET",
    { "if-modified-since": EARLIER },
    STRONG,
    undefined,
  ],
  ["If-Modified-Since of the date", "§13.1.3", "GET", { "if-modified-since": SAME }, STRONG, 304],
  ["If-Modified-Since with HEAD", "§13.1.3", "HEAD", { "if-modified-since": SAME }, STRONG, 304],
  ["If-Modified-Since behind", "§13.1.3", "GET", { "if-modified-since": LATER }, STRONG, 304],
  [
    "If-Modified-Since with POST",
    "§13.1.3",
    "POST",
    { "if-modified-since": SAME },
    STRONG,
    undefined,
  ],
  [
    "If-Modified-Since that is no date",
    "§13.1.3",
    "GET",
    { "if-modified-since": "x" },
    STRONG,
    undefined,
  ],
  [
    "If-Modified-Since without a date",
    "§13.1.3",
    "GET",
    { "if-modified-since": SAME },
    BARE,
    undefined,
  ],
  [
    "If-Modified-Since beside If-None-Match",
    "§13.1.3",
    "GET",
    { "if-none-match": '"b"', "if-modified-since": LATER },
    STRONG,
    undefined,
  ],
  ["If-Unmodified-Since before", "§13.1.4", "GET", { "if-unmodified-since": EARLIER }, STRONG, 412],
  [
    "If-Unmodified-Since of the date",
    "§13.1.4",
    "PUT",
    { "if-unmodified-since": SAME },
    STRONG,
    undefined,
  ],
  [
    "If-Unmodified-Since that is no date",
    "§13.1.4",
    "PUT",
    { "if-unmodified-since": "x" },
    STRONG,
    undefined,
  ],
  [
    "If-Unmodified-Since without a date",
    "§13.1.4",
    "PUT",
    { "if-unmodified-since": EARLIER },
    BARE,
    undefined,
  ],
  [
    "If-Unmodified-Since beside If-Match",
    "§13.1.4",
    "PUT",
    { "if-match": '"a"', "if-unmodified-since": EARLIER },
    STRONG,
    undefined,
  ],
  [
    "If-Match before If-None-Match",
    "§13.2.2",
    "GET",
    { "if-match": '"b"', "if-none-match": '"a"' },
    STRONG,
    412,
  ],
  [
    "If-Unmodified-Since before If-None-Match",
    "§13.2.2",
    "GET",
    { "if-unmodified-since": EARLIER, "if-none-match": '"a"' },
    STRONG,
    412,
  ],
  [
    "If-None-Match behind a true If-Match",
    "§13.2.2",
    "GET",
    { "if-match": '"a"', "if-none-match": '"a"' },
    STRONG,
    304,
  ],
  [
    "If-Modified-Since behind a true If-Match",
    "§13.2.2",
    "GET",
    { "if-match": '"a"', "if-modified-since": SAME },
    STRONG,
    304,
  ],
];

for (const [why, rfc, method, headers, validators, status] of CASES) {
  Deno.test(`evaluatePreconditions() gives ${status} to ${why} (RFC 9110 ${rfc})`, () => {
    const request = { method, headers: new Headers(headers) };
    assertEquals(evaluatePreconditions(request, validators), status);
  });
}

const NOW = TIME + 60_000;

const IF_RANGE: readonly [why: string, value: string | null, Validators, now: number, boolean][] = [
  ["no If-Range", null, BARE, NOW, true],
  ["the tag", '"a"', STRONG, NOW, true],
  ["another tag", '"b"', STRONG, NOW, false],
  ["the weak tag", 'W/"a"', WEAK, NOW, false],
  ["a strong tag of a weak one", '"a"', WEAK, NOW, false],
  ["a list of tags", '"a", "b"', STRONG, NOW, false],
  ["a tag where there is none", '"a"', DATED, NOW, false],
  ["the date", SAME, STRONG, NOW, true],
  ["an earlier date", EARLIER, STRONG, NOW, false],
  ["a later date", LATER, STRONG, NOW, false],
  ["a date where none is known", SAME, BARE, NOW, false],
  ["a date that is not strong yet", SAME, DATED, TIME + 999, false],
  ["what is neither", "a", STRONG, NOW, false],
];

for (const [why, value, validators, now, allowed] of IF_RANGE) {
  Deno.test(`allowsRange() is ${allowed} for ${why} (RFC 9110 §13.1.5)`, () => {
    assertEquals(allowsRange(value, validators, now), allowed);
  });
}

/** The steps of RFC 9110 §13.2.2, with lists that were never text. */
interface Conditions {
  readonly method: string;
  readonly ifMatch: readonly string[] | "*" | undefined;
  readonly ifUnmodifiedSince: number | undefined;
  readonly ifNoneMatch: readonly string[] | "*" | undefined;
  readonly ifModifiedSince: number | undefined;
}

function plainly(
  { method, ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince }: Conditions,
  etag: string,
  second: number,
): number | undefined {
  const opaque = (tag: string) => tag.replace(/^W\//, "");
  const reads = ["GET", "HEAD"].includes(method);
  if (ifMatch !== undefined) {
    if (ifMatch !== "*" && (etag.startsWith("W/") || !ifMatch.includes(etag))) return 412;
  } else if (ifUnmodifiedSince !== undefined && second > ifUnmodifiedSince) return 412;
  if (ifNoneMatch !== undefined) {
    const found = ifNoneMatch === "*" || ifNoneMatch.map(opaque).includes(opaque(etag));
    return found ? (reads ? 304 : 412) : undefined;
  }
  return reads && ifModifiedSince !== undefined && second <= ifModifiedSince ? 304 : undefined;
}

const tag = fc.tuple(fc.boolean(), fc.constantFrom("", "a", "b", "a,b", "W/", ","))
  .map(([isWeak, text]) => `${isWeak ? "W/" : ""}"${text}"`);
const list = fc.option(fc.oneof(fc.constant("*" as const), fc.array(tag, { minLength: 1 })), {
  nil: undefined,
});
const second = fc.integer({ min: 1_700_000_000, max: 1_700_000_003 });
const date = fc.option(second, { nil: undefined });
const comma = fc.constantFrom(",", ", ", " ,", ",,", " , ,\t");

Deno.test("evaluatePreconditions() is the order of RFC 9110 §13.2.2, whatever the fields", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "HEAD", "PUT", "POST"),
      list,
      date,
      list,
      date,
      comma,
      tag,
      second,
      (method, ifMatch, unmodified, ifNoneMatch, modified, separator, etag, changed) => {
        const headers = new Headers();
        const write = (name: string, tags: readonly string[] | "*" | undefined) => {
          if (tags !== undefined) headers.set(name, tags === "*" ? "*" : tags.join(separator));
        };
        write("if-match", ifMatch);
        write("if-none-match", ifNoneMatch);
        const writeDate = (name: string, at: number | undefined) => {
          if (at !== undefined) headers.set(name, new Date(at * 1000).toUTCString());
        };
        writeDate("if-unmodified-since", unmodified);
        writeDate("if-modified-since", modified);
        const conditions = {
          method,
          ifMatch,
          ifUnmodifiedSince: unmodified,
          ifNoneMatch,
          ifModifiedSince: modified,
        };
        assertEquals(
          evaluatePreconditions({ method, headers }, { etag, lastModified: changed * 1000 + 999 }),
          plainly(conditions, etag, changed),
        );
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("evaluatePreconditions() takes any text, at a cost that grows with its length", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const headers = { get: () => text };
    const status = evaluatePreconditions({ method: "GET", headers }, STRONG);
    assertEquals(status === undefined || status === 304 || status === 412, true);
  }));
  const endless = { get: () => `${'"b" , '.repeat(100_000)}"` };
  assertEquals(evaluatePreconditions({ method: "GET", headers: endless }, STRONG), 412);
  // Two runs of white space that meet would be divided in a million ways.
  const blank = { get: () => `"b",${" ".repeat(1_000_000)}x` };
  assertEquals(evaluatePreconditions({ method: "GET", headers: blank }, STRONG), 412);
});
