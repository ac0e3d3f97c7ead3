import { text } from "../../mod.ts";
import type { RefusalReason } from "../../src/server/refusals.ts";
import { assert, assertEquals, assertFalse, assertMatch } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import {
  FOLLOWER,
  MemoryServer,
  post,
  request,
  sendOctetByOctet,
  settle,
  unprinted,
} from "./memory_server.ts";

/** Content that the handler does not read, chunk by chunk. */
const CHUNKS = "1\r\nx\r\n0\r\n\r\n";
const GET = request("GET / HTTP/1.1");
const fields = (...lines: readonly string[]) => request("GET / HTTP/1.1", lines);
const chunked = (coding: string, content = CHUNKS) =>
  request("POST / HTTP/1.1", [`Transfer-Encoding: ${coding}`], content);
const host = (...lines: readonly string[]) =>
  `GET / HTTP/1.1\r\n${lines.map((line) => `Host:${line}\r\n`).join("")}\r\n`;

/** What is refused and closes, through a handler that reads all content. */
const REFUSED: [why: string, wire: string, status: number, reason: RefusalReason][] = [
  ["three empty lines", `\r\n\r\n\r\n${GET}`, 400, "malformed-request-line"],
  ["a malformed request line", request("GET  / HTTP/1.1"), 400, "malformed-request-line"],
  ["a version in lower case", request("GET / http/1.1"), 400, "malformed-http-version"],
  ["half a version", request("GET / HTTP/1"), 400, "malformed-http-version"],
  ["a malformed field line", fields("X y"), 400, "malformed-field-line"],
  ["no Host", host(), 400, "missing-host"],
  ["two Hosts", host(" a", " a"), 400, "repeated-host"],
  ["an empty Host", host(""), 400, "invalid-host"],
  ["userinfo in Host", host(" me@a"), 400, "invalid-host"],
  ["a path in Host", host(" a/b"), 400, "invalid-host"],
  ["a comma in Host", host(" a,b"), 400, "invalid-host"],
  ["a space in Host", host(" a b"), 400, "invalid-host"],
  ["a bad port in Host", host(" a:b"), 400, "invalid-host"],
  ["bad brackets in Host", host(" [::1"), 400, "invalid-host"],
  ["a Host of five numbers", host(" 1.2.3.4.5"), 400, "invalid-host"],
  ["a Host of broken punycode", host(" xn--a"), 400, "invalid-host"],
  ["a Host with an encoded slash", host(" a%2fb"), 400, "invalid-host"],
  ["an empty Host of 1.0", "GET / HTTP/1.0\r\nHost:\r\n\r\n", 400, "invalid-host"],
  [
    "a length beside chunked",
    request("POST / HTTP/1.1", ["Content-Length: 5", "Transfer-Encoding: chunked"], CHUNKS),
    400,
    "ambiguous-framing",
  ],
  [
    "lengths that differ",
    fields("Content-Length: 1", "Content-Length: 2"),
    400,
    "conflicting-content-length",
  ],
  [
    "a length that overflows",
    fields(`Content-Length: ${2 ** 60}0`),
    400,
    "malformed-content-length",
  ],
  ["a length of letters", fields("Content-Length: five"), 400, "malformed-content-length"],
  [
    "chunked on 1.0",
    request("POST / HTTP/1.0", ["Transfer-Encoding: chunked"], CHUNKS),
    400,
    "unexpected-transfer-encoding",
  ],
  ["chunked twice", chunked("chunked, chunked"), 400, "malformed-transfer-encoding"],
  ["chunked that is not last", chunked("chunked, gzip"), 400, "malformed-transfer-encoding"],
  [
    "chunked in two lines",
    chunked("chunked\r\nTransfer-Encoding: chunked"),
    400,
    "malformed-transfer-encoding",
  ],
  ["chunked beside nothing", chunked("chunked,"), 400, "malformed-transfer-encoding"],
  ["another transfer coding", chunked("gzip, chunked"), 501, "unsupported-transfer-coding"],
  ["a bare CR", fields("X: a\rb"), 400, "malformed-field-line"],
  ["a bare LF", fields("X: a\nb: c"), 400, "malformed-field-line"],
  ["a NUL", fields("X: a\0"), 400, "malformed-field-line"],
  ["a folded line", fields("X: a", " b"), 400, "folded-field-line"],
  ["white space before the colon", fields("X : a"), 400, "malformed-field-line"],
  ["a malformed chunk", chunked("chunked", "x\r\n"), 400, "malformed-chunk"],
  ["white space behind a chunk size", chunked("chunked", "1 \r\nx\r\n"), 400, "malformed-chunk"],
  ["a chunk size with a sign", chunked("chunked", "+1\r\nx\r\n"), 400, "malformed-chunk"],
  ["a chunk size with a prefix", chunked("chunked", "0x1\r\nx\r\n"), 400, "malformed-chunk"],
  [
    "a chunk size that overflows",
    chunked("chunked", "fffffffffffffff\r\n"),
    400,
    "malformed-chunk",
  ],
  ["a malformed extension", chunked("chunked", "1;=\r\n"), 400, "malformed-chunk-extension"],
  [
    "an extension too long",
    chunked("chunked", `1;${"a".repeat(300)}\r\n`),
    400,
    "chunk-extension-too-long",
  ],
  ["a malformed trailer", chunked("chunked", "0\r\nX\r\n\r\n"), 400, "malformed-trailer-section"],
  [
    "a trailer section too large",
    chunked("chunked", `0\r\nX: ${"x".repeat(9000)}\r\n\r\n`),
    431,
    "trailer-section-too-large",
  ],
  ["a method too long", request(`${"A".repeat(33)} / HTTP/1.1`), 400, "method-too-long"],
  [
    "a request-target too long",
    request(`GET /${"a".repeat(9000)} HTTP/1.1`),
    414,
    "request-target-too-long",
  ],
  ["a malformed request-target", request("GET a HTTP/1.1"), 400, "malformed-request-target"],
  ["a head too large", fields(`X: ${"x".repeat(40_000)}`), 431, "header-section-too-large"],
  ["too many fields", fields(...new Array(101).fill("a: b")), 431, "too-many-fields"],
  ["content too large", post("x".repeat(1001)), 413, "content-too-large"],
  [
    "chunks too large",
    chunked("chunked", `3e9\r\n${"x".repeat(1001)}\r\n0\r\n\r\n`),
    413,
    "content-too-large",
  ],
  ["HTTP/2", request("GET / HTTP/2.0"), 505, "unsupported-http-version"],
  [
    "the preface of HTTP/2",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    505,
    "unsupported-http-version",
  ],
  ["a NUL in front", "\0", 400, "not-http"],
  ["a TLS hello", "\x16\x03\x01\x02\x00\x01\x00", 400, "not-http"],
  ["CONNECT", request("CONNECT a:443 HTTP/1.1"), 501, "unsupported-method"],
  [
    "a URI of HTTPS in the clear, and content",
    request("POST HTTPS://test/ HTTP/1.1", ["Content-Length: 5"], "hello"),
    421,
    "misdirected-request",
  ],
  [
    "an expectation, and content",
    post("hello", ["Expect: payment"]),
    417,
    "unsupported-expectation",
  ],
];

for (const [why, wire, status, reason] of REFUSED) {
  for (const [how, send] of [["whole", undefined], ["octet by octet", sendOctetByOctet]] as const) {
    Deno.test(`a server refuses ${why} with ${status}, ${how}, and closes`, async () => {
      const addresses: unknown[] = [];
      const reasons: string[] = [];
      const server = new MemoryServer(async (request) => text(await request.text()), {
        limits: { content: 1000 },
        onRefusal(why, address) {
          reasons.push(why);
          addresses.push(address);
        },
      });
      const client = server.connect("192.0.2.7");
      if (send === undefined) client.send(wire);
      else send(client, wire);
      await settle();

      const [answer, ...others] = readAnswers(client.read());
      assertEquals([answer.status, others], [status, []]);
      assertEquals(field(answer, "connection"), "close");
      assertEquals(field(answer, "content-type"), "text/plain;charset=UTF-8");
      assertMatch(answer.content, new RegExp(reason));
      assertEquals(reasons, [reason]);
      assertEquals(addresses, [{ transport: "tcp", hostname: "192.0.2.7", port: 50_000 }]);
      assertEquals(server.server.stats().refused, { [reason]: 1 });

      // The close lingers: the client may read in peace, and what it still sends is for nobody.
      assert(client.finished);
      assertFalse(client.closed);
      client.send(FOLLOWER);
      await settle();
      assertEquals(client.read(), "");
      client.end();
      assert(client.closed);
      assertEquals(server.server.stats().connections.open, 0);
    });
  }
}

/** What is answered, after which the next request is served. */
const SERVED: [why: string, wire: string, statuses: number[], reason?: RefusalReason][] = [
  ["an empty line in front", `\r\n${GET}`, [200]],
  ["two empty lines in front", `\r\n\r\n${GET}`, [200]],
  ["an empty line between requests", `${GET}\r\n${GET}`, [200, 200]],
  ["HTTP/1.2", request("GET / HTTP/1.2"), [200]],
  ["equal lengths", request("POST / HTTP/1.1", ["Content-Length: 1", "Content-Length: 1"], "x"), [
    200,
  ]],
  ["TRACE", request("TRACE / HTTP/1.1"), [501], "unsupported-method"],
  [
    "a URI of https in the clear",
    request("GET https://test/ HTTP/1.1"),
    [421],
    "misdirected-request",
  ],
  ["a URI of http", request("GET http://test/ HTTP/1.1"), [200]],
  ["an expectation without content", fields("Expect: payment"), [417], "unsupported-expectation"],
  ["OPTIONS of the server", request("OPTIONS * HTTP/1.1"), [204]],
  ["GET with content", request("GET / HTTP/1.1", ["Content-Length: 5"], "hello"), [200]],
  ["GET with chunks", request("GET / HTTP/1.1", ["Transfer-Encoding: chunked"], CHUNKS), [200]],
  ["content that is not read", post("hello"), [200]],
  ["an upgrade", fields("Connection: upgrade", "Upgrade: websocket"), [200]],
  ["HTTP/1.0 that asks to persist", request("GET / HTTP/1.0", ["Connection: keep-alive"]), [200]],
  ["three requests at once", GET + GET + GET, [200, 200, 200]],
];

for (const [why, wire, statuses, reason] of SERVED) {
  for (const [how, send] of [["whole", undefined], ["octet by octet", sendOctetByOctet]] as const) {
    Deno.test(`a server answers ${why}, ${how}, and serves the next request`, async () => {
      const server = new MemoryServer(() => text("ok"));
      const client = server.connect();
      if (send === undefined) client.send(wire);
      else send(client, wire);
      await settle();
      const answers = readAnswers(client.read());
      assertEquals(answers.map(({ status }) => status), statuses);
      for (const answer of answers) {
        assertFalse(field(answer, "connection")?.includes("close"));
        assert(answer.whole);
      }
      assertEquals(server.refusals, reason === undefined ? [] : [reason]);

      client.send(FOLLOWER);
      await settle();
      assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
      assertEquals([client.finished, client.closed], [false, false]);
    });
  }
}

/** What is answered, after which the connection closes though nothing was refused. */
const LAST: [why: string, wire: string][] = [
  ["Connection: close", fields("Connection: close")],
  ["HTTP/1.0", request("GET / HTTP/1.0")],
  ["HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"],
  [
    "a client that waits in vain to send",
    request("POST / HTTP/1.1", [
      "Content-Length: 5",
      "Expect: 100-continue",
    ]),
  ],
  ["content longer than is read away", post("x".repeat(65_537))],
];

for (const [why, wire] of LAST) {
  Deno.test(`a server answers ${why} without reading content, and closes`, async () => {
    const server = new MemoryServer(() => text("ok"));
    const client = server.connect();
    client.send(wire + FOLLOWER);
    await settle();
    const answers = readAnswers(client.read());
    assertEquals(answers.map(({ status }) => status), [200]);
    assertEquals(field(answers[0], "connection"), "close");
    assertEquals([client.finished, client.closed], [true, false]);
    assertEquals(server.refusals, []);
    assertEquals(server.server.stats().requests.total, 1);
  });
}

Deno.test("a server refuses a first octet at once, before its line ends", async () => {
  const server = new MemoryServer(() => text("ok"));
  const { answers } = await server.converse("\x16");
  assertEquals(answers.map(({ status }) => status), [400]);
});

Deno.test("a refusal goes behind the answers before it, in one write", async () => {
  const server = new MemoryServer(() => text("ok"));
  const { client, answers } = await server.converse(`${GET}${GET}GET / HTTP/7.0\r\n\r\n`);
  assertEquals(answers.map(({ status }) => status), [200, 200, 505]);
  assertEquals(client.writes, 1);
});

Deno.test("a refusal of HEAD has the length of its content, and no content", async () => {
  const server = new MemoryServer(() => text("ok"));
  const { answers } = await server.converse(
    request("HEAD / HTTP/1.1", ["Expect: payment"]),
    ["HEAD"],
  );
  assertEquals(answers.map(({ status, content }) => [status, content]), [[417, ""]]);
  assertMatch(field(answers[0], "content-length") ?? "", /^[1-9]\d$/);
});

Deno.test("a refusal of what cannot be read knows nothing of the request before it", async () => {
  const server = new MemoryServer(() => text("ok"));
  const wire = request("HEAD / HTTP/1.0", ["Connection: keep-alive"]);
  const { answers } = await server.converse(`${wire}\0`, ["HEAD"]);
  assertEquals(answers.map(({ status }) => status), [200, 400]);
  assertMatch(answers[1].content, /not-http/);
});

Deno.test("an onRefusal that throws decides over nothing", async () => {
  const server = new MemoryServer(() => text("ok"), {
    onRefusal() {
      throw new Error("of the hook");
    },
  });
  const printed = await unprinted(async () => {
    const { answers } = await server.converse(request("TRACE / HTTP/1.1") + GET);
    assertEquals(answers.map(({ status }) => status), [501, 200]);
  });
  assertEquals(printed.map(String), ["Error: of the hook"]);
});
