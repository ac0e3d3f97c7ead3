import { assert, assertEquals, assertGreater } from "../assert.ts";
import { type RunningServer, startServer } from "../program.ts";
import { openDescriptors } from "./process_facts.ts";
import { eventually } from "./servers.ts";
import { startTool } from "./tools.ts";
import { toText, WireClient } from "./wire_client.ts";

const PROGRAM = ["run", "-A", "tests/transport/programs/plain_server.ts"];
const LEAVING = new URL("programs/leaving_clients.mjs", import.meta.url).pathname;

/** Connections that come and go. */
const MANY = 500;

/** Descriptors that a process may have, where there are too few. */
const FEW = 64;

/** Descriptors that the platform opens for itself, whenever it likes. */
const OWN = 8;

Deno.test(`descriptors of ${MANY} connections are free again, however their clients left`, async () => {
  await using server = await startServer(PROGRAM);
  assertEquals(await ask(server, "/"), "hello");
  const before = await countDescriptors(server);
  await comeAndGo(server, MANY);
  await assertAtRest(server, before, 0);
});

Deno.test("a server with too few descriptors goes on once there are enough", async () => {
  await using server = await startServer(limited(), undefined, "sh");
  using first = await connectTo(server);
  assertEquals(await get(first), "hello");
  const before = await countDescriptors(server);
  for (let round = 0; round < 3; round++) await exhaust(server, first);
  await assertAtRest(server, before, 1);
});

Deno.test("a server answers those that wait while it has too few descriptors", async () => {
  await using server = await startServer(limited(), undefined, "sh");
  const answers = await Promise.all(Array.from({ length: 4 * FEW }, () => ask(server, "/")));
  assertGreater(answers.length, FEW);
  assert(answers.every((answer) => answer === "hello"));
});

/** Opens connections in all sorts of states, and leaves them in all sorts of ways. */
async function comeAndGo(server: RunningServer, count: number): Promise<void> {
  const before = await countDescriptors(server);
  const clients = startTool("node", [LEAVING, String(server.port), String(count)]);
  const output = clients.stdout.getReader();
  const { value } = await output.read();
  assertEquals(value === undefined ? "" : toText(value), "open\n");
  // Who was refused is gone already; all the others are there.
  const isThere = (open: number) => open - before >= count * 0.8;
  await eventually(() => countDescriptors(server), isThere, "descriptors of open connections");
  const input = clients.stdin.getWriter();
  await input.write(new TextEncoder().encode("leave\n"));
  await Promise.all([input.close(), output.cancel(), clients.stderr.cancel()]);
  assertEquals((await clients.status).code, 0);
}

/** The arguments for `sh` that start the server with few descriptors. */
function limited(): string[] {
  return ["-c", `ulimit -n ${FEW}; exec "$0" "$@"`, Deno.execPath(), ...PROGRAM];
}

/** Opens more connections than the server has descriptors, then closes them. */
async function exhaust(server: RunningServer, served: WireClient): Promise<void> {
  const clients = await Promise.all(Array.from({ length: 2 * FEW }, () => connectTo(server)));
  try {
    await eventually(
      () => openDescriptors(server.pid),
      (numbers) => numbers.filter((number) => number < FEW).length === FEW,
      "descriptors in use",
    );
    // Those that were accepted are served.
    assertEquals(await get(served), "hello");
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
  assertEquals(await ask(server, "/"), "hello");
  assertEquals(await get(served), "hello");
}

/** Waits until a server has no more descriptors than before, and only so many connections. */
async function assertAtRest(
  server: RunningServer,
  before: number,
  connections: number,
): Promise<void> {
  // The one that asks is a connection, too.
  const wanted = String(connections + 1);
  await eventually(() => ask(server, "/open"), (open) => open === wanted, "open connections");
  const isRest = (count: number) => count <= before + OWN;
  await eventually(() => countDescriptors(server), isRest, `descriptors, ${before} before`);
}

async function countDescriptors({ pid }: RunningServer): Promise<number> {
  return (await openDescriptors(pid)).length;
}

/** Asks on a connection of its own, which is over then. */
async function ask(server: RunningServer, target: string): Promise<string> {
  using client = await connectTo(server);
  await client.send(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const { content } = await client.response();
  assert(await client.isOver());
  return toText(content);
}

/** Asks on a connection that is kept. */
async function get(client: WireClient): Promise<string> {
  await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return toText((await client.response()).content);
}

function connectTo({ port }: RunningServer): Promise<WireClient> {
  return WireClient.connect({ transport: "tcp", hostname: "127.0.0.1", port });
}
