import { defer } from "../deferred.ts";
import type { Address } from "../handler.ts";
import { type Clock } from "../clock.ts";
import type { ServerStats } from "../server/stats.ts";
import { quiet } from "../web/quiet.ts";
import { type Order, type Report, type ServeOrder, toError, toFailure } from "./messages.ts";
import type { WorkerState } from "./running_workers.ts";

/** How a process ended. */
export interface Ending {
  /** Its exit code; absent where a signal ended it. */
  readonly code?: number;
  /** The signal that ended it. */
  readonly signal?: string;
}

/** A process that a runtime has started. */
export interface Child {
  /** Its id. */
  readonly pid: number;
  /** Gives it an order; nothing where it is gone. */
  send(order: Order): void;
  /** Ends it at once. */
  kill(): void;
}

/** Who learns of a child. */
export interface ChildEvents {
  /** It tells something. */
  onReport(report: Report): void;
  /** It is gone; `error` where it never was. */
  onEnd(ending: Ending, error?: unknown): void;
}

/** Starts a worker's process. */
export type StartChild = (events: ChildEvents) => Child;

/** Milliseconds behind a deadline after which a worker that has not ended is made to. */
const KILL_MARGIN = 2_000;

/** Milliseconds in which a worker must tell what it has done. */
const STATS_PATIENCE = 1_000;

/** One worker, as its supervisor sees it. */
export class WorkerProcess {
  /** What it is doing. */
  state: WorkerState = "starting";
  /** What it told last of what it has done. */
  lastStats: ServerStats | undefined;
  /** Why it could not serve, as it has told. */
  failure: Error | undefined;
  /** Whether it ended because it was asked to. */
  wasAsked = false;
  readonly #clock: Clock;
  readonly #order: () => ServeOrder;
  readonly #child: Child | undefined;
  readonly #listening = defer<Address>();
  readonly #ended = defer<Ending>();
  readonly #timers = new Map<"start" | "kill", () => void>();
  #onStats: readonly (() => void)[] = [];
  #listensSince: number | undefined;
  #wantsToEnd = false;

  /** Starts a worker that must listen within `patience` milliseconds; `onRetire` learns that it wants to end. */
  constructor(
    start: StartChild,
    order: () => ServeOrder,
    clock: Clock,
    { patience, onRetire }: { readonly patience: number; readonly onRetire: () => void },
  ) {
    this.#clock = clock;
    this.#order = order;
    quiet(this.#listening.promise);
    try {
      this.#child = start({
        onReport: (report) => this.#hear(report, onRetire),
        onEnd: (ending, error) => this.#end(ending, error),
      });
    } catch (error) {
      this.#end({}, error);
      return;
    }
    this.#setTimer("start", patience, () => this.#child?.kill());
  }

  /** Its process; 0 where there is none. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves once it listens; rejects when it never will. */
  get listening(): Promise<Address> {
    return this.#listening.promise;
  }

  /** Resolves when its process is gone. */
  get ended(): Promise<Ending> {
    return this.#ended.promise;
  }

  /** Milliseconds since it listens; `undefined` where it never did. */
  get served(): number | undefined {
    return this.#listensSince === undefined ? undefined : this.#now() - this.#listensSince;
  }

  /** Asks it to end, within a deadline in milliseconds; one that does not serve yet ends at once. */
  drain(deadline: number, untilQuiet: boolean): void {
    if (this.state === "starting") return this.kill();
    if (this.state === "ended") return;
    this.wasAsked = true;
    this.state = "draining";
    this.#child?.send({ kind: "drain", deadline, untilQuiet });
    this.#setTimer("kill", deadline + KILL_MARGIN, () => this.#child?.kill());
  }

  /** Ends it at once. */
  kill(): void {
    this.wasAsked = true;
    if (this.state !== "ended") this.#child?.kill();
  }

  /** Asks what it has done; what it told last where it does not answer. */
  async stats(): Promise<ServerStats | undefined> {
    if (this.state !== "serving" && this.state !== "draining") return this.lastStats;
    await new Promise<void>((resolve) => {
      const forget = this.#after(STATS_PATIENCE, resolve);
      this.#onStats = [...this.#onStats, () => {
        forget();
        resolve();
      }];
      this.#child?.send({ kind: "stats" });
    });
    return this.lastStats;
  }

  #hear(report: Report, onRetire: () => void): void {
    switch (report.kind) {
      case "ready":
        return this.#child?.send(this.#order());
      case "listening":
        return this.#listens(report.addr);
      case "failed":
        this.failure = toError(report.error);
        return;
      case "stats":
        this.lastStats = report.stats;
        return this.#answerStats();
      case "retire":
        if (this.state !== "serving" || this.#wantsToEnd) return;
        this.#wantsToEnd = true;
        onRetire();
    }
  }

  #listens(addr: Address): void {
    if (this.state !== "starting") return;
    this.#stopTimers();
    this.state = "serving";
    this.#listensSince = this.#now();
    this.#listening.resolve(addr);
  }

  #end(ending: Ending, error?: unknown): void {
    if (this.state === "ended") return;
    this.#stopTimers();
    this.state = "ended";
    if (error !== undefined) {
      this.failure ??= error instanceof Error ? error : toError(toFailure(error));
    }
    this.#listening.reject(
      this.failure ??
        new Error(`Cannot serve: a worker ended before it listened, ${describe(ending)}`),
    );
    this.#answerStats();
    this.#ended.resolve(ending);
  }

  #answerStats(): void {
    const waiting = this.#onStats;
    this.#onStats = [];
    for (const answer of waiting) answer();
  }

  #setTimer(name: "start" | "kill", milliseconds: number, action: () => void): void {
    this.#timers.get(name)?.();
    this.#timers.set(name, this.#after(milliseconds, action));
  }

  #stopTimers(): void {
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
  }

  #after(milliseconds: number, action: () => void): () => void {
    return after(this.#clock, milliseconds, action);
  }

  #now(): number {
    return this.#clock.elapsed?.() ?? this.#clock.now();
  }
}

/** Milliseconds; what a timer can wait. */
const LONGEST_TIME = 2 ** 31 - 1;

/** Does something once, after so many milliseconds, unless the function that this gives is called. */
export function after(clock: Clock, milliseconds: number, action: () => void): () => void {
  if (milliseconds > LONGEST_TIME) return () => {};
  const stop = clock.every(milliseconds, () => {
    stop();
    action();
  });
  return stop;
}

/** How a process ended, in words. */
export function describe({ code, signal }: Ending): string {
  if (signal !== undefined) return `by ${signal}`;
  return code === undefined ? "without a process" : `with exit code ${code}`;
}
