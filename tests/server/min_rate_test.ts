/** Clients that send, or take, slower than `limits.minRate`. */
import { text } from "../../mod.ts";
import type { ServeOptions } from "../../src/serve.ts";
import type { RefusalReason } from "../../src/server/refusals.ts";
import { assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "../assert.ts";
import { readAnswers } from "./answers.ts";
import { MemoryServer, post, request, settle } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

/** Milliseconds between ticks, by the default times. */
const TICK = 250;

/** No least rate. */
const NO_RATE = { limits: { minRate: { octetsPerSecond: 0 } } };

/** Answers at once, or reads, or never answers, as the path says. */
function serve(options?: ServeOptions): MemoryServer {
  return new MemoryServer(async (request, { url }) => {
    if (url.pathname === "/read") return text(await request.text());
    if (url.pathname === "/wait") await new Promise(() => {});
    if (url.pathname === "/large") return text("x".repeat(1_000_000));
    return text("ok");
  }, options);
}

Deno.test("content that comes as fast as the least rate is read for as long as it takes", async () => {
  const server = serve();
  const client = server.connect();
  client.send(post("x".repeat(15_000)).slice(0, -15_000).replace("/", "/read"));
  for (let sent = 0; sent < 15_000; sent += 100) {
    server.clock.advance(400);
    client.send("x".repeat(100));
    await settle();
  }
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
  assertEquals(server.refusals, []);
});

Deno.test("content that comes a little slower than the least rate is 408", async () => {
  const server = serve();
  const client = server.connect();
  client.send(post("x".repeat(15_000)).slice(0, -15_000).replace("/", "/read"));
  for (let sent = 0; sent < 15_000 && !client.finished; sent += 100) {
    server.clock.advance(500);
    client.send("x".repeat(100));
    await settle();
  }
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [408]);
  assertEquals(server.refusals, ["content-too-slow"]);
});

/** Content at an octet a tick: until when it goes on, and what ends it. */
async function trickle(options: ServeOptions): Promise<[number, RefusalReason[]]> {
  const server = serve(options);
  const client = server.connect();
  client.send(post("x".repeat(1_000)).slice(0, -1_000).replace("/", "/read"));
  let elapsed = 0;
  for (; elapsed < 60_000 && !client.finished; elapsed += TICK) {
    client.send("x");
    await settle();
    server.clock.advance(TICK);
  }
  return [elapsed, server.refusals];
}

for (const window of [2_000, 10_000]) {
  Deno.test(`content of an octet a tick is 408 (window: ${window})`, async () => {
    const [elapsed, refusals] = await trickle({ limits: { minRate: { window } } });
    assertGreaterOrEqual(elapsed, window);
    assertLessOrEqual(elapsed, window + 2 * TICK);
    assertEquals(refusals, ["content-too-slow"]);
  });
}

Deno.test("content of an octet a tick is taken where there is no least rate", async () => {
  assertEquals(await trickle(NO_RATE), [60_000, []]);
});

Deno.test("an answer that is taken slower than the least rate is cut", async () => {
  const server = serve();
  const client = server.connect();
  client.takeOnly(0);
  client.send(request("GET /large HTTP/1.1"));
  let elapsed = 0;
  for (; elapsed < 60_000 && !client.closed; elapsed += TICK) {
    client.takeOnly(1);
    await settle();
    server.clock.advance(TICK);
  }
  assertGreaterOrEqual(elapsed, 10_000);
  assertLessOrEqual(elapsed, 10_000 + 2 * TICK);
  assertEquals(server.refusals, ["answer-too-slow"]);
});

Deno.test("a quick beginning makes up for no slow end", async () => {
  const server = serve();
  const client = server.connect();
  client.send(post("x".repeat(1_000_000)).slice(0, -1_000_000).replace("/", "/read"));
  server.clock.advance(TICK);
  client.send("x".repeat(500_000));
  await settle();
  for (let elapsed = 0; elapsed < 20_000 + 3 * TICK && !client.finished; elapsed += TICK) {
    server.clock.advance(TICK);
    client.send("x");
    await settle();
  }
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [408]);
  assertEquals(server.refusals, ["content-too-slow"]);
});

Deno.test("the least rate counts only the time in which octets wait for the client", async () => {
  const server = serve();
  const client = server.connect();
  for (let i = 0; i < 5; i++) {
    client.takeOnly(0);
    client.send(GET);
    await settle();
    server.clock.advance(5_000);
    client.takeOnly(Infinity);
    await settle();
    server.clock.advance(20_000);
    assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
  }
  assertEquals([client.closed, server.refusals], [false, []]);
});

Deno.test("nobody is blamed for content that the handler takes its time to read", async () => {
  const gate = Promise.withResolvers<void>();
  const server = new MemoryServer(async (request) => {
    await gate.promise;
    return text(await request.text());
  });
  const client = server.connect();
  client.send(post("hello").slice(0, -2));
  server.clock.advance(600_000);
  gate.resolve();
  await settle();
  client.send("lo");
  await settle();
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["hello"]);
});
