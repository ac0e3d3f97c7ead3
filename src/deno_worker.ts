/**
 * What a worker on Deno runs.
 *
 * @module
 */

import { serve } from "../mod.ts";
import { claimPort } from "./workers/on_deno.ts";
import { runWorker } from "./workers/worker.ts";

/** Where this module is. */
export const WORKER_PROGRAM: string = import.meta.url;

/** Makes this process a worker that serves a module; the program that `serveWorkers` starts calls it. */
export function becomeWorker(module: object): void {
  runWorker({
    load: () => Promise.resolve(module),
    serve({ claim }, options, handler) {
      if (claim) claimPort(options.hostname, options.port);
      return serve({ ...options, reusePort: true }, handler);
    },
  });
}
