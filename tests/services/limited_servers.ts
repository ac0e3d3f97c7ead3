import type { RateLimitOptions, RateLimitStats } from "../../src/middleware/rate_limit.ts";
import { type RunningServer, startServer } from "../program.ts";

/** A store that servers share, and how they limit by it. */
export interface Shared {
  /** Which store. */
  readonly kind: "redis" | "ioredis" | "kv";
  /** Where it is. */
  readonly path: string;
  /** Options of `rateLimit`. */
  readonly options: RateLimitOptions;
}

/** What a server has counted, and the errors that its store had. */
export type Stats = RateLimitStats & { readonly errors: readonly string[] };

/** Starts a process that serves, and limits by a shared store. */
export function startLimited({ kind, path, options }: Shared): Promise<RunningServer> {
  const program = "tests/services/programs/limited_server.ts";
  return startServer(["run", "-A", "--no-check", program, kind, path, JSON.stringify(options)]);
}

/** What a server has counted. */
export async function statsOf(server: RunningServer): Promise<Stats> {
  return await (await fetch(`${server.origin}/stats`)).json();
}

/** Asks once; gives the status. */
export async function ask(server: RunningServer): Promise<number> {
  const response = await fetch(server.origin);
  await response.body?.cancel();
  return response.status;
}

/** Has so many clients ask these servers so often, all at once; gives how often each status came. */
export async function crowd(
  servers: readonly RunningServer[],
  clients: number,
  times: number,
): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  await Promise.all(Array.from({ length: clients }, async (_, client) => {
    for (let i = 0; i < times; i++) {
      const status = await ask(servers[(client + i) % servers.length]);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  }));
  return counts;
}
