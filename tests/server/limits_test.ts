import { text } from "../../mod.ts";
import type { LimitOptions } from "../../src/server/settings.ts";
import type { RefusalReason } from "../../src/server/refusals.ts";
import { assert, assertEquals } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { FOLLOWER, MemoryServer, post, request, settle } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

/** One bound, what keeps it, and what is one beyond it. */
interface Bound {
  readonly limits: LimitOptions;
  readonly kept: string;
  readonly broken: string;
  readonly status: number;
  readonly reason: RefusalReason;
}

function trailers(lines: string): string {
  return request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"], `0\r\n${lines}\r\n`);
}

function extension(octets: string): string {
  const content = `1${octets}\r\nx\r\n0\r\n\r\n`;
  return request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"], content);
}

const BOUNDS: Bound[] = [
  {
    limits: { requestTarget: 5 },
    kept: request("GET /abcd HTTP/1.1"),
    broken: request("GET /abcde HTTP/1.1"),
    status: 414,
    reason: "request-target-too-long",
  },
  {
    // `Host: test` and `X: abcd`, each with its CRLF.
    limits: { headerSection: 21 },
    kept: request("GET / HTTP/1.1", ["X: abcd"]),
    broken: request("GET / HTTP/1.1", ["X: abcde"]),
    status: 431,
    reason: "header-section-too-large",
  },
  {
    limits: { headerFields: 2 },
    kept: request("GET / HTTP/1.1", ["X: a"]),
    broken: request("GET / HTTP/1.1", ["X: a", "Y: b"]),
    status: 431,
    reason: "too-many-fields",
  },
  {
    limits: { headerFields: 2 },
    kept: trailers("A: b\r\nC: d\r\n"),
    broken: trailers("A: b\r\nC: d\r\nE: f\r\n"),
    status: 431,
    reason: "too-many-fields",
  },
  {
    limits: { content: 4 },
    kept: post("abcd"),
    broken: post("abcde"),
    status: 413,
    reason: "content-too-large",
  },
  {
    limits: { content: 0 },
    kept: post(""),
    broken: post("a"),
    status: 413,
    reason: "content-too-large",
  },
  {
    limits: { trailerSection: 9 },
    kept: trailers("X: abcd\r\n"),
    broken: trailers("X: abcde\r\n"),
    status: 431,
    reason: "trailer-section-too-large",
  },
  {
    limits: { chunkExtension: 4 },
    kept: extension(";a=b"),
    broken: extension(";a=bc"),
    status: 400,
    reason: "chunk-extension-too-long",
  },
];

for (const { limits, kept, broken, status, reason } of BOUNDS) {
  const [[name, value]] = Object.entries(limits);

  Deno.test(`limits.${name} of ${value} is kept (${reason})`, async () => {
    const server = new MemoryServer(async (request) => text(await request.text()), { limits });
    const { answers } = await server.converse(kept + kept);
    assertEquals(answers.map(({ status }) => status), [200, 200]);
    assertEquals(server.refusals, []);
  });

  Deno.test(`limits.${name} of ${value} is broken by one more (${reason})`, async () => {
    const server = new MemoryServer(async (request) => text(await request.text()), { limits });
    const { client, answers } = await server.converse(broken + FOLLOWER);
    assertEquals(answers.map(({ status }) => status), [status]);
    assertEquals(server.refusals, [reason]);
    assert(client.finished);
  });
}

Deno.test("no more connections are open than limits.connections", async () => {
  const server = new MemoryServer(() => text("ok"), { limits: { connections: 2 } });
  const [first, second] = [server.connect(), server.connect()];
  const third = server.connect("192.0.2.3");
  assertEquals([third.closed, third.read(), third.writes], [true, "", 0]);
  assertEquals(server.refusals, ["too-many-connections"]);
  assertEquals(server.server.stats().connections, { open: 2, idle: 2, accepted: 2 });
  for (const client of [first, second]) {
    client.send(GET);
    await settle();
    assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
  }
  first.end();
  assertEquals(server.connect().closed, false);
  assertEquals(server.server.stats().connections, { open: 2, idle: 2, accepted: 3 });
});

Deno.test("no more connections of one address are open than limits.connectionsPerAddress", () => {
  const server = new MemoryServer(() => text("ok"), { limits: { connectionsPerAddress: 1 } });
  const first = server.connect("192.0.2.1");
  assertEquals(server.connect("192.0.2.1").closed, true);
  assertEquals(server.connect("192.0.2.2").closed, false);
  assertEquals(server.refusals, ["too-many-connections-from-address"]);
  first.reset();
  assertEquals(server.connect("192.0.2.1").closed, false);
  assertEquals(server.connect("192.0.2.1").closed, true);
  assertEquals(server.server.stats().refused, { "too-many-connections-from-address": 2 });
});

Deno.test("the last of limits.requestsPerConnection says close", async () => {
  const server = new MemoryServer(() => text("ok"), { limits: { requestsPerConnection: 3 } });
  const { client, answers } = await server.converse(GET.repeat(5));
  assertEquals(answers.map((answer) => field(answer, "connection")), [
    undefined,
    undefined,
    "close",
  ]);
  assertEquals([client.finished, server.refusals], [true, []]);
  const other = await server.converse(GET);
  assertEquals(other.client.finished, false);
});

Deno.test("every final answer says close where connections do not persist (RFC 9112 §9.3)", async () => {
  const server = new MemoryServer(async (request, { url }) => {
    if (url.pathname === "/error") throw new Error("of the handler");
    return text(await request.text());
  }, { limits: { requestsPerConnection: 1 } });
  const lines = ["GET /", "GET /error", "HEAD /", "OPTIONS *", "TRACE /", "GET /#"];
  for (const line of lines) {
    const [method] = line.split(" ");
    const { client, answers } = await server.converse(request(`${line} HTTP/1.1`) + GET, [method]);
    assertEquals(answers.map((answer) => field(answer, "connection")), ["close"], line);
    assert(client.finished, line);
  }
  const waiting = post("hello", ["Expect: 100-continue"]).slice(0, -5);
  const { client, answers } = await server.converse(waiting);
  assertEquals(answers.map(({ status, fields }) => [status, fields]), [[100, []]]);
  client.send(`hello${GET}`);
  await settle();
  const finals = readAnswers(client.read());
  assertEquals(finals.map((answer) => field(answer, "connection")), ["close"]);
});

Deno.test("a refusal that closes nothing counts as a request", async () => {
  const server = new MemoryServer(() => text("ok"), { limits: { requestsPerConnection: 2 } });
  const { client, answers } = await server.converse(request("TRACE / HTTP/1.1") + GET + GET);
  assertEquals(answers.map(({ status }) => status), [501, 200]);
  assert(client.finished);
});

Deno.test("a least rate of 0 is none", async () => {
  const server = new MemoryServer(async (request) => text(await request.text()), {
    limits: { minRate: { octetsPerSecond: 0 } },
  });
  const client = server.connect();
  client.send(post("hello").slice(0, -5));
  for (const octet of "hello") {
    server.clock.advance(29_000);
    client.send(octet);
    await settle();
  }
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["hello"]);
});
