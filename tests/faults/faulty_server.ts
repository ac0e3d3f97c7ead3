/**
 * A server whose handlers and hooks are at fault, in a process of its own, and what it must not
 * cost: memory, sockets, the service of others.
 *
 * @module
 */

import type { ServeOptions } from "../../mod.ts";
import { assertEquals, assertLess } from "../assert.ts";
import { type RunningServer, startServer } from "../program.ts";
import { openSockets, residentMemory } from "../transport/process_facts.ts";
import { eventually } from "../transport/servers.ts";
import { toText, WireClient, type WireResponse } from "../transport/wire_client.ts";

/** What the server is started with. */
export interface ServerPlan {
  /** Its timeouts. */
  readonly timeouts?: ServeOptions["timeouts"];
  /** Which of the `onError` at fault it has. */
  readonly onError?: string;
  /** Which of the `onRefusal` at fault it has. */
  readonly onRefusal?: string;
}

/** What the server tells of itself, once garbage is collected. */
export interface ServerFacts {
  /** Octets in use. */
  readonly memory: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Requests under way. */
  readonly inFlight: number;
  /** Refusals by reason. */
  readonly refused: Readonly<Record<string, number>>;
  /** Calls of `onError`. */
  readonly errors: number;
  /** Codes of the system's errors among them; `"none"` for those without. */
  readonly codes: readonly string[];
}

/** Faults that are committed at once. */
export const AT_ONCE = 16;

/** Times that so many are committed, once all is warm. */
export const ROUNDS = 4;

/** Octets that may come and go by themselves; half of what the faults would hold, were they kept. */
export const GROWTH = 4 << 20;

/** Octets of the process that may come and go; the platform gives memory back when it likes. */
const RESIDENT_GROWTH = 64 << 20;

const PROGRAM = [
  "run",
  "-A",
  "--v8-flags=--expose-gc",
  "tests/faults/programs/faulty_server.ts",
];

/** A server with faults. */
export class FaultyServer implements AsyncDisposable {
  readonly #server: RunningServer;

  private constructor(server: RunningServer) {
    this.#server = server;
  }

  /** Starts one. */
  static async start(plan: ServerPlan = {}): Promise<FaultyServer> {
    return new FaultyServer(await startServer([...PROGRAM, JSON.stringify(plan)]));
  }

  /** Starts one that may have no more than so many descriptors. */
  static async startWith(descriptors: number): Promise<FaultyServer> {
    const script = `ulimit -n ${descriptors}; exec "$0" "$@"`;
    return new FaultyServer(
      await startServer(["-c", script, Deno.execPath(), ...PROGRAM], undefined, "sh"),
    );
  }

  /** Opens a connection. */
  connect(): Promise<WireClient> {
    return WireClient.connect({ transport: "tcp", hostname: "127.0.0.1", port: this.port });
  }

  /** Its port. */
  get port(): number {
    return this.#server.port;
  }

  /** Its process. */
  get pid(): number {
    return this.#server.pid;
  }

  /** How many requests are under way, those of whoever asks left out. */
  async inFlight(): Promise<number> {
    using client = await this.connect();
    return Number(toText((await ask(client, "/in-flight")).content));
  }

  /** Asks for the facts; the request itself is among them. */
  async facts(): Promise<ServerFacts> {
    using client = await this.connect();
    await client.send("GET /facts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    return JSON.parse(toText((await client.response()).content));
  }

  /** How many sockets its process has. */
  sockets(): Promise<number> {
    return openSockets(this.#server.pid);
  }

  /** Octets of memory that its process has. */
  residentMemory(): Promise<number> {
    return residentMemory(this.#server.pid);
  }

  /** Waits until nothing is under way but the question whether it is. */
  async atRest(): Promise<ServerFacts> {
    return await eventually(
      () => this.facts(),
      ({ connections, inFlight }) => connections === 1 && inFlight === 1,
      "open connections",
    );
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}

/** One client that meets with a fault; it leaves when this is over. */
export type Fault = (client: WireClient, server: FaultyServer) => Promise<void>;

/** Lets many clients at once meet with a fault while a well-behaved one is served. */
export async function commit(server: FaultyServer, fault: Fault): Promise<void> {
  let isOver = false;
  const meet = async () => {
    using client = await server.connect();
    await fault(client, server);
  };
  const meetings = Promise.all(Array.from({ length: AT_ONCE }, meet)).finally(() => isOver = true);
  await Promise.all([meetings, assertServedWhile(server, () => !isOver)]);
}

/** Looks once for all the clients of a round: one that looks late might see what others have left. */
export function onceForAll(look: () => Promise<unknown>): () => Promise<unknown> {
  let calls = 0;
  let looking: Promise<unknown>;
  return () => {
    if (calls++ % AT_ONCE === 0) looking = look();
    return looking;
  };
}

/**
 * Commits a fault again and again: others are served meanwhile, `onError` is called `errors` times
 * for each, and afterwards there are no more sockets and no more memory in use than before.
 */
export async function assertHarmless(
  server: FaultyServer,
  fault: Fault,
  errors: number,
): Promise<void> {
  await commit(server, fault);
  const before = await server.atRest();
  const sockets = await server.sockets();
  const resident = await server.residentMemory();
  for (let round = 0; round < ROUNDS; round++) await commit(server, fault);
  const after = await server.atRest();
  assertEquals(after.errors - before.errors, errors * AT_ONCE * ROUNDS);
  await eventually(() => server.sockets(), (now) => now <= sockets, `sockets, ${sockets} before`);
  await eventually(
    async () => (await server.facts()).memory - before.memory,
    (growth) => growth < GROWTH,
    "octets more in use",
  );
  assertLess(await server.residentMemory() - resident, RESIDENT_GROWTH);
}

/** Asks for something harmless again and again, on one connection. */
async function assertServedWhile(server: FaultyServer, goesOn: () => boolean): Promise<void> {
  using client = await server.connect();
  do await assertServed(client); while (goesOn());
}

/** Asks for something harmless on a connection that persists. */
export async function assertServed(client: WireClient): Promise<void> {
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assertEquals(toText((await client.response()).content), "hello");
}

/** Sends a request without content, and reads its answer. */
export async function ask(
  client: WireClient,
  target: string,
  method: string = "GET",
): Promise<WireResponse> {
  await client.send(`${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
  return await client.response(method);
}
