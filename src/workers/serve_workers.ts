import { isWorker } from "./worker.ts";
import { type GroupOptions, resolveOptions, type ServeWorkersOptions } from "./options.ts";
import type { RunningWorkers } from "./running_workers.ts";
import { WorkerGroup } from "./worker_group.ts";
import type { StartChild } from "./worker_process.ts";

/** How a runtime starts workers. */
export interface GroupRuntime {
  /** How many workers there are by default. */
  readonly cores: number;
  /** Why there cannot be more than one; `undefined` where there can. */
  readonly onlyOne: string | undefined;
  /** Whether all workers accept from one socket. */
  readonly sharesSocket: boolean;
  /** Says how to start them; throws where it cannot be done. */
  starter(options: GroupOptions): StartChild;
}

/** The call shape of `serveWorkers`. */
export type ServeWorkers = (options: ServeWorkersOptions) => RunningWorkers;

/** Makes `serveWorkers` for a runtime. */
export function serveWorkersOn(runtime: GroupRuntime): ServeWorkers {
  const { cores, onlyOne, sharesSocket } = runtime;
  return (options) => {
    if (isWorker()) {
      throw new TypeError(
        "Cannot start workers in a worker: ask import.meta.main, or use a module of its own",
      );
    }
    const resolved = resolveOptions(options, onlyOne === undefined ? cores : 1);
    if (resolved.workers > 1 && onlyOne !== undefined) {
      throw new TypeError(`Cannot start ${resolved.workers} workers: ${onlyOne}`);
    }
    const start = runtime.starter(resolved);
    return new WorkerGroup({ ...resolved, start, sharesSocket });
  };
}
