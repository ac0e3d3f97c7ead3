import { assertEquals } from "../assert.ts";
import { ChunkedDecoder } from "../../src/protocol/chunked_decoder.ts";
import type { ProtocolErrorReason } from "../../src/protocol/errors.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { assertAccepted, assertRefused, limitsWith, outline, transcribe } from "./transcript.ts";

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

const ACCEPTED: [why: string, rfc: string, coded: string, content: string, trailers?: string[]][] =
  [
    ["no content", "9112 §7.1", "0\r\n\r\n", ""],
    ["several zeros", "9112 §7.1", "000\r\n\r\n", ""],
    ["one chunk", "9112 §7.1", "3\r\nabc\r\n0\r\n\r\n", "abc"],
    ["several chunks", "9112 §7.1", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc"],
    ["a lower-case digit", "9112 §7.1", "a\r\n0123456789\r\n0\r\n\r\n", "0123456789"],
    ["an upper-case digit", "9112 §7.1", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"],
    ["the largest digits", "9112 §7.1", `1f\r\n${"x".repeat(31)}\r\n0\r\n\r\n`, "x".repeat(31)],
    ["two digits", "9112 §7.1", `1F\r\n${"x".repeat(31)}\r\n0\r\n\r\n`, "x".repeat(31)],
    ["zeros before a size", "9112 §7.1", "0000000000003\r\nabc\r\n0\r\n\r\n", "abc"],
    ["framing as content", "9112 §7.1", "5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n"],
    ["an extension", "9112 §7.1.1", "1;a\r\nb\r\n0\r\n\r\n", "b"],
    ["an extension with a value", "9112 §7.1.1", "1;a=b\r\nc\r\n0;d=e\r\n\r\n", "c"],
    ["several extensions", "9112 §7.1.1", "1;a;b=c;d\r\ne\r\n0\r\n\r\n", "e"],
    ["a quoted value", "9112 §7.1.1", '1;a="b; ,\t\x80";c\r\nd\r\n0\r\n\r\n', "d"],
    ["an empty quoted value", "9112 §7.1.1", '1;a=""\r\nb\r\n0\r\n\r\n', "b"],
    ["a quoted pair", "9110 §5.6.4", '1;a="\\"\\\\"\r\nb\r\n0\r\n\r\n', "b"],
    ["a trailer", "9112 §7.1.2", "0\r\nA: b\r\n\r\n", "", ["a: b"]],
    ["trailers", "9112 §7.1.2", "1\r\na\r\n0\r\nB: c\r\nd:\r\n\r\n", "a", ["b: c", "d: "]],
    ["trailers that frame nothing", "9110 §6.5.1", "0\r\nContent-Length: 9\r\n\r\n", "", [
      "content-length: 9",
    ]],
  ];

const CHUNK = "malformed-chunk";
const EXTENSION = "malformed-chunk-extension";
const TRAILER = "malformed-trailer-section";

const REJECTED: [why: string, rfc: string, coded: string, reason: ProtocolErrorReason][] = [
  ["an empty size", "9112 §7.1", "\r\n", CHUNK],
  ["an extension without a size", "9112 §7.1", ";a\r\n", CHUNK],
  ["a sign", "9112 §7.1", "+1\r\na\r\n", CHUNK],
  ["a negative size", "9112 §7.1", "-1\r\na\r\n", CHUNK],
  ["a prefix", "9112 §7.1", "0x1\r\na\r\n", CHUNK],
  ["a letter that is no digit", "9112 §7.1", "g\r\n", CHUNK],
  ["an upper-case letter that is no digit", "9112 §7.1", "G\r\n", CHUNK],
  ["the octet before 0", "9112 §7.1", "/\r\n", CHUNK],
  ["the octet behind 9", "9112 §7.1", ":\r\n", CHUNK],
  ["the octet before a", "9112 §7.1", "`\r\n", CHUNK],
  ["the octet before A", "9112 §7.1", "@\r\n", CHUNK],
  ["a digit with its high bit set", "9112 §7.1", "\xb1\r\na\r\n", CHUNK],
  ["white space before a size", "9112 §7.1.1", " 1\r\na\r\n", CHUNK],
  ["white space behind a size", "9112 §7.1.1", "1 \r\na\r\n", CHUNK],
  ["a tab behind a size", "9112 §7.1.1", "1\t\r\na\r\n", CHUNK],
  ["white space before an extension", "9112 §7.1.1", "1 ;a\r\nb\r\n", CHUNK],
  ["an overflow", "9112 §7.1", "10000000000000\r\n", CHUNK],
  ["a size of 14 zeros", "9112 §7.1", "00000000000000\r\n", CHUNK],
  ["an overflow of 64 bits", "9112 §7.1", "10000000000000001\r\n", CHUNK],
  ["a bare LF behind a size", "9112 §2.2", "1\na\r\n", CHUNK],
  ["a bare CR behind a size", "9112 §2.2", "1\ra\r\n", CHUNK],
  ["another octet for the LF behind a size", "9112 §7.1", "1\rXa\r\n0\r\n\r\n", CHUNK],
  ["another octet for the CR behind a chunk", "9112 §7.1", "1\r\naX\n0\r\n\r\n", CHUNK],
  ["another octet for the LF behind a chunk", "9112 §7.1", "1\r\na\rX0\r\n\r\n", CHUNK],
  ["two CRs behind a size", "9112 §2.2", "1\r\r\na\r\n", CHUNK],
  ["a chunk longer than its size", "9112 §7.1", "1\r\nab\r\n", CHUNK],
  ["a chunk that ends in a bare LF", "9112 §2.2", "1\r\na\n0\r\n\r\n", CHUNK],
  ["a chunk that ends in a bare CR", "9112 §2.2", "1\r\na\r0\r\n\r\n", CHUNK],
  ["a chunk without an end", "9112 §7.1", "1\r\na0\r\n\r\n", CHUNK],
  ["an empty extension", "9112 §7.1.1", "1;\r\na\r\n", EXTENSION],
  ["an empty extension among others", "9112 §7.1.1", "1;a;;b\r\nc\r\n", EXTENSION],
  ["white space in an extension", "9112 §7.1.1", "1;a b\r\nc\r\n", EXTENSION],
  ["white space before a name", "9112 §7.1.1", "1; a\r\nb\r\n", EXTENSION],
  ["white space around =", "9112 §7.1.1", "1;a =b\r\nc\r\n", EXTENSION],
  ["white space before a value", "9112 §7.1.1", "1;a= b\r\nc\r\n", EXTENSION],
  ["an empty value", "9112 §7.1.1", "1;a=\r\nb\r\n", EXTENSION],
  ["an empty value before another", "9112 §7.1.1", "1;a=;b\r\nc\r\n", EXTENSION],
  ["a value without a name", "9112 §7.1.1", "1;=a\r\nb\r\n", EXTENSION],
  ["two values", "9112 §7.1.1", "1;a=b=c\r\nd\r\n", EXTENSION],
  ["an open quote", "9112 §7.1.1", '1;a="b\r\nc\r\n', EXTENSION],
  ["a quote in a name", "9112 §7.1.1", '1;a"b"\r\nc\r\n', EXTENSION],
  ["a quote in a token", "9112 §7.1.1", '1;a=b"c"\r\nd\r\n', EXTENSION],
  ["a token behind a quote", "9112 §7.1.1", '1;a="b"c\r\nd\r\n', EXTENSION],
  ["a control octet in quotes", "9110 §5.6.4", '1;a="\x01"\r\nb\r\n', EXTENSION],
  ["a quoted pair of a control octet", "9110 §5.6.4", '1;a="\\\x01"\r\nb\r\n', EXTENSION],
  ["a quoted pair of CR", "9110 §5.6.4", '1;a="\\\r\n"\r\nb\r\n', EXTENSION],
  ["CR in quotes", "9112 §2.2", '1;a="\r\n"\r\nb\r\n', EXTENSION],
  ["a bare LF in an extension", "9112 §2.2", "1;a\nb\r\n", EXTENSION],
  ["a bare LF in quotes", "9112 §2.2", '1;a="\n"\r\nb\r\n', EXTENSION],
  ["a bare CR in an extension", "9112 §2.2", "1;a\rb\r\n", CHUNK],
  ["a malformed trailer", "9112 §7.1.2", "0\r\na\r\n\r\n", TRAILER],
  ["white space before a colon in a trailer", "9112 §5.1", "0\r\na : b\r\n\r\n", TRAILER],
  ["a folded trailer", "9112 §5.2", "0\r\na: b\r\n c\r\n\r\n", TRAILER],
  ["a bare LF behind a trailer", "9112 §2.2", "0\r\na: b\n\r\n", TRAILER],
  ["a bare LF for the empty line", "9112 §2.2", "0\r\n\n", TRAILER],
  ["content behind the last chunk", "9112 §7.1", "0\r\nGET / HTTP/1.1\r\n", TRAILER],
];

for (const [why, rfc, coded, content, trailers = []] of ACCEPTED) {
  Deno.test(`ChunkedDecoder reads ${why} (RFC ${rfc})`, () => {
    assertAccepted(HEAD + coded, [
      "POST /",
      ...(content === "" ? [] : [`content ${content}`]),
      ...trailers.map((line) => `trailer ${line}`),
      "end",
    ]);
  });

  Deno.test(`ChunkedDecoder reads ${why} in two parts (RFC ${rfc})`, () => {
    const whole = outline(transcribe([octetsOf(HEAD), octetsOf(coded)]));
    for (let cut = 1; cut < coded.length; cut++) {
      const pieces = [HEAD, coded.slice(0, cut), coded.slice(cut)].map(octetsOf);
      assertEquals(outline(transcribe(pieces)), whole);
    }
  });
}

for (const [why, rfc, coded, reason] of REJECTED) {
  Deno.test(`ChunkedDecoder rejects ${why} (RFC ${rfc})`, () => {
    assertRefused(HEAD + coded, reason, 400);
  });
}

Deno.test("ChunkedDecoder reads extensions of the limit, and no longer ones (RFC 9112 §7.1.1)", () => {
  const limits = limitsWith({ chunkExtension: 8 });
  const expected = ["POST /", "content aa", "end"];
  const chunks = (...extensions: string[]) =>
    `${HEAD}${extensions.map((each) => `1${each}\r\na\r\n`).join("")}0\r\n\r\n`;
  assertAccepted(chunks(";abcdefg", ";abcdefg"), expected, limits);
  assertAccepted(chunks(';a="bcd"', ";a;b;c=d"), expected, limits);
  assertRefused(chunks("", ";abcdefgh"), "chunk-extension-too-long", 400, limits);
  assertRefused(chunks(';a="bcde"'), "chunk-extension-too-long", 400, limits);
  assertRefused(chunks(";a;b;c=de"), "chunk-extension-too-long", 400, limits);
});

Deno.test("ChunkedDecoder reads a trailer section of the limit, and no larger one (RFC 6585 §5)", () => {
  const limits = limitsWith({ trailerSection: 9 });
  assertAccepted(`${HEAD}0\r\nA: bcde\r\n\r\n`, ["POST /", "trailer a: bcde", "end"], limits);
  assertRefused(`${HEAD}0\r\nA: bcdef\r\n\r\n`, "trailer-section-too-large", 431, limits);
  assertRefused(`${HEAD}0\r\n${"a".repeat(11)}`, "trailer-section-too-large", 431, limits);
});

Deno.test("ChunkedDecoder reads as many trailers as the limit, and not one more (RFC 6585 §5)", () => {
  const limits = limitsWith({ headerFields: 2 });
  const coded = `${HEAD}0\r\na:\r\nb:\r\n`;
  assertAccepted(`${coded}\r\n`, ["POST /", "trailer a: ", "trailer b: ", "end"], limits);
  assertRefused(`${coded}c:\r\n\r\n`, "too-many-fields", 431, limits);
});

Deno.test("ChunkedDecoder reads trailers that begin with the next octets (RFC 9112 §7.1.2)", () => {
  const pieces = [HEAD, "0\r\n", "\r\n", "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"].map(octetsOf);
  assertEquals(outline(transcribe(pieces)), ["POST /", "end", "GET /b", "end"]);
});

Deno.test("ChunkedDecoder waits for the largest chunk (RFC 9112 §7.1)", () => {
  const wire = octetsOf(`${HEAD}fffffffffffff\r\nab`);
  assertEquals(outline(transcribe([wire])), ["POST /", "content ab", "waiting"]);
});

Deno.test("ChunkedDecoder says how far it came (RFC 9112 §7.1)", () => {
  const decoder = new ChunkedDecoder(DEFAULT_LIMITS);
  const bytes = octetsOf("x2\r\nab\r\n0\r\n\r\nrest");
  decoder.decode(bytes, 1, bytes.length);
  assertEquals(textOf(bytes, decoder.contentStart, decoder.contentEnd), "ab");
  assertEquals([decoder.consumed, decoder.done, decoder.remaining], [6, false, undefined]);
  decoder.decode(bytes, 6, bytes.length);
  assertEquals(decoder.contentStart, decoder.contentEnd);
  assertEquals([decoder.consumed, decoder.done], [13, true]);
  assertEquals(decoder.trailers, undefined);
});
