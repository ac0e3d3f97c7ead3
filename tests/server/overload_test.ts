/** A server that has too much to do says so before it does any work (RFC 9110 §15.6.4). */
import { text } from "../../mod.ts";
import type { ServeOptions } from "../../src/serve.ts";
import { assert, assertEquals, assertGreater } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { MemoryServer, post, request, settle } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");
const SLOW = request("GET /slow HTTP/1.1");

/** Milliseconds between ticks where the event loop may be late by 400. */
const TICK = 100;

/** A server whose `/slow` is answered when it is told, and the requests that its handler saw. */
class BusyServer extends MemoryServer {
  readonly seen: string[];
  readonly finish: () => void;

  constructor(options: ServeOptions) {
    const seen: string[] = [];
    let finish = () => {};
    const finished = new Promise<void>((resolve) => finish = resolve);
    super(async (request, { url }) => {
      seen.push(`${request.method} ${url.pathname}`);
      if (url.pathname === "/slow") await finished;
      return text("ok");
    }, options);
    this.seen = seen;
    this.finish = finish;
  }

  /** A server with so many slow requests under way. */
  static async with(slow: number, options: ServeOptions): Promise<BusyServer> {
    const server = new BusyServer(options);
    for (let i = 0; i < slow; i++) server.connect().send(SLOW);
    await settle();
    server.seen.length = 0;
    return server;
  }
}

Deno.test("a request beyond limits.queue gets 503 with Retry-After; no handler sees it", async () => {
  const server = await BusyServer.with(2, { limits: { queue: 2, retryAfter: 7 } });
  const { client, answers: [answer] } = await server.converse(GET);
  assertEquals([answer.status, field(answer, "retry-after")], [503, "7"]);
  assertEquals(answer.content, "Cannot take the request now: queue full (queue-full)\n");
  assertEquals([server.seen, server.refusals], [[], ["queue-full"]]);
  assertEquals(server.server.stats().requests.inFlight, 2);
  assert(!client.finished);
});

Deno.test("a client that was turned away is served on the same connection later", async () => {
  const server = await BusyServer.with(1, { limits: { queue: 1 } });
  const { client, answers } = await server.converse(GET + GET);
  assertEquals(answers.map(({ status }) => status), [503, 503]);
  server.finish();
  await settle();
  client.send(GET);
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
});

Deno.test("requests up to limits.queue are served", async () => {
  const server = await BusyServer.with(1, { limits: { queue: 2 } });
  const { answers } = await server.converse(GET + GET + GET);
  assertEquals(answers.map(({ status }) => status), [200, 200, 200]);
  assertEquals(server.refusals, []);
});

/** What follows a content on its connection, once its request was turned away. */
const CONTENTS: [why: string, wire: string, statuses: number[]][] = [
  ["short content is read away, and the next request is judged", post("abcd"), [503, 503]],
  ["content beyond limits.drain closes", post("x".repeat(9)), [503]],
  ["content that waits for 100 closes", post("", ["Expect: 100-continue", "X: y"]), [503, 503]],
  [
    "content that is announced closes",
    request("POST / HTTP/1.1", ["Content-Length: 4", "Expect: 100-continue"]),
    [503],
  ],
  ["HEAD has no content", request("HEAD / HTTP/1.1"), [503, 503]],
];

for (const [why, wire, statuses] of CONTENTS) {
  Deno.test(`a request that is turned away: ${why}`, async () => {
    const server = await BusyServer.with(1, { limits: { queue: 1, drain: 8 } });
    const { client, answers } = await server.converse(wire + GET, [wire.split(" ")[0], "GET"]);
    assertEquals(answers.map(({ status }) => status), statuses);
    assertEquals(client.finished, statuses.length === 1);
    assertEquals(server.seen, []);
  });
}

Deno.test("requests get 503 while the event loop runs later than limits.eventLoopDelay", async () => {
  const server = new BusyServer({ limits: { eventLoopDelay: 400 } });
  const client = server.connect();
  const ask = async () => {
    client.send(GET);
    await settle();
    return readAnswers(client.read()).map(({ status }) => status);
  };
  server.clock.advance(3 * TICK);
  assertEquals([await ask(), server.server.stats().eventLoopDelay], [[200], 0]);
  server.clock.stall(TICK + 400);
  assertEquals([await ask(), server.server.stats().eventLoopDelay], [[200], 400]);
  server.clock.stall(TICK + 401);
  assertEquals([await ask(), server.server.stats().eventLoopDelay], [[503], 401]);
  assertEquals(server.refusals, ["event-loop-delayed"]);
  server.clock.advance(TICK);
  assertEquals([await ask(), server.server.stats().eventLoopDelay], [[200], 0]);
});

Deno.test("the event loop is not late for having rested while there was no connection", async () => {
  const server = new BusyServer({ limits: { eventLoopDelay: 400 } });
  const first = server.connect();
  server.clock.stall(TICK + 401);
  first.end();
  await settle();
  server.clock.advance(60_000);
  const { answers } = await server.converse(GET);
  assertEquals(answers.map(({ status }) => status), [200]);
});

Deno.test("a client is not charged for a stall of the server", async () => {
  const server = new BusyServer({});
  const client = server.connect();
  client.send("GET / HTTP/1.1\r\n");
  server.clock.advance(500);
  server.clock.stall(60_000);
  client.send("Host: test\r\n\r\n");
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
});

Deno.test("a client that sends nothing is ended although the server stalls again and again", async () => {
  const server = new BusyServer({});
  const client = server.connect();
  client.send("GET / HTTP/1.1\r\n");
  let stalls = 0;
  while (!client.finished && stalls < 60) {
    server.clock.stall(1_000);
    await settle();
    stalls++;
  }
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [408]);
  assertGreater(stalls, 9);
});
