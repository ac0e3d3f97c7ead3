import fc from "fast-check";
import { octetsOf } from "../../src/protocol/octets.ts";
import { GRAMMAR_CHANGES } from "../../fuzz/grammar_changes.ts";
import { Random } from "../transport/random.ts";
import { FRAGMENTS } from "./fragments.ts";

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);

/** Any octets, one character each, but for those of a line's end and other controls. */
export const fieldValue = fc.stringMatching(
  /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]{0,20}[!-~\x80-\xff])?)?$/,
);

/** A field's name and its value. */
export const field = fc.tuple(token, fieldValue);

const fieldLine = fc.oneof(
  {
    weight: 6,
    arbitrary: field.map(([name, value]) => `${name}: ${value}\r\n`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "Connection: close\r\n",
      "connection: keep-alive, x\r\n",
      "Expect: 100-continue\r\n",
      "Expect: else\r\n",
    ),
  },
);

/** Request-targets as clients send them, and as they had better not. */
export const target = fc.oneof(
  fc.constantFrom("/", "/a/b?c=d", "/a/../b", "/%2e%2E/a", "/a\\b", "http://b/c?d", "/{}|^`'\"<>"),
  fc.stringMatching(/^\/[!"$-~]{0,40}$/),
  fc.array(fc.constantFrom("/", ".", "..", "%2e", "%", "a", "?", "\\", "%2F", "*", "'", "^"), {
    maxLength: 12,
  }).map((parts) => `/${parts.join("")}`),
);

const content = fc.uint8Array({ maxLength: 40 }).map((octets) => String.fromCharCode(...octets));

const chunkExtension = fc.oneof(
  { weight: 4, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom(";a", ";a=b", ';a="b \\" c"', ';a="";b=c') },
);

const chunk = fc.tuple(
  fc.uint8Array({ minLength: 1, maxLength: 30 }),
  chunkExtension,
  fc.boolean(),
).map(([octets, extension, upperCase]) => {
  const size = octets.length.toString(16);
  const digits = upperCase ? `0${size.toUpperCase()}` : size;
  return `${digits}${extension}\r\n${String.fromCharCode(...octets)}\r\n`;
});

const chunkedContent = fc.tuple(
  fc.array(chunk, { maxLength: 4 }),
  chunkExtension,
  fc.array(field, { maxLength: 2 }),
).map(([chunks, extension, trailers]) =>
  `${chunks.join("")}0${extension}\r\n${
    trailers.map(([name, value]) => `${name}: ${value}\r\n`).join("")
  }\r\n`
);

/** What frames a content, and the content. */
const framedContent = fc.oneof(
  fc.constant(["", ""]),
  content.map((content) => [`Content-Length: ${content.length}\r\n`, content]),
  chunkedContent.map((coded) => ["Transfer-Encoding: chunked\r\n", coded]),
);

/** One valid request. */
export const message = fc.tuple(
  fc.oneof(fc.constantFrom("GET", "POST", "HEAD", "PUT", "OPTIONS"), token),
  target,
  fc.array(fieldLine, { maxLength: 5 }),
  framedContent,
  fc.constantFrom("", "", "", "\r\n", "\r\n\r\n"),
).map(([method, target, lines, [framing, content], before]) => {
  const own = lines.filter((line) => !/^(?:host|content-length|transfer-encoding):/i.test(line));
  const verb = method === "CONNECT" ? "CONNECTS" : method;
  const half = own.length >> 1;
  const section = [...own.slice(0, half), "Host: a\r\n", framing, ...own.slice(half)].join("");
  return `${before}${verb} ${target} HTTP/1.1\r\n${section}\r\n${content}`;
});

/** A few valid requests, one behind the other. */
export const messages = fc.array(message, { minLength: 1, maxLength: 3 }).map((all) =>
  all.join("")
);

/** What may happen to a text: something is put in, left out, doubled, or put for something else. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.constantFrom(0, 0, 1, 1, 2, 5, 20),
  kind: fc.constantFrom("replace", "double"),
  fragment: fc.oneof(
    fc.constantFrom("", ...FRAGMENTS),
    fc.nat(255).map((octet) => String.fromCharCode(octet)),
  ),
});

/** Valid requests that something happened to. */
export const mutatedMessages = fc.tuple(
  messages,
  fc.array(mutation, { minLength: 1, maxLength: 3 }),
).map(([wire, mutations]) =>
  mutations.reduce((wire, { at, length, kind, fragment }) => {
    const start = Math.floor(at * wire.length);
    const end = Math.min(wire.length, start + length);
    const between = kind === "double" ? wire.slice(start, end).repeat(2) : fragment;
    return wire.slice(0, start) + between + wire.slice(end);
  }, wire)
);

const grammarChange = fc.tuple(fc.constantFrom(...Object.keys(GRAMMAR_CHANGES)), fc.nat());

/** Valid requests whose lines, lengths, codings or chunks were changed. */
export const rearrangedMessages = fc.tuple(
  messages,
  messages,
  fc.array(grammarChange, { minLength: 1, maxLength: 4 }),
).map(([wire, other, changes]) =>
  changes.reduce(
    (wire, [name, seed]) => GRAMMAR_CHANGES[name](wire, new Random(seed), other),
    wire,
  )
);

/** Valid requests that end too soon. */
export const truncatedMessages = fc.tuple(
  messages,
  fc.double({ min: 0, max: 1, noNaN: true }),
).map(([wire, part]) => wire.slice(0, Math.floor(part * wire.length)));

/** Fragments in any order. */
export const fragments = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 }).map((all) =>
  all.join("")
);

/** Any octets. */
export const noise = fc.uint8Array({ maxLength: 80 }).map((octets) =>
  String.fromCharCode(...octets)
);

/** A text's octets, cut where the numbers say: each is a part of the whole. */
export function divide(wire: string, cuts: readonly number[]): Uint8Array<ArrayBuffer>[] {
  const offsets = cuts.map((cut) => Math.floor(cut * wire.length)).toSorted((a, b) => a - b);
  return [0, ...offsets].map((start, i) => octetsOf(wire.slice(start, offsets[i] ?? wire.length)));
}

/** Where to cut a text. */
export const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 1,
  maxLength: 12,
});
