import type { Order, Report } from "../../src/workers/messages.ts";
import type { ServerStats } from "../../src/server/stats.ts";
import type { ChildEvents, Ending, StartChild } from "../../src/workers/worker_process.ts";
import { NO_STATS } from "../../src/workers/sum_stats.ts";
import { settle } from "../server/memory_server.ts";

/** Workers without processes: a test says what they do. */
export class FakeChildren {
  /** All that were ever started, in their order. */
  readonly all: FakeChild[] = [];
  /** What starting one throws from now on. */
  refusal: Error | undefined;

  /** See `StartChild`. */
  readonly start: StartChild = (events) => {
    if (this.refusal !== undefined) throw this.refusal;
    const child = new FakeChild(this.all.length + 1, events);
    this.all.push(child);
    return child;
  };

  /** Those that have not ended. */
  get alive(): readonly FakeChild[] {
    return this.all.filter(({ hasEnded }) => !hasEnded);
  }

  /** Lets all that are there listen, and those that are started then. */
  async listenAll(port: number = 8000): Promise<void> {
    for (let i = 0; i < this.all.length; i++) {
      if (!this.all[i].hasEnded && !this.all[i].listens) await this.all[i].listen(port);
    }
  }
}

/** A worker that does what a test says. */
export class FakeChild {
  /** Orders that it got. */
  readonly orders: Order[] = [];
  /** Whether it was killed. */
  killed = false;
  /** Whether it is gone. */
  hasEnded = false;
  /** Whether it has said that it listens. */
  listens = false;
  readonly pid: number;
  readonly #events: ChildEvents;

  constructor(pid: number, events: ChildEvents) {
    this.pid = pid;
    this.#events = events;
  }

  /** See `Child`. */
  send(order: Order): void {
    this.orders.push(order);
  }

  /** See `Child`; ends it as the system would. */
  kill(): void {
    if (this.killed) return;
    this.killed = true;
    queueMicrotask(() => void this.end({ signal: "SIGKILL" }));
  }

  /** Names of its orders. */
  get kinds(): readonly string[] {
    return this.orders.map(({ kind }) => kind);
  }

  /** Tells something. */
  async report(report: Report): Promise<void> {
    this.#events.onReport(report);
    await settle();
  }

  /** Tells that it listens. */
  async listen(port: number = 8000): Promise<void> {
    this.listens = true;
    await this.report({ kind: "ready" });
    const addr = { transport: "tcp", hostname: "127.0.0.1", port } as const;
    await this.report({ kind: "listening", addr });
  }

  /** Tells what it has done. */
  async tell(stats: Partial<ServerStats>): Promise<void> {
    await this.report({ kind: "stats", stats: { ...NO_STATS, ...stats } });
  }

  /** Ends. */
  async end(ending: Ending = { code: 0 }): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#events.onEnd(ending);
    await settle();
  }
}
