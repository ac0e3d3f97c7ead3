/** A head that repeats the last one is what it would be if it were read anew. */
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { type RequestHead, RequestHeadParser } from "../../src/protocol/request_head.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../assert.ts";

const HEADS: [why: string, head: string][] = [
  ["short", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["of HTTP/1.0 without Host", "GET /path?query HTTP/1.0\r\n\r\n"],
  ["with a host that URL changes", "GET /a/../b HTTP/1.1\r\nHost: EXAMPLE.com:80\r\n\r\n"],
  ["in absolute-form", "GET http://b/c?d HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["in asterisk-form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["with content", "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"],
  ["chunked", "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["that closes", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"],
  ["that keeps alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"],
  [
    "that expects",
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
  ],
  ["of an own method", "BREW /pot HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\n\r\n"],
  ["of 1024 octets", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(992)}\r\n\r\n`],
  ["of 1025 octets", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(993)}\r\n\r\n`],
];

/** All that a head says. */
function describe(head: RequestHead): unknown {
  const { fields, fieldCount } = head;
  return {
    method: head.method,
    target: head.target,
    form: head.form,
    minorVersion: head.minorVersion,
    framing: head.framing,
    expectation: head.expectation,
    persistent: head.persistent,
    close: head.close,
    keepAlive: head.keepAlive,
    uri: head.uri("http", "fallback"),
    secureUri: head.uri("https", "fallback"),
    pathname: head.pathname(),
    pathAndQuery: head.pathAndQuery(),
    lines: Array.from({ length: fieldCount }, (_, i) => [fields.name(i), fields.value(i)]),
  };
}

/** Reads a head that begins at an offset; gives where it ends, counted from there. */
function read(parser: RequestHeadParser, head: string, before: string): [unknown, number] {
  const octets = octetsOf(`${before}${head}GET /next`);
  parser.reset();
  const end = parser.parse(octets, before.length, octets.length)!;
  return [describe(parser.head), end - before.length];
}

for (const [why, head] of HEADS) {
  Deno.test(`RequestHeadParser reads a head ${why} the same when it is repeated`, () => {
    const parser = new RequestHeadParser(DEFAULT_LIMITS);
    const expected = [read(new RequestHeadParser(DEFAULT_LIMITS), head, "")[0], head.length];
    for (const before of ["", "some octets", "x", ""]) {
      assertEquals(read(parser, head, before), expected);
    }
  });
}

Deno.test("RequestHeadParser reads heads that differ in any octet anew", () => {
  const parser = new RequestHeadParser(DEFAULT_LIMITS);
  for (const [, head] of HEADS) {
    for (const [, other] of HEADS) {
      for (const next of [head, other, head]) {
        const expected = read(new RequestHeadParser(DEFAULT_LIMITS), next, "");
        assertEquals(read(parser, next, "behind"), expected);
      }
    }
  }
});

Deno.test("RequestHeadParser keeps nothing of a head that it refused, nor of half a one", () => {
  const parser = new RequestHeadParser(DEFAULT_LIMITS);
  const good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const bad = "GET / HTTP/1.1\r\nHost : a\r\n\r\n";
  assertEquals(read(parser, good, "")[1], good.length);
  for (let i = 0; i < 3; i++) {
    assertThrows(() => read(parser, bad, ""));
    parser.reset();
    const half = octetsOf(good.slice(0, -1));
    assertEquals(parser.parse(half, 0, half.length), undefined);
  }
  assertEquals(read(parser, good, "")[1], good.length);
});

Deno.test("a repeated head reads octets that stay, whatever becomes of those it repeats", () => {
  const parser = new RequestHeadParser(DEFAULT_LIMITS);
  const octets = octetsOf("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  parser.parse(octets, 0, octets.length);
  const first = parser.head;
  const copy = octets.slice();
  parser.reset();
  assertEquals(parser.parse(copy, 0, copy.length), copy.length);
  assertStrictEquals(parser.head, first);
  copy.fill(0);
  assertEquals([first.target, first.fields.value(0)], ["/a", "a"]);
});

const PATHS: [head: string, pathAndQuery: string][] = [
  ["GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n", "/a?b=c"],
  ["GET /a/../b?c HTTP/1.1\r\nHost: a\r\n\r\n", "/b?c"],
  ["GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", "/"],
  ["GET http://b/c?d HTTP/1.1\r\nHost: a\r\n\r\n", "/c?d"],
  ["OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "/"],
];

for (const [head, expected] of PATHS) {
  Deno.test(`pathAndQuery() of ${head.split("\r\n")[0]} is ${expected}`, () => {
    const parser = new RequestHeadParser(DEFAULT_LIMITS);
    parser.parse(octetsOf(head), 0, head.length);
    const { pathname, search } = new URL(parser.head.uri("http", "fallback"));
    assertEquals(parser.head.pathAndQuery(), expected);
    assertEquals(expected, pathname + search);
  });
}
