import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import process from "node:process";
import type { ClientLoad } from "./report.ts";

/** Share of the time beyond which the load tester is what limits. */
const SATURATED = 0.8;

/** Milliseconds; in less than that hardly anybody is idle. */
const SHORTEST = 250;

/** How many milliseconds a thread had something to do, since some moment. */
type BusyTime = () => number;

/** Measures how busy this thread is. */
export class ClientWatch {
  readonly #busyTime = pickBusyTime();
  #busy = 0;
  #start = 0;
  #load: ClientLoad = { utilization: 0, wasBottleneck: false };

  /** What was measured last. */
  get load(): ClientLoad {
    return this.#load;
  }

  /** Begins. */
  begin(): void {
    this.#start = performance.now();
    this.#busy = this.#busyTime();
  }

  /** Ends. */
  end(): void {
    const elapsed = performance.now() - this.#start;
    const busy = this.#busyTime() - this.#busy;
    const utilization = elapsed > 0 ? Math.min(busy / elapsed, 1) : 0;
    this.#load = { utilization, wasBottleneck: elapsed >= SHORTEST && utilization >= SATURATED };
  }
}

/**
 * The best that the platform has: the event loop's own account (Node), or what the scheduler of
 * Linux knows of this thread, waiting for a core included, or the processor time of all threads.
 */
function pickBusyTime(): BusyTime {
  return [eventLoopTime, schedulerTime].find((busyTime) => busyTime() > 0) ?? processorTime;
}

/** Deno has the function, and says 0. */
function eventLoopTime(): number {
  return performance.eventLoopUtilization().active;
}

function schedulerTime(): number {
  try {
    // Of this thread: what runs in a worker is not the first thread of its process.
    const [running, waiting] = readFileSync("/proc/thread-self/schedstat", "utf8").split(" ");
    return (Number(running) + Number(waiting)) / 1e6;
  } catch {
    // Another system, or the permission to look is missing.
    return 0;
  }
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
