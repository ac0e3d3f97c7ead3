import { assertEquals, assertStrictEquals, assertThrows } from "../assert.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { RequestHeadParser } from "../../src/protocol/request_head.ts";
import { headOf } from "./transcript.ts";

const EXPECTATIONS: [version: string, fields: string, expectation: string][] = [
  ["1.1", "", "none"],
  ["1.1", "Expect: 100-continue\r\n", "100-continue"],
  ["1.1", "eXPECT: 100-Continue\r\n", "100-continue"],
  ["1.1", "Expect: 100-continue\r\nExpect: 100-continue\r\n", "100-continue"],
  ["1.1", "Expect: 200-ok\r\n", "unsupported"],
  ["1.1", "Expect:\r\n", "unsupported"],
  ["1.1", "Expect: 100-continue, b\r\n", "unsupported"],
  ["1.1", "Expect: b\r\nExpect: 100-continue\r\n", "unsupported"],
  ["1.1", "Expect: 100-continue\r\nExpect: b\r\n", "unsupported"],
  ["1.1", "Expert: b\r\n", "none"],
  ["1.0", "Expect: 100-continue\r\n", "none"],
  ["1.0", "Expect: b\r\n", "unsupported"],
];

const METHODS = [
  ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"],
  ["get", "GEX", "PROPFIND", "QUERY", "M-SEARCH", "A"],
].flat();

for (const [version, fields, expectation] of EXPECTATIONS) {
  const what = fields.trimEnd().replaceAll("\r\n", " and ") || "no Expect";
  Deno.test(`RequestHead.expectation of HTTP/${version} with ${what} is ${expectation} (RFC 9110 §10.1.1)`, () => {
    const head = headOf(`POST / HTTP/${version}\r\nHost: a\r\n${fields}\r\n`);
    assertEquals(head.expectation, expectation);
  });
}

for (const method of METHODS) {
  Deno.test(`RequestHead.method is ${method}, as it was sent (RFC 9110 §9.1)`, () => {
    assertEquals(headOf(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`).method, method);
  });
}

Deno.test("RequestHead looks only at fields by their whole names (RFC 9110 §5.1)", () => {
  const fields = [
    "Hose: b, c",
    "Expert: b",
    "Connexions: close",
    "Connectiom: close",
    "Content-Lengtg: b",
    "Transfer-Encodinx: b",
  ];
  const head = headOf(`POST / HTTP/1.1\r\nHost: a\r\n${fields.join("\r\n")}\r\n\r\n`);
  assertEquals([head.framing.kind, head.expectation, head.persistent], ["none", "none", true]);
});

Deno.test("RequestHead.pathname() leaves out the query (RFC 3986 §3.3)", () => {
  assertEquals(headOf("GET /b?c HTTP/1.1\r\nHost: a\r\n\r\n").pathname(), "/b");
  assertEquals(headOf("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").pathname(), "/b");
  assertEquals(headOf("GET /b/.?c HTTP/1.1\r\nHost: a\r\n\r\n").pathname(), "/b/");
});

Deno.test("RequestHead.uri() has the scheme of the connection (RFC 9110 §7.4)", () => {
  const head = headOf("GET /b HTTP/1.1\r\nHost: a:443\r\n\r\n");
  assertEquals(head.uri("https", "c"), "https://a/b");
  assertEquals(head.uri("http", "c"), "http://a:443/b");
});

Deno.test("RequestHead.fields is made once", () => {
  const head = headOf("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assertStrictEquals(head.fields, head.fields);
  assertEquals(head.fieldCount, 1);
});

Deno.test("RequestHeadParser begins where it is told, and again after a reset (RFC 9112 §2.1)", () => {
  const head = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";
  const parser = new RequestHeadParser(DEFAULT_LIMITS);
  const first = octetsOf(`xx${head}`);
  assertEquals(parser.parse(first, 2, 20), undefined);
  parser.reset();
  const second = octetsOf(head);
  assertEquals(parser.parse(second, 0, second.length), head.length);
  assertEquals(parser.head.target, "/b");
  assertEquals(parser.head.fields.value(0), "a");
});

Deno.test("RequestHeadParser reports a request line before the fields behind it (RFC 9112 §3)", () => {
  const wire = octetsOf("GET / HTTP/1.x\r\n : \r\n\r\n");
  const error = assertThrows(
    () => new RequestHeadParser(DEFAULT_LIMITS).parse(wire, 0, wire.length),
    ProtocolError,
  );
  assertEquals(error.reason, "malformed-http-version");
});
