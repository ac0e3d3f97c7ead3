import type { ServerStats } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { SocketClient } from "../hostile/socket_client.ts";
import { type RunningServer, startServer } from "../program.ts";
import { openSockets } from "../transport/process_facts.ts";
import { eventually } from "../transport/servers.ts";
import { runTool } from "../transport/tools.ts";
import { toText } from "../transport/wire_client.ts";

/** Where slow clients come from. */
export const ATTACKER = "127.0.0.1";

/** Milliseconds for which the server waits for anything. */
export const DEADLINE = 3_000;

/** Connections that the server admits. */
export const CONNECTIONS = 500;

/** What the server has seen of the slow clients. */
export interface Observed {
  /** Connections. */
  readonly seen: number;
  /** Connections at a time, the one that is about to be turned away included. */
  readonly most: number;
  /** Connections that are open still. */
  readonly open: number;
  /** Milliseconds of the one that was open longest. */
  readonly longest: number;
  /** Refusals by reason. */
  readonly refused: ServerStats["refused"];
}

/** What slow clients do. */
export interface SlowAttack {
  /** What they ask for. */
  readonly target: string;
  /** Connections that the server admits from their address: fewer than from everywhere. */
  readonly admitted: number;
  /** What slowhttptest is told besides. */
  readonly args: readonly string[];
}

/** What came of many slow clients. */
export interface Measured extends Observed {
  /** Answers that another client got meanwhile, each on a connection of its own. */
  readonly probes: number;
  /** Milliseconds that the slowest of them took, the connection included. */
  readonly slowest: number;
}

const PROBE = "127.0.0.2";
const PROGRAM = ["run", "-A", "tests/slow_clients/programs/watched_server.ts"];

/** Lets slowhttptest attack a server, and measures what comes of it; fails where sockets stay open. */
export async function measure({ target, admitted, args }: SlowAttack): Promise<Measured> {
  await using server = await startServer([...PROGRAM, String(admitted)]);
  const sockets = await openSockets(server.pid);
  const { probes, slowest } = await probeDuring(server, () => attack(server.origin + target, args));
  const observed = await eventually(
    () => observe(server),
    ({ open }) => open === 0,
    "connections of slow clients",
  );
  await eventually(
    () => openSockets(server.pid),
    (now) => now <= sockets,
    `sockets, ${sockets} before`,
  );
  return { ...observed, probes, slowest };
}

async function attack(url: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runTool("slowhttptest", [...args, "-u", url]);
  assertEquals(code, 0, `slowhttptest: ${stdout}${stderr}`);
}

async function probeDuring(
  server: RunningServer,
  attack: () => Promise<void>,
): Promise<{ readonly probes: number; readonly slowest: number }> {
  let isOver = false;
  const attacking = attack().finally(() => isOver = true);
  let [probes, slowest] = [0, 0];
  while (!isOver) {
    const begin = performance.now();
    assertEquals(await ask(server, "/"), "hello");
    slowest = Math.max(slowest, performance.now() - begin);
    probes++;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await attacking;
  return { probes, slowest };
}

async function observe(server: RunningServer): Promise<Observed> {
  return JSON.parse(await ask(server, "/observed"));
}

async function ask({ port }: RunningServer, target: string): Promise<string> {
  using client = await SocketClient.connectFrom(PROBE, port);
  await client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  return toText((await client.response()).content);
}
