import { assertEquals, assertThrows } from "../assert.ts";
import { ProtocolError, type ProtocolErrorReason } from "../../src/protocol/errors.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import {
  MAX_METHOD,
  parseRequestLine,
  requestLineBound,
  type RequestLineSpans,
} from "../../src/protocol/request_line.ts";
import { assertAccepted, assertRefused, assertWaits, limitsWith } from "./transcript.ts";

const FIELDS = "Host: a\r\n\r\n";

const ACCEPTED: [why: string, rfc: string, line: string, parts: [string, string, number]][] = [
  ["the shortest", "9112 §3", "GET / HTTP/1.1\r\n", ["GET", "/", 1]],
  ["HTTP/1.0", "9112 §2.3", "GET / HTTP/1.0\r\n", ["GET", "/", 0]],
  ["HTTP/1.2 as 1.1", "9110 §2.5", "GET / HTTP/1.2\r\n", ["GET", "/", 1]],
  ["HTTP/1.9 as 1.1", "9110 §2.5", "GET / HTTP/1.9\r\n", ["GET", "/", 1]],
  ["a method of any token", "9112 §3.1", "!#$%&'*+-.^_`|~0aZ / HTTP/1.1\r\n", [
    "!#$%&'*+-.^_`|~0aZ",
    "/",
    1,
  ]],
  ["a lower-case method as it is", "9112 §3.1", "get / HTTP/1.1\r\n", ["get", "/", 1]],
  ["a method of 32 octets", "9112 §3.1", `${"M".repeat(32)} / HTTP/1.1\r\n`, [
    "M".repeat(32),
    "/",
    1,
  ]],
  ["what browsers send raw in a query", "9112 §3.2", 'GET /?q={}|^`<>"\\ HTTP/1.1\r\n', [
    "GET",
    '/?q={}|^`<>"\\',
    1,
  ]],
];

const REJECTED: [
  why: string,
  rfc: string,
  line: string,
  reason: ProtocolErrorReason,
  status: number,
][] = [
  ["two spaces before the target", "9112 §3", "GET  / HTTP/1.1", "malformed-request-line", 400],
  ["two spaces behind the target", "9112 §3", "GET /  HTTP/1.1", "malformed-http-version", 400],
  ["a tab for a space", "9112 §3", "GET\t/ HTTP/1.1", "malformed-request-line", 400],
  ["a tab behind the target", "9112 §3", "GET /\tHTTP/1.1", "malformed-request-line", 400],
  ["a method that is no token", "9112 §3.1", "G(T / HTTP/1.1", "malformed-request-line", 400],
  ["a method of 33 octets", "9112 §3", `${"M".repeat(33)} / HTTP/1.1`, "method-too-long", 400],
  ["no target", "9112 §3", "GET HTTP/1.1", "malformed-request-line", 400],
  ["only a method", "9112 §3", "GET", "malformed-request-line", 400],
  ["no version", "9112 §3", "GET /", "malformed-request-line", 400],
  ["an empty version", "9112 §3", "GET / ", "malformed-http-version", 400],
  ["a # in the target", "9112 §3.2", "GET /#a HTTP/1.1", "malformed-request-line", 400],
  ["an octet beyond ASCII", "9112 §3.2", "GET /\xe9 HTTP/1.1", "malformed-request-line", 400],
  ["NUL in the target", "9112 §3.2", "GET /\0 HTTP/1.1", "malformed-request-line", 400],
  ["DEL in the target", "9112 §3.2", "GET /\x7f HTTP/1.1", "malformed-request-line", 400],
  ["a bare CR in the target", "9112 §2.2", "GET /\rX HTTP/1.1", "malformed-request-line", 400],
  ["a bare CR at the end", "9112 §2.2", "GET / HTTP/1.1\rX", "malformed-request-line", 400],
  ["a space at the end", "9112 §3", "GET / HTTP/1.1 ", "malformed-request-line", 400],
  ["a lower-case name", "9112 §2.3", "GET / http/1.1", "malformed-http-version", 400],
  ["a name with its H in lower case", "9112 §2.3", "GET / hTTP/1.1", "malformed-http-version", 400],
  ["a name with a T in lower case", "9112 §2.3", "GET / HTtP/1.1", "malformed-http-version", 400],
  ["a name with its P in lower case", "9112 §2.3", "GET / HTTp/1.1", "malformed-http-version", 400],
  ["another name", "9112 §2.3", "GET / HTTQ/1.1", "malformed-http-version", 400],
  ["a name one letter off", "9112 §2.3", "GET / XTTP/1.1", "malformed-http-version", 400],
  ["a name two letters off", "9112 §2.3", "GET / HXTP/1.1", "malformed-http-version", 400],
  ["a name three letters off", "9112 §2.3", "GET / HTXP/1.1", "malformed-http-version", 400],
  ["no slash", "9112 §2.3", "GET / HTTP-1.1", "malformed-http-version", 400],
  ["a major version alone", "9112 §2.3", "GET / HTTP/1", "malformed-http-version", 400],
  ["a letter for the major", "9112 §2.3", "GET / HTTP/a.1", "malformed-http-version", 400],
  ["a comma for the dot", "9112 §2.3", "GET / HTTP/1,1", "malformed-http-version", 400],
  ["a letter for the minor", "9112 §2.3", "GET / HTTP/1.x", "malformed-http-version", 400],
  ["two digits for the minor", "9112 §2.3", "GET / HTTP/1.10", "malformed-request-line", 400],
  ["HTTP/2.0", "9110 §15.6.6", "GET / HTTP/2.0", "unsupported-http-version", 505],
  ["HTTP/0.9", "9110 §15.6.6", "GET / HTTP/0.9", "unsupported-http-version", 505],
  ["HTTP/9.1", "9110 §15.6.6", "GET / HTTP/9.1", "unsupported-http-version", 505],
  ["the HTTP/2 preface", "9113 §3.4", "PRI * HTTP/2.0", "unsupported-http-version", 505],
];

/** What ends a line and is no CRLF. */
const LINE_ENDS: [why: string, end: string, reason: ProtocolErrorReason][] = [
  ["a bare LF", "\n", "malformed-request-line"],
  ["two CRs", "\r\r\n", "malformed-request-line"],
];

for (const [why, rfc, line, [method, target, minorVersion]] of ACCEPTED) {
  Deno.test(`parseRequestLine() reads ${why} (RFC ${rfc})`, () => {
    for (const behind of ["", "Host: a\r\n"]) {
      const spans = newSpans();
      const bytes = octetsOf(line + behind);
      assertEquals(parseRequestLine(bytes, 0, bytes.length, spans), line.length);
      const { methodEnd, targetEnd } = spans;
      assertEquals(
        [textOf(bytes, 0, methodEnd), textOf(bytes, methodEnd + 1, targetEnd), spans.minorVersion],
        [method, target, minorVersion],
      );
    }
  });

  Deno.test(`parseRequestLine() waits for the whole of ${why} (RFC ${rfc})`, () => {
    const bytes = octetsOf(line);
    for (let end = 0; end < line.length; end++) {
      assertEquals(parseRequestLine(bytes, 0, end, newSpans()), undefined);
    }
  });

  Deno.test(`Exchange reads a request line of ${why} (RFC ${rfc})`, () => {
    assertAccepted(line + FIELDS, [`${method} ${target}`, "end"]);
  });
}

for (const [why, rfc, line, reason, status] of REJECTED) {
  Deno.test(`parseRequestLine() rejects ${why} (RFC ${rfc})`, () => {
    const bytes = octetsOf(`${line}\r\n`);
    const error = assertThrows(
      () => parseRequestLine(bytes, 0, bytes.length, newSpans()),
      ProtocolError,
    );
    assertEquals([error.reason, error.status], [reason, status]);
    assertRefused(`${line}\r\n${FIELDS}`, reason, status);
  });
}

for (const [why, end, reason] of LINE_ENDS) {
  Deno.test(`Exchange rejects ${why} behind a request line (RFC 9112 §2.2)`, () => {
    assertRefused(`GET / HTTP/1.1${end}${FIELDS}`, reason, 400);
  });
}

Deno.test("parseRequestLine() begins where it is told (RFC 9112 §3)", () => {
  const spans = newSpans();
  const bytes = octetsOf("xxPUT /a HTTP/1.1\r\n");
  assertEquals(parseRequestLine(bytes, 2, bytes.length, spans), bytes.length);
  assertEquals(spans, { methodEnd: 5, targetEnd: 8, minorVersion: 1 });
});

Deno.test("Exchange reads a request-target of the limit, and no longer one (RFC 9112 §3)", () => {
  const limits = limitsWith({ requestTarget: 20 });
  const target = `/${"t".repeat(19)}`;
  assertAccepted(`GET ${target} HTTP/1.1\r\n${FIELDS}`, [`GET ${target}`, "end"], limits);
  assertRefused(`GET ${target}t HTTP/1.1\r\n${FIELDS}`, "request-target-too-long", 414, limits);
});

Deno.test("Exchange reads the longest request line (RFC 9112 §3)", () => {
  const limits = limitsWith({ requestTarget: 20 });
  const method = "M".repeat(MAX_METHOD);
  const target = `/${"t".repeat(19)}`;
  const line = `${method} ${target} HTTP/1.1\r\n`;
  assertEquals(line.length, requestLineBound(20));
  assertAccepted(line + FIELDS, [`${method} ${target}`, "end"], limits);
});

Deno.test("Exchange waits for a request line no longer than its bound (RFC 9112 §3)", () => {
  const limits = limitsWith({ requestTarget: 20 });
  const bound = requestLineBound(20);
  const endless = `GET /${"t".repeat(bound)}`;
  assertWaits(endless.slice(0, bound - 1), limits);
  assertRefused(endless.slice(0, bound), "request-target-too-long", 414, limits);
  assertRefused("M".repeat(bound), "method-too-long", 400, limits);
  assertRefused(`${"M".repeat(33)} ${"/".repeat(bound)}`, "method-too-long", 400, limits);
  assertRefused(`${"M".repeat(32)} ${"/".repeat(bound)}`, "request-target-too-long", 414, limits);
});

function newSpans(): RequestLineSpans {
  return { methodEnd: 0, targetEnd: 0, minorVersion: -1 };
}
