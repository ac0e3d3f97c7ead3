/**
 * Several processes that serve on one port, so that a program uses more than one core; and a
 * supervisor that replaces those that end, restarts them one by one, and lets them finish what they
 * have begun.
 *
 * The supervisor needs Deno's permissions `--allow-run` and `--allow-env`, since it starts processes
 * and hands its environment on. Workers listen with `SO_REUSEPORT`: Linux divides connections among
 * them; elsewhere Deno can only have one worker.
 *
 * @example
 * ```ts
 * import { serveWorkers } from "@culvert/http/workers";
 * import { assertEquals } from "@std/assert";
 *
 * const app = 'export default () => new Response("Hello, World!");';
 * const group = serveWorkers({
 *   module: `data:text/javascript,${encodeURIComponent(app)}`,
 *   workers: 1,
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   onListen() {},
 * });
 * const { port } = await group.listening as { port: number };
 * const response = await fetch(`http://127.0.0.1:${port}/`);
 *
 * assertEquals(await response.text(), "Hello, World!");
 * assertEquals((await group.stats()).requests.total, 1);
 * await group.shutdown();
 * ```
 *
 * @module
 */

import { WORKER_PROGRAM } from "./deno_worker.ts";
import { groupsOnDeno } from "./workers/on_deno.ts";
import { type ServeWorkers, serveWorkersOn } from "./workers/serve_workers.ts";

export type { ServeWorkersOptions } from "./workers/options.ts";
export type { ServeWorkers } from "./workers/serve_workers.ts";
export type { WorkerModule } from "./workers/worker.ts";
export type {
  RunningWorkers,
  WorkerEnding,
  WorkerGroupStats,
  WorkerInfo,
  WorkerState,
} from "./workers/running_workers.ts";

/**
 * Serves a module in several processes, and keeps them running.
 *
 * It throws a `TypeError` or `RangeError` for an option that cannot be; where the first worker cannot
 * listen, `listening` and `finished` reject with its error.
 *
 * @example
 * ```ts
 * import { serveWorkers } from "@culvert/http/workers";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => serveWorkers({ module: "./app.ts" }), TypeError, "module must be a URL");
 * ```
 */
export const serveWorkers: ServeWorkers = serveWorkersOn(groupsOnDeno(WORKER_PROGRAM));
