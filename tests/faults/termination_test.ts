/** SIGTERM in the middle of a hundred requests. */
import { assertEquals, assertGreaterOrEqual } from "../assert.ts";
import { type RunningServer, startServer } from "../program.ts";
import { eventually } from "../transport/servers.ts";
import { WireClient } from "../transport/wire_client.ts";

const REQUESTS = 100;

const COMMAND = ["run", "--no-prompt", "--allow-net", "--allow-read", "src/cli.ts"];

/** Milliseconds within which a busy machine answers what it can answer. */
const DEADLINE = 3_000;

/** Octets of what is answered. */
const LENGTH = 262_144;

const ECHO = "POST /echo?a=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" +
  "Expect: 100-continue\r\n\r\n";

Deno.test(`SIGTERM loses none of ${REQUESTS} requests under way, and nobody else is let in`, async () => {
  await using server = await startStopping(600_000);
  const clients = await connectAll(server, REQUESTS);
  await sendAll(clients, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  await server.seen(new RegExp(`Waiting: ${REQUESTS}\\s`));
  server.signal("SIGTERM");
  await server.seen(/Stopping/);
  await eventually(() => isRefused(server), (refused) => refused, "whether others are refused");
  server.signal("SIGUSR2");
  await Promise.all(clients.map(assertLastAnswer));
  assertEquals((await server.ended).code, 0);
});

Deno.test("SIGTERM cuts what outlasts the deadline, and only that", async () => {
  await using server = await startStopping(DEADLINE);
  const slow = await connectAll(server, REQUESTS / 2);
  const never = await connectAll(server, REQUESTS / 2);
  await sendAll(slow, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  await sendAll(never, "GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  await server.seen(new RegExp(`Waiting: ${REQUESTS}\\s`));
  const start = performance.now();
  server.signal("SIGTERM");
  server.signal("SIGUSR2");
  await Promise.all(slow.map(assertLastAnswer));
  await Promise.all(never.map(assertCutOff));
  assertGreaterOrEqual(performance.now() - start, DEADLINE);
  assertEquals((await server.ended).code, 0);
});

Deno.test(`the command answers ${REQUESTS} requests under way, then ends`, async () => {
  await using server = await startCommand(600_000);
  const clients = await connectAll(server, REQUESTS);
  await sendAll(clients, ECHO);
  await Promise.all(clients.map(assertWanted));
  server.signal("SIGTERM");
  await server.seen(new RegExp(`Requests to finish: ${REQUESTS}\\s`));
  await sendAll(clients, "hello");
  await Promise.all(clients.map(assertEchoed));
  assertEquals((await server.ended).code, 0);
});

Deno.test("the command cuts what outlasts --deadline, and ends", async () => {
  await using server = await startCommand(DEADLINE);
  const clients = await connectAll(server, REQUESTS);
  await sendAll(clients, ECHO);
  await Promise.all(clients.map(assertWanted));
  const start = performance.now();
  server.signal("SIGTERM");
  await server.seen(new RegExp(`Requests to finish: ${REQUESTS}\\s`));
  const fast = clients.slice(0, REQUESTS / 2);
  await sendAll(fast, "hello");
  await Promise.all(fast.map(assertEchoed));
  await Promise.all(clients.slice(REQUESTS / 2).map(assertCutOff));
  assertGreaterOrEqual(performance.now() - start, DEADLINE);
  assertEquals((await server.ended).code, 0);
});

function startStopping(deadline: number): Promise<RunningServer> {
  return startServer(["run", "-A", "tests/faults/programs/stopping_server.ts", String(deadline)]);
}

function startCommand(deadline: number): Promise<RunningServer> {
  return startServer([...COMMAND, "--port", "0", "--deadline", String(deadline)]);
}

async function connectAll(server: RunningServer, count: number): Promise<readonly WireClient[]> {
  return await Promise.all(Array.from({ length: count }, () => connect(server)));
}

function connect({ port }: RunningServer): Promise<WireClient> {
  return WireClient.connect({ transport: "tcp", hostname: "127.0.0.1", port });
}

async function sendAll(clients: readonly WireClient[], octets: string): Promise<void> {
  await Promise.all(clients.map((client) => client.send(octets)));
}

/** Whether a new connection is refused; one that comes while the listener closes gets nothing. */
async function isRefused(server: RunningServer): Promise<boolean> {
  try {
    using late = await connect(server);
    assertEquals((await late.rest()).length, 0);
    return false;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return false;
    if (error instanceof Deno.errors.ConnectionRefused) return true;
    throw error;
  }
}

/** A whole answer that says it is the last, and is. */
async function assertLastAnswer(client: WireClient): Promise<void> {
  using _leaving = client;
  const { status, headers, content } = await client.response();
  assertEquals([status, headers.get("connection"), content.length], [200, "close", LENGTH]);
  assertEquals((await client.rest()).length, 0);
}

/** The request is under way: its content is asked for. */
async function assertWanted(client: WireClient): Promise<void> {
  assertEquals((await client.response("POST")).status, 100);
}

/** A whole answer. */
async function assertEchoed(client: WireClient): Promise<void> {
  using _leaving = client;
  const { status, content } = await client.response("POST");
  assertEquals(status, 200);
  assertEquals(JSON.parse(new TextDecoder().decode(content)).received_query, { a: "1" });
}

/** No answer at all. */
async function assertCutOff(client: WireClient): Promise<void> {
  using _leaving = client;
  assertEquals((await client.rest()).length, 0);
}
