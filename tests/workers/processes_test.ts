/** Real processes on one port. */
import { assert, assertEquals, assertGreater, assertMatch, assertNotEquals } from "../assert.ts";
import { type RunningServer, runProgram, startServer } from "../program.ts";
import { eventually } from "../transport/servers.ts";
import { WireClient } from "../transport/wire_client.ts";

const PROGRAMS = "tests/workers/programs";
const SUPERVISOR = ["run", "-A", `${PROGRAMS}/supervisor.ts`];
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** Only Linux divides connections among processes of Deno. */
const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "two processes answer; errors of handlers are the module's to answer",
  ignore,
  async fn() {
    await using server = await startServer(SUPERVISOR);
    assertEquals([...await pidsOf(server)].sort(), [...await firstWorkers(server)].sort());
    assertEquals(await ask(server, "/throw"), "caught");
    assertEquals(await ask(server, "/main"), "false");
    server.signal("SIGTERM");
    const { code, stdout } = await server.ended;
    assertEquals([code, stdout.match(/is done/g)?.length], [0, 2]);
  },
});

Deno.test({
  name: "a worker that is killed under load is replaced, and only its own requests suffer",
  ignore,
  async fn() {
    await using server = await startServer(SUPERVISOR);
    const [victim, survivor] = await firstWorkers(server);
    const load = startLoad(server, 8);
    await eventually(() => load.answers(survivor), (count) => count > 100, "answers before");
    Deno.kill(victim, "SIGKILL");
    await server.seen(new RegExp(`Worker ${victim} ended by SIGKILL; another starts in 100 ms`));
    const pids = await eventually(() => pidsOf(server), isPair, "another worker");
    assert(!pids.has(victim) && pids.has(survivor));
    const { lostBy } = await load.stop();
    // What was on its way to the one that died.
    assertEquals([...lostBy.keys()].filter((pid) => pid !== undefined && pid !== victim), []);
  },
});

Deno.test({
  name: "SIGTERM loses no request on an established connection, and ends all processes",
  ignore,
  async fn() {
    await using server = await startServer(SUPERVISOR);
    const workers = await firstWorkers(server);
    const load = startLoad(server, 8);
    await eventually(() => load.answers(), (count) => count > 200, "answers before");
    const held = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
    for (const client of held) await client.send(GET.replace("/", "/held"));
    server.signal("SIGTERM");
    for (const client of held) {
      using _ = client;
      assertEquals(new TextDecoder().decode((await client.response()).content), "held");
    }
    // The load goes on until nobody listens.
    assertEquals((await server.ended).code, 0);
    const { lostBy } = await load.stop();
    assertEquals([...lostBy], []);
    for (const pid of workers) assertEquals(isAlive(pid), false);
  },
});

Deno.test({
  name: "a restart replaces all processes; no request on an established connection is lost",
  ignore,
  async fn() {
    await using server = await startServer(SUPERVISOR);
    const before = new Set(await firstWorkers(server));
    const load = startLoad(server, 8);
    await eventually(() => load.answers(), (count) => count > 200, "answers before");
    server.signal("SIGUSR2");
    await server.seen(/Restarted/);
    const after = await eventually(() => pidsOf(server), isPair, "two workers");
    assertEquals([...after].filter((pid) => before.has(pid)), []);
    const { lostBy } = await load.stop();
    assertEquals([...lostBy], []);
  },
});

Deno.test({
  name: "SIGTERM to one worker replaces it first; SIGINT to it is nothing",
  ignore,
  async fn() {
    await using server = await startServer(SUPERVISOR);
    const [first, second] = await firstWorkers(server);
    Deno.kill(second, "SIGINT");
    Deno.kill(first, "SIGTERM");
    await server.seen(new RegExp(`Worker ${first} is done`));
    const pids = await eventually(() => pidsOf(server), isPair, "two workers");
    assert(pids.has(second) && !pids.has(first));
  },
});

Deno.test({
  name: "workers end with their supervisor, even one that is killed",
  ignore,
  async fn() {
    await using server = await startServer(SUPERVISOR);
    const workers = await firstWorkers(server);
    server.signal("SIGKILL");
    await server.ended;
    await eventually(() => workers.filter(isAlive), (left) => left.length === 0, "workers left");
  },
});

Deno.test({
  name: "supervisor and application may be one file",
  ignore,
  async fn() {
    await using server = await startServer(["run", "-A", `${PROGRAMS}/one_file.ts`]);
    assertEquals(await ask(server, "/"), "one file");
  },
});

Deno.test({
  name: "workers get no permission that their supervisor lacks",
  ignore,
  async fn() {
    const flags = ["--no-prompt", "--allow-net=127.0.0.1", "--allow-run", "--allow-env"];
    const args = ["run", ...flags, `${PROGRAMS}/supervisor.ts`, "./permissions_app.ts"];
    await using server = await startServer(args);
    assertEquals(await ask(server, "/"), "env granted, net prompt, read prompt, run granted");
  },
});

const FAILURES: [name: string, module: string, written: RegExp][] = [
  [
    "modules that throw, again and again",
    "./failing_app.ts",
    /Failed: Error: Cannot start workers: 5 in a row ended before they listened, .* exit code 1\n/,
  ],
  [
    "a module without a handler",
    "./no_handler.ts",
    /Failed: TypeError: Cannot serve file:.*: its default export is no handler/,
  ],
];

for (const [name, module, written] of FAILURES) {
  Deno.test({
    name: `${name}: the supervisor gives up, and says why`,
    ignore,
    async fn() {
      const { code, stdout } = await runProgram([...SUPERVISOR, module]);
      assertEquals(code, 9);
      assertMatch(stdout, written);
    },
  });
}

Deno.test({
  name: "a port that another group shares is taken all the same",
  ignore,
  async fn() {
    await using server = await startServer(SUPERVISOR);
    const { code, stdout } = await runProgram([...SUPERVISOR, "./app.ts", String(server.port)]);
    assertEquals(code, 9);
    assertMatch(stdout, /Failed: AddrInUse/);
  },
});

function connect({ port }: RunningServer): Promise<WireClient> {
  return WireClient.connect({ transport: "tcp", hostname: "127.0.0.1", port });
}

/** One request on a connection of its own. */
async function ask(server: RunningServer, path: string): Promise<string> {
  using client = await connect(server);
  await client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  return new TextDecoder().decode((await client.response()).content);
}

/** The processes that answer now; those of a few dozen requests. */
async function pidsOf(server: RunningServer): Promise<Set<number>> {
  const pids = new Set<number>();
  for (let i = 0; i < 50; i++) {
    const answer = await ask(server, "/").catch(() => undefined);
    if (answer !== undefined) pids.add(parseInt(answer));
  }
  return pids;
}

function isPair({ size }: ReadonlySet<number>): boolean {
  return size === 2;
}

async function firstWorkers(server: RunningServer): Promise<readonly number[]> {
  const [, first, second] = await server.seen(/Worker (\d+) serves\nWorker (\d+) serves/);
  assertNotEquals(first, second);
  return [Number(first), Number(second)];
}

function isAlive(pid: number): boolean {
  try {
    return !/\nState:\s+Z/.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

/** Clients that keep their connections, ask again as soon as they are answered, and retry nothing. */
function startLoad(server: RunningServer, count: number) {
  const answered = new Map<number, number>();
  const lostBy = new Map<number | undefined, number>();
  let going = true;
  const all = Promise.all(Array.from({ length: count }, () => askOn()));
  return {
    answers: (pid?: number) => pid === undefined ? sum(answered.values()) : answered.get(pid) ?? 0,
    async stop() {
      going = false;
      await all;
      assertGreater(sum(answered.values()), 0);
      return { lostBy };
    },
  };

  /** Goes on until it is told to stop, or nobody listens any more. */
  async function askOn(): Promise<void> {
    while (going) {
      let client: WireClient;
      try {
        client = await connect(server);
      } catch {
        return;
      }
      using _ = client;
      await askAll(client);
    }
  }

  async function askAll(client: WireClient): Promise<void> {
    let pid: number | undefined;
    try {
      for (;;) {
        await client.send(GET);
        const { headers, content } = await client.response();
        pid = parseInt(new TextDecoder().decode(content));
        answered.set(pid, (answered.get(pid) ?? 0) + 1);
        if (!going || headers.get("connection") === "close") return;
      }
    } catch {
      // A connection that nobody has answered on may have come in the moment of a close.
      if (pid !== undefined) lostBy.set(pid, (lostBy.get(pid) ?? 0) + 1);
    }
  }
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((sum, count) => sum + count, 0);
}
