import { text } from "../../mod.ts";
import { type ServeOptions, serveOver } from "../../src/serve.ts";
import type { Accept } from "../../src/server/duplex.ts";
import { MemoryClient } from "../../src/transport/memory.ts";
import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { FakeClock } from "./fake_clock.ts";
import { FOLLOWER, MemoryServer, post, request, settle } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");
const TICK = 250;

/** A server whose handler waits for a test where the path says so. */
function serve(options?: ServeOptions) {
  const gates: PromiseWithResolvers<Response>[] = [];
  const requests: Request[] = [];
  const server = new MemoryServer((request, { url }) => {
    requests.push(request);
    if (url.pathname !== "/wait") return text("ok");
    gates.push(Promise.withResolvers<Response>());
    return gates[gates.length - 1].promise;
  }, options);
  return { server, gates, requests };
}

/** Whether a promise has been settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  await settle();
  return settled;
}

Deno.test("a shutdown without connections is over at once", async () => {
  const { server } = serve();
  await server.server.shutdown();
  await server.server.finished;
  assertThrows(() => server.connect(), TypeError, "nobody listens");
});

Deno.test("a shutdown closes connections on which nothing is under way", async () => {
  const { server } = serve();
  const [fresh, idle] = [server.connect(), server.connect()];
  idle.send(GET);
  await settle();
  const shutdown = server.server.shutdown();
  assertEquals(fresh.closed, true);
  // One that was answered may still read in peace.
  assertEquals([idle.closed, idle.finished], [false, true]);
  assertFalse(await isSettled(shutdown));
  idle.end();
  await shutdown;
  await server.server.finished;
  assertEquals(server.server.stats().connections.open, 0);
});

Deno.test("a shutdown lets an exchange under way end, with Connection: close", async () => {
  const { server, gates, requests } = serve();
  const client = server.connect();
  client.send(request("GET /wait HTTP/1.1"));
  const shutdown = server.server.shutdown();
  assertFalse(await isSettled(shutdown));
  assertEquals(requests[0].signal.aborted, false);
  gates[0].resolve(text("done"));
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content, field(answer, "connection")], ["done", "close"]);
  client.end();
  await shutdown;
});

Deno.test("a shutdown lets a head that has begun end, and its answer says close", async () => {
  const { server } = serve();
  const client = server.connect();
  client.send(GET.slice(0, 10));
  const shutdown = server.server.shutdown();
  assertEquals(client.closed, false);
  client.send(GET.slice(10));
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.status, field(answer, "connection")], [200, "close"]);
  client.end();
  await shutdown;
});

Deno.test("a shutdown lets content that is on its way end", async () => {
  const server = new MemoryServer(async (request) => text(await request.text()));
  const client = server.connect();
  client.send(post("hello").slice(0, -2));
  const shutdown = server.server.shutdown();
  await settle();
  client.send("lo");
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content, field(answer, "connection")], ["hello", "close"]);
  client.end();
  await shutdown;
});

Deno.test("a shutdown lets a stream end, then closes", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const server = new MemoryServer(() =>
    new Response(new ReadableStream({ start: (own) => void (controller = own) }))
  );
  const client = server.connect();
  client.send(GET);
  controller.enqueue(new Uint8Array(1));
  await settle();
  const shutdown = server.server.shutdown();
  controller.enqueue(new Uint8Array(1));
  controller.close();
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content.length, answer.whole], [2, true]);
  assert(client.finished);
  client.end();
  await shutdown;
});

Deno.test("a shutdown drops pipelined requests behind the exchange under way", async () => {
  const { server, gates, requests } = serve();
  const client = server.connect();
  client.send(request("GET /wait HTTP/1.1") + FOLLOWER);
  const shutdown = server.server.shutdown();
  gates[0].resolve(text("done"));
  await settle();
  assertEquals(readAnswers(client.read()).length, 1);
  assertEquals(requests.length, 1);
  client.end();
  await shutdown;
});

Deno.test("a shutdown closes a connection that was still reading content away", async () => {
  const { server } = serve();
  const client = server.connect();
  client.send(post("hello").slice(0, -2));
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
  const shutdown = server.server.shutdown();
  client.send("lo");
  await settle();
  assertEquals([client.finished, client.closed], [true, false]);
  client.end();
  await shutdown;
});

Deno.test("a shutdown waits for answers that a client still takes", async () => {
  const { server } = serve();
  const client = server.connect();
  client.takeOnly(10);
  client.send(GET);
  const shutdown = server.server.shutdown();
  assertFalse(await isSettled(shutdown));
  client.takeOnly(Infinity);
  await settle();
  assertEquals(readAnswers(client.read())[0].whole, true);
  client.end();
  await shutdown;
});

for (
  const [how, options, given, deadline] of [
    ["by default", {}, undefined, 10_000],
    ["by timeouts.shutdown", { timeouts: { shutdown: 3_000 } }, undefined, 3_000],
    ["as the shutdown says", { timeouts: { shutdown: 3_000 } }, { deadline: 6_000 }, 6_000],
  ] as const
) {
  Deno.test(`a shutdown cuts what is left at its deadline, ${how}`, async () => {
    const { server, requests } = serve(options);
    const client = server.connect();
    client.send(request("GET /wait HTTP/1.1"));
    const shutdown = server.server.shutdown(given);
    server.clock.advance(deadline - 1);
    assertEquals(client.closed, false);
    server.clock.advance(1 + 2 * TICK);
    assertEquals([client.closed, client.read()], [true, ""]);
    assertEquals(requests[0].signal.aborted, true);
    await shutdown;
    await server.server.finished;
    assertEquals(server.server.stats().requests.inFlight, 0);
    assertEquals(server.clock.timers, 0);
  });
}

Deno.test("a second shutdown may only hurry", async () => {
  const { server } = serve();
  const client = server.connect();
  client.send(request("GET /wait HTTP/1.1"));
  const first = server.server.shutdown({ deadline: 60_000 });
  const second = server.server.shutdown({ deadline: 1_000 });
  const third = server.server.shutdown({ deadline: 90_000 });
  server.clock.advance(1_000 + 2 * TICK);
  assertEquals(client.closed, true);
  await Promise.all([first, second, third]);
});

Deno.test("a shutdown without a deadline that is a time rejects, and stops nothing", async () => {
  const { server } = serve();
  for (const deadline of [-1, NaN, "1" as unknown as number]) {
    await assertRejects(() => server.server.shutdown({ deadline }), RangeError, "deadline");
  }
  assertEquals(server.connect().closed, false);
});

Deno.test("Infinity lets exchanges take all the time there is", async () => {
  const { server, gates } = serve();
  const client = server.connect();
  client.send(request("GET /wait HTTP/1.1"));
  const shutdown = server.server.shutdown({ deadline: Infinity });
  server.clock.advance(3_600_000);
  assertEquals(client.closed, false);
  gates[0].resolve(text("done"));
  await settle();
  client.end();
  await shutdown;
});

Deno.test("a connection that was under way when the listener closed is turned away", async () => {
  let accept!: Accept;
  const server = serveOver({
    listen({ hostname, port }, own) {
      accept = own;
      const addr = { transport: "tcp", hostname, port } as const;
      return { addr, close() {}, ref() {}, unref() {} };
    },
  })({ clock: new FakeClock(), onListen() {} }, () => text("ok"));
  await server.shutdown();
  const late = new MemoryClient(accept, { transport: "tcp", hostname: "192.0.2.1", port: 1 });
  assertEquals([late.closed, late.read()], [true, ""]);
  assertEquals(server.stats().connections, { open: 0, idle: 0, accepted: 0 });
});

Deno.test("the signal cuts every connection at once", async () => {
  const controller = new AbortController();
  const { server, requests } = serve({ signal: controller.signal });
  const [idle, busy, half] = [server.connect(), server.connect(), server.connect()];
  idle.send(GET);
  busy.send(request("GET /wait HTTP/1.1"));
  half.send("GET /");
  await settle();
  controller.abort();
  assertEquals([idle.closed, busy.closed, half.closed], [true, true, true]);
  assertEquals(requests[1].signal.aborted, true);
  await server.server.finished;
  assertThrows(() => server.connect(), TypeError, "nobody listens");
  await server.server.shutdown();
});

Deno.test("a signal that is aborted already serves nobody", async () => {
  const { server } = serve({ signal: AbortSignal.abort() });
  assertThrows(() => server.connect(), TypeError, "nobody listens");
  await server.server.finished;
});

Deno.test("a server that is disposed of shuts down", async () => {
  const { server } = serve();
  const client = server.connect();
  {
    await using running = server.server;
    client.send(GET);
    await settle();
    assertEquals(running.stats().connections.open, 1);
    client.end();
  }
  assertThrows(() => server.connect(), TypeError);
  await server.server.finished;
});

Deno.test("a server that serves is not finished", async () => {
  const { server } = serve();
  const client = server.connect();
  client.send(GET);
  client.end();
  await settle();
  assertEquals(server.server.stats().connections.open, 0);
  assertFalse(await isSettled(server.server.finished));
});

// stats().

Deno.test("stats() of a server that nobody has come to", () => {
  assertEquals(serve().server.server.stats(), {
    connections: { open: 0, idle: 0, accepted: 0 },
    refused: {},
    requests: { total: 0, inFlight: 0 },
    octets: { in: 0, out: 0 },
    eventLoopDelay: 0,
  });
});

Deno.test("stats() counts connections, requests and octets", async () => {
  const { server, gates } = serve();
  const stats = () => server.server.stats();
  const idle = server.connect();
  const busy = server.connect();
  const half = server.connect();
  idle.send(GET + GET);
  busy.send(request("GET /wait HTTP/1.1"));
  half.send("GET /");
  await settle();
  assertEquals(stats().connections, { open: 3, idle: 1, accepted: 3 });
  assertEquals(stats().requests, { total: 3, inFlight: 1 });
  const sent = 2 * GET.length + request("GET /wait HTTP/1.1").length + 5;
  const received = idle.received.length;
  assertEquals(stats().octets, { in: sent, out: received });

  gates[0].resolve(text("done"));
  await settle();
  assertEquals(stats().requests, { total: 3, inFlight: 0 });
  assertEquals(stats().connections, { open: 3, idle: 2, accepted: 3 });
  const octets = stats().octets;
  assertEquals(octets.out, received + busy.received.length);

  for (const client of [idle, busy, half]) client.reset();
  assertEquals(stats().connections, { open: 0, idle: 0, accepted: 3 });
  assertEquals(stats().octets, octets);
});

Deno.test("stats() counts refusals by reason, and is nobody's to change", async () => {
  const { server } = serve();
  await server.converse("\0");
  await server.converse("\0");
  await server.converse("GET / HTTP/1.1\r\n\r\n");
  const { refused } = server.server.stats();
  assertEquals(refused, { "not-http": 2, "missing-host": 1 });
  Object.assign(refused, { "not-http": 100 });
  assertEquals(server.server.stats().refused["not-http"], 2);
  assertEquals(server.server.stats().requests.total, 0);
});

Deno.test("within the grace, an idle connection may bring one more request", async () => {
  const { server } = serve();
  const [fresh, idle, quiet] = [server.connect(), server.connect(), server.connect()];
  idle.send(GET);
  await settle();
  idle.read();
  const shutdown = server.server.shutdown({ grace: 100 });
  await settle();
  for (const client of [fresh, idle]) {
    assertFalse(client.closed || client.finished);
    client.send(GET);
    await settle();
    const [answer] = readAnswers(client.read());
    assertEquals([answer.status, field(answer, "connection")], [200, "close"]);
    assertEquals(client.finished, true);
    client.end();
  }
  server.clock.advance(99);
  assertFalse(quiet.closed);
  server.clock.advance(1);
  assertEquals(quiet.closed, true);
  await shutdown;
  assertEquals(server.clock.timers, 0);
});

Deno.test("a grace is over with the last connection, or with a shutdown without any", async () => {
  const { server } = serve();
  const client = server.connect();
  const shutdown = server.server.shutdown({ grace: Infinity });
  await settle();
  client.end();
  await shutdown;
  assertEquals(server.clock.timers, 0);

  const other = serve();
  const idle = other.server.connect();
  const slow = other.server.server.shutdown({ grace: 1_000 });
  await settle();
  await other.server.server.shutdown();
  assertEquals(idle.closed, true);
  await slow;
});

Deno.test("a grace must be a time", async () => {
  const { server } = serve();
  await assertRejects(() => server.server.shutdown({ grace: -1 }), RangeError, "Cannot set grace");
  await server.server.shutdown();
});
