import { type Order, type Report, unwrap, wrap } from "./messages.ts";
import type { Child, ChildEvents, Ending } from "./worker_process.ts";

/** As much of a child process, of `node:child_process` or of a cluster, as is used here. */
export interface ChildProcessLike {
  /** Absent where it could not be started. */
  readonly pid?: number;
  /** Whether it can be sent anything. */
  readonly connected: boolean;
  /** Sends it a message; `sent` learns whether that went well. */
  send(message: object, sent: (error: Error | null) => void): unknown;
  /** Ends it. */
  kill(signal: "SIGKILL"): unknown;
  /** Listens. */
  on(event: "message", listener: (message: unknown) => void): unknown;
  /** Listens. */
  on(event: "disconnect", listener: () => void): unknown;
  /** Listens. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Listens. */
  on(event: "exit", listener: (code: number | null, signal: string | null) => void): unknown;
}

/** Tells of a process, and makes it one that takes orders. */
export function followChild(process: ChildProcessLike, { onReport, onEnd }: ChildEvents): Child {
  process.on("message", (message) => {
    const report = unwrap<Report>(message);
    if (report !== undefined) onReport(report);
  });
  let ending: Ending | undefined;
  process.on("exit", (code, signal) => {
    ending = signal === null ? { code: code ?? 0 } : { signal };
    if (!process.connected) onEnd(ending);
  });
  // What it said last may come behind the news of its end.
  process.on("disconnect", () => {
    if (ending !== undefined) onEnd(ending);
  });
  process.on("error", (error) => {
    // Of one that runs, only its end counts.
    if (process.pid === undefined) onEnd({}, error);
  });
  return {
    pid: process.pid ?? 0,
    send: (order: Order) => {
      // One that has just ended cannot be told; its end is on its way.
      if (process.connected) process.send(wrap(order), ignore);
    },
    kill: () => void process.kill("SIGKILL"),
  };
}

function ignore(): void {}
