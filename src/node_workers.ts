/**
 * Several processes that serve on one port, so that a program uses more than one core; and a
 * supervisor that replaces those that end, restarts them one by one, and lets them finish what they
 * have begun: over `node:cluster`.
 *
 * @module
 */

import process from "node:process";
import { fileURLToPath } from "node:url";
import { serve } from "./node.ts";
import { groupsOnNode } from "./workers/on_node.ts";
import { type ServeWorkers, serveWorkersOn } from "./workers/serve_workers.ts";
import { isWorker, runWorker } from "./workers/worker.ts";

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
 */
export const serveWorkers: ServeWorkers = serveWorkersOn(groupsOnNode(import.meta.url));

// Workers run this very module, so that no other file must be found.
if (isWorker() && process.argv[1] === fileURLToPath(import.meta.url)) {
  runWorker({
    load: ({ module }) => import(module),
    serve: (_order, options, handler) => serve(options, handler),
  });
}
