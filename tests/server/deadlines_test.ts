import { text } from "../../mod.ts";
import type { ServeOptions } from "../../src/serve.ts";
import type { RefusalReason } from "../../src/server/refusals.ts";
import type { MemoryClient } from "../../src/transport/memory.ts";
import { assert, assertEquals, assertLess } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { FOLLOWER, MemoryServer, post, request, settle } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

/** Milliseconds between ticks, by the default times. */
const TICK = 250;

/** No least rate, so that a standstill is seen by its own timeout. */
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

/** One thing that stands still. */
interface Standstill {
  readonly why: string;
  readonly options?: ServeOptions;
  /** Brings the connection to where nothing happens any more. */
  readonly begin: (client: MemoryClient) => void | Promise<void>;
  /** Milliseconds until it is ended. */
  readonly deadline: number;
  /** What the client gets; nothing where absent. */
  readonly status?: number;
  /** What is counted; nothing where absent. */
  readonly reason?: RefusalReason;
  /** Whether the client may still read in peace. */
  readonly lingers?: boolean;
}

const STANDSTILLS: Standstill[] = [
  { why: "a connection without an octet", begin: () => {}, deadline: 10_000 },
  {
    why: "a connection without an octet (requestHead: 400)",
    options: { timeouts: { requestHead: 400 } },
    begin: () => {},
    deadline: 400,
  },
  {
    why: "half a head",
    begin: (client) => void client.send("GET / HT"),
    deadline: 10_000,
    status: 408,
    reason: "request-head-timeout",
    lingers: true,
  },
  {
    why: "one octet of a head (requestHead: 3000)",
    options: { timeouts: { requestHead: 3_000 } },
    begin: (client) => void client.send("G"),
    deadline: 3_000,
    status: 408,
    reason: "request-head-timeout",
    lingers: true,
  },
  {
    why: "half a head behind an answer",
    begin: (client) => answered(client, `${GET}GET / HT`),
    deadline: 10_000,
    status: 408,
    reason: "request-head-timeout",
    lingers: true,
  },
  {
    why: "content that stalls",
    begin: (client) => void client.send(post("hello").slice(0, -2).replace("/", "/read")),
    deadline: 30_000,
    status: 408,
    reason: "request-content-timeout",
    lingers: true,
  },
  {
    why: "content that never begins (requestContent: 2000)",
    options: { timeouts: { requestContent: 2_000 } },
    begin: (client) => void client.send(post("hello").slice(0, -5).replace("/", "/read")),
    deadline: 2_000,
    status: 408,
    reason: "request-content-timeout",
    lingers: true,
  },
  {
    why: "an idle connection",
    begin: (client) => answered(client, GET),
    deadline: 65_000,
  },
  {
    why: "an idle connection (idle: 5000)",
    options: { timeouts: { idle: 5_000 } },
    begin: (client) => answered(client, GET),
    deadline: 5_000,
  },
  {
    why: "a client that takes nothing of its answer",
    begin(client) {
      client.takeOnly(0);
      client.send(GET);
    },
    deadline: 30_000,
    reason: "answer-timeout",
  },
  {
    why: "a client that takes nothing of its answer (write: 3000)",
    options: { timeouts: { write: 3_000 } },
    begin(client) {
      client.takeOnly(0);
      client.send(GET);
    },
    deadline: 3_000,
    reason: "answer-timeout",
  },
  {
    why: "a handler that does not answer (handler: 5000)",
    options: { timeouts: { handler: 5_000 } },
    begin: (client) => void client.send(request("GET /wait HTTP/1.1")),
    deadline: 5_000,
    status: 503,
    reason: "handler-timeout",
    lingers: true,
  },
  {
    why: "unread content that does not come",
    begin: (client) => answered(client, post("hello").slice(0, -2)),
    deadline: 1_000,
    lingers: true,
  },
  {
    why: "a client that does not take note of the close",
    begin: (client) => answered(client, request("GET / HTTP/1.0")),
    deadline: 1_000,
  },
  {
    why: "a client that does not take note of the close (drain: 4000)",
    options: { timeouts: { drain: 4_000 } },
    begin: (client) => answered(client, request("GET / HTTP/1.0")),
    deadline: 4_000,
  },
];

async function answered(client: MemoryClient, wire: string): Promise<void> {
  client.send(wire);
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
}

for (const standstill of STANDSTILLS) {
  const { why, options, begin, deadline, status, reason, lingers } = standstill;
  // The first tick may come at any time behind the beginning.
  for (const sinceTick of [0, 1, TICK - 1]) {
    Deno.test(`${why} is ended in time, begun ${sinceTick} ms behind a tick`, async () => {
      const server = serve(options);
      server.connect();
      server.clock.advance(sinceTick);
      const client = server.connect();
      await begin(client);
      await settle();
      const before = client.finished;

      server.clock.advance(deadline);
      await settle();
      assertEquals([client.closed, client.finished], [false, before], "never early");
      assertEquals(client.received, "");

      server.clock.advance(2 * TICK);
      await settle();
      assertEquals([client.closed, client.finished], [!lingers, before || lingers === true]);
      const answers = readAnswers(client.read());
      assertEquals(answers.map(({ status }) => status), status === undefined ? [] : [status]);
      for (const answer of answers) assertEquals(field(answer, "connection"), "close");
      assertEquals(server.refusals, reason === undefined ? [] : [reason]);
      assertEquals(server.server.stats().refused, reason === undefined ? {} : { [reason]: 1 });
      assertEquals(server.server.stats().requests.inFlight, 0);
    });
  }
}

Deno.test("a head does not gain time by coming octet by octet", async () => {
  const server = serve();
  const client = server.connect();
  const head = request("GET / HTTP/1.1", [`X: ${"x".repeat(200)}`]);
  let elapsed = 0;
  while (!client.finished && elapsed < 20_000) {
    client.send(head[elapsed / 100]);
    server.clock.advance(100);
    elapsed += 100;
  }
  assertLess(elapsed, 10_000 + 3 * TICK);
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [408]);
  assertEquals(server.refusals, ["request-head-timeout"]);
  await settle();
});

Deno.test("the time of a head is counted from its first octet", async () => {
  const server = serve();
  const client = server.connect();
  server.clock.advance(9_000);
  client.send("GET / HTTP/1.1\r\n");
  server.clock.advance(9_000);
  client.send("Host: test\r\n\r\n");
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [200]);
});

Deno.test("every request of a connection has the whole idle time before it", async () => {
  const server = serve({ timeouts: { idle: 5_000 } });
  const client = server.connect();
  for (let i = 0; i < 5; i++) {
    await answered(client, GET);
    server.clock.advance(4_900);
  }
  assertEquals(client.closed, false);
});

Deno.test("a client that takes its answer slowly, but fast enough, gets it all", async () => {
  const server = serve();
  const client = server.connect();
  client.takeOnly(0);
  client.send(request("GET /large HTTP/1.1"));
  for (let i = 0; i < 130; i++) {
    await settle();
    server.clock.advance(1_000);
    client.takeOnly(8_000);
  }
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content.length, answer.whole], [1_000_000, true]);
  assertEquals([client.closed, server.refusals], [false, []]);
});

Deno.test("a client that still takes its answer is not idle", async () => {
  const server = serve({ timeouts: { idle: 2_000 } });
  const client = server.connect();
  client.takeOnly(0);
  client.send(request("GET /large HTTP/1.1"));
  for (let i = 0; i < 10; i++) {
    await settle();
    server.clock.advance(1_000);
    client.takeOnly(80_000);
    assertEquals(client.closed, false);
  }
  client.takeOnly(Infinity);
  await settle();
  assertEquals(readAnswers(client.read())[0].whole, true);
  server.clock.advance(2_000);
  assertEquals(client.closed, false);
  server.clock.advance(2 * TICK);
  assertEquals(client.closed, true);
});

Deno.test("an answer that begins in time may take longer than the handler's time", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const server = new MemoryServer(
    () => new Response(new ReadableStream({ start: (own) => void (controller = own) })),
    {
      timeouts: { handler: 1_000 },
    },
  );
  const client = server.connect();
  client.send(GET);
  server.clock.advance(500);
  controller.enqueue(new Uint8Array(1));
  await settle();
  server.clock.advance(600_000);
  controller.enqueue(new Uint8Array(1));
  controller.close();
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status, whole }) => [status, whole]), [
    [200, true],
  ]);
});

Deno.test("a handler that is out of time is told so by its signal; its answer is dropped", async () => {
  const answer = Promise.withResolvers<Response>();
  const requests: Request[] = [];
  const server = new MemoryServer((request) => {
    requests.push(request);
    return answer.promise;
  }, { timeouts: { handler: 1_000 } });
  const client = server.connect();
  client.send(GET + FOLLOWER);
  const { signal } = requests[0];
  server.clock.advance(1_000 + 2 * TICK);
  assertEquals(signal.aborted, true);
  assertEquals(signal.reason.reason, "handler-timeout");
  answer.resolve(text("late"));
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [503]);
  assertEquals(requests.length, 1);
});

Deno.test("handlers have all the time there is unless they are given less", async () => {
  const server = serve();
  const client = server.connect();
  client.send(request("GET /wait HTTP/1.1"));
  server.clock.advance(24 * 3_600_000);
  await settle();
  assertEquals([client.received, client.closed], ["", false]);
});

Deno.test("Infinity waits for ever", async () => {
  const server = serve({
    timeouts: { requestHead: Infinity, idle: Infinity, drain: Infinity, requestContent: Infinity },
    ...NO_RATE,
  });
  const silent = server.connect();
  const half = server.connect();
  half.send("GET / HT");
  const idle = server.connect();
  await answered(idle, GET);
  const lingering = server.connect();
  await answered(lingering, request("GET / HTTP/1.0"));
  const sending = server.connect();
  sending.send(post("hello").slice(0, -2).replace("/", "/read"));
  server.clock.advance(24 * 3_600_000);
  await settle();
  for (const client of [silent, half, idle, lingering, sending]) assertEquals(client.closed, false);
});

Deno.test("a refused client has time to read; then the connection ends", async () => {
  const server = serve();
  const client = server.connect();
  client.send("\0");
  await settle();
  assertEquals([client.finished, client.closed], [true, false]);
  for (let i = 0; i < 10; i++) {
    client.send("noise");
    server.clock.advance(100);
  }
  assertEquals(client.closed, false);
  server.clock.advance(2 * TICK);
  assert(client.closed);
  assertEquals(server.server.stats().connections.open, 0);
});

Deno.test("no timer runs while there is no connection", async () => {
  const server = serve();
  assertEquals(server.clock.timers, 0);
  const first = server.connect();
  const second = server.connect();
  assertEquals(server.clock.timers, 1);
  first.reset();
  assertEquals(server.clock.timers, 1);
  second.reset();
  assertEquals(server.clock.timers, 0);
  const third = server.connect();
  assertEquals(server.clock.timers, 1);
  await answered(third, GET);
});
