import cluster, { type ClusterSettings } from "node:cluster";
import { availableParallelism } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { followChild } from "./child_events.ts";
import type { GroupOptions } from "./options.ts";
import type { GroupRuntime } from "./serve_workers.ts";
import { WORKER_ARGUMENT } from "./worker.ts";
import type { StartChild } from "./worker_process.ts";

/** Workers of a cluster, to which the supervisor hands connections; `program` is what they run. */
export function groupsOnNode(program: string): GroupRuntime {
  return {
    cores: availableParallelism(),
    onlyOne: undefined,
    sharesSocket: true,
    starter: (options) => starter(program, options),
  };
}

function starter(program: string, { execArgv }: GroupOptions): StartChild {
  if (!cluster.isPrimary) {
    throw new TypeError("Cannot start workers: this process is a worker of a cluster");
  }
  // Handing connections over one by one, as a cluster does by default, leaves those that were handed to a
  // worker that has just died hanging for ever. What waits at a socket of all is accepted by another.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  return (events) => {
    const before = { ...cluster.settings };
    cluster.setupPrimary({
      exec: fileURLToPath(program),
      args: [WORKER_ARGUMENT],
      execArgv: [...execArgv ?? process.execArgv],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      silent: false,
    });
    const worker = cluster.fork();
    // The settings are the process's own, and may be somebody else's as well.
    cluster.setupPrimary({ ...usualSettings(), ...before });
    return followChild(worker.process, events);
  };
}

/** What a cluster starts where nobody has said anything else. */
function usualSettings(): ClusterSettings {
  const [, exec, ...args] = process.argv;
  return { exec, args, execArgv: process.execArgv, silent: false, stdio: undefined };
}
