import type { ServeOptions, ServerStats } from "../../mod.ts";
import { assert } from "../assert.ts";
import { type RunningServer, startServer } from "../program.ts";
import { openSockets, residentMemory } from "../transport/process_facts.ts";
import { eventually } from "../transport/servers.ts";
import { toText, WireClient } from "../transport/wire_client.ts";
import { SocketClient } from "./socket_client.ts";

/** What a target is told; what it leaves out is the server's default. */
export type TargetOptions = Pick<ServeOptions, "limits" | "timeouts">;

/** Octets of memory, garbage left out. */
export interface Memory {
  /** Of its heap, and what objects there hold outside it. */
  readonly inUse: number;
  /** Of the process. */
  readonly resident: number;
}

/** Loopback addresses, by who comes from there. */
export const ADDRESSES = {
  attacker: "127.0.0.1",
  neighbour: "127.0.0.2",
  accomplice: "127.0.0.3",
  observer: "127.0.0.4",
} as const;

/** Connections that the observer and the neighbour keep. */
export const STAYING = 2;

const PROGRAM = [
  "run",
  "-A",
  // The space for new objects, 48 MiB if it may, would be taken for what clients left behind.
  "--v8-flags=--expose-gc,--max-semi-space-size=1",
  "tests/hostile/programs/target_server.ts",
];

/** A server under attack, in a process of its own, and the connection of whoever observes it. */
export class Target implements AsyncDisposable {
  readonly #server: RunningServer;
  readonly #observer: WireClient;

  private constructor(server: RunningServer, observer: WireClient) {
    this.#server = server;
    this.#observer = observer;
  }

  /** Starts a server, and begins to observe it. */
  static async start(options: TargetOptions = {}): Promise<Target> {
    const server = await startServer([...PROGRAM, JSON.stringify(options)]);
    const observer = await SocketClient.connectFrom(ADDRESSES.observer, server.port);
    const target = new Target(server, observer);
    // A connection on which nothing was ever asked would not be kept for long.
    await target.stats();
    return target;
  }

  /** Its port on 127.0.0.1. */
  get port(): number {
    return this.#server.port;
  }

  /** Opens a connection from the attacker's address. */
  connect(): Promise<WireClient> {
    return WireClient.connect({
      transport: "tcp",
      hostname: ADDRESSES.attacker,
      port: this.port,
    });
  }

  /** Opens a connection from an address; it may be reset. */
  connectFrom(address: string): Promise<SocketClient> {
    return SocketClient.connectFrom(address, this.port);
  }

  /** What the server has done, and is doing; the question is a request under way. */
  async stats(): Promise<ServerStats> {
    return JSON.parse(await this.#ask("/stats"));
  }

  /** Waits until something holds of what the server is doing. */
  async until(holds: (stats: ServerStats) => boolean, what: string): Promise<ServerStats> {
    return await eventually(() => this.stats(), holds, what);
  }

  /** Waits until the connections of an attack are gone. */
  async left(): Promise<void> {
    await this.until(({ connections }) => connections.open <= STAYING, "connections of the attack");
  }

  /** How many sockets its process has. */
  sockets(): Promise<number> {
    return openSockets(this.#server.pid);
  }

  /** What memory it has, behind a collection. */
  async memory(): Promise<Memory> {
    const inUse = Number(await this.#ask("/memory"));
    return { inUse, resident: await residentMemory(this.#server.pid) };
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#observer[Symbol.dispose]();
    await this.#server[Symbol.asyncDispose]();
  }

  async #ask(target: string): Promise<string> {
    await this.#observer.send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const { status, content } = await this.#observer.response();
    assert(status === 200, `${target} was answered with ${status}`);
    return toText(content);
  }
}
