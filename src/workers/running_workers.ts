import type { Address } from "../handler.ts";
import type { ServerStats } from "../server/stats.ts";

/** What a worker is doing. */
export type WorkerState = "starting" | "serving" | "draining" | "ended";

/** A worker that ended although nobody had asked it to. */
export interface WorkerEnding {
  /** Id of its process; 0 where there was none. */
  readonly pid: number;
  /** Its exit code; absent where a signal ended it. */
  readonly code?: number;
  /** The signal that ended it, such as `"SIGKILL"`. */
  readonly signal?: string;
  /** Milliseconds until another starts; absent where none will. */
  readonly delay?: number;
}

/** One worker of a group. */
export interface WorkerInfo {
  /** Id of its process. */
  readonly pid: number;
  /** What it is doing. */
  readonly state: WorkerState;
}

/** What all workers together have done, and are doing; the latest event loop counts. */
export interface WorkerGroupStats extends ServerStats {
  /** The workers, as they were when they were asked. */
  readonly workers: readonly WorkerInfo[];
}

/** Workers that serve on one port, and whoever replaces them. */
export interface RunningWorkers extends AsyncDisposable {
  /** Where they listen; what was asked for until the first does. */
  readonly addr: Address;
  /** Resolves to `addr` once all of them listen; rejects when they are given up. */
  readonly listening: Promise<Address>;
  /**
   * Resolves when all of them have ended.
   *
   * It rejects when they are given up: the first cannot listen, or five in a row ended before they
   * listened and none is left.
   */
  readonly finished: Promise<void>;
  /** The workers that there are now. */
  readonly workers: readonly WorkerInfo[];
  /** Asks every worker what it has done; those that have ended count with what they last told. */
  stats(): Promise<WorkerGroupStats>;
  /**
   * Replaces the workers one by one, so that they run what the module is now: each is asked to end
   * once another listens in its place.
   *
   * `deadline` is in milliseconds, 10 000 by default, for each. Rejects when a new worker cannot
   * listen; the old ones stay then.
   */
  restart(options?: { readonly deadline?: number }): Promise<void>;
  /**
   * Asks every worker to end: each answers what comes until no request of its own is under way, half
   * of the deadline at most, accepts no more then, and closes.
   *
   * `deadline` is in milliseconds, 10 000 by default; what is still there then is cut.
   */
  shutdown(options?: { readonly deadline?: number }): Promise<void>;
}
