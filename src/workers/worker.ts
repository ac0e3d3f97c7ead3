import process from "node:process";
import { drain } from "../drain.ts";
import type { Handler, HandlerObject } from "../handler.ts";
import type { RunningServer, ServeOptions } from "../serve.ts";
import { quiet } from "../web/quiet.ts";
import { type Order, type Report, type ServeOrder, toFailure, unwrap, wrap } from "./messages.ts";

/**
 * A module that workers serve: its default export answers, the others are called where they are
 * there.
 */
export interface WorkerModule {
  /** Answers requests. */
  readonly default: Handler | HandlerObject;
  /** Answers an error that the handler threw; see the option of `serve`. */
  readonly onError?: ServeOptions["onError"];
  /** Learns of every client that is refused or cut; see the option of `serve`. */
  readonly onRefusal?: ServeOptions["onRefusal"];
  /** Called when the worker is asked to end: it still answers, but wants no new work. */
  readonly onDrain?: () => void;
  /** Called when the last connection is gone; the process ends when the promise has settled. */
  readonly onEnd?: () => void | Promise<void>;
}

/** How a runtime serves in a worker. */
export interface WorkerRuntime {
  /** Gives the module. */
  load(order: ServeOrder): Promise<unknown>;
  /** Serves it. */
  serve(order: ServeOrder, options: ServeOptions, handler: Handler | HandlerObject): RunningServer;
}

/** The argument that tells a program that it is a worker. */
export const WORKER_ARGUMENT = "--culvert-worker";

/** Exit code of a worker that could not serve, or whose supervisor is gone. */
const FAILED = 1;

/** Whether this process is a worker. */
export function isWorker(): boolean {
  return process.argv[2] === WORKER_ARGUMENT && process.connected === true;
}

/** Does what the supervisor asks, until it asks to end, or is gone. */
export function runWorker(runtime: WorkerRuntime): void {
  let serving: Promise<Serving> | undefined;
  // A terminal sends SIGINT to all of its processes; what it means is for the supervisor to say.
  process.on("SIGINT", ignore);
  process.on("SIGTERM", () => report({ kind: "retire" }));
  process.on("disconnect", () => process.exit(FAILED));
  process.on("message", (message: unknown) => {
    const order = unwrap<Order>(message);
    if (order?.kind === "serve") serving ??= quiet(begin(runtime, order));
    else if (order !== undefined) serving?.then((server) => server.obey(order), ignore);
  });
  report({ kind: "ready" });
}

async function begin(runtime: WorkerRuntime, order: ServeOrder): Promise<Serving> {
  const module = await loadOrExit(runtime, order);
  try {
    if (!isWorkerModule(module)) {
      throw new TypeError(
        `Cannot serve ${order.module}: its default export is no handler, a function or an object ` +
          "with fetch",
      );
    }
    const { onError, onRefusal } = module;
    const options = { ...order.options, onError, onRefusal, onListen: ignore };
    const server = runtime.serve(order, options, module.default);
    report({ kind: "listening", addr: await server.listening });
    return new Serving(server, module);
  } catch (error) {
    report({ kind: "failed", error: toFailure(error) }, () => process.exit(FAILED));
    throw error;
  }
}

/** What a module throws is printed, as it is where a module is the main one. */
async function loadOrExit(runtime: WorkerRuntime, order: ServeOrder): Promise<unknown> {
  try {
    return await runtime.load(order);
  } catch (error) {
    console.error(error);
    process.exit(FAILED);
  }
}

function isWorkerModule(module: unknown): module is WorkerModule {
  const { default: handler } = module as { default?: { fetch?: unknown } | null };
  return typeof handler === "function" || typeof handler?.fetch === "function";
}

/** A server in a worker. */
class Serving {
  readonly #server: RunningServer;
  readonly #module: WorkerModule;
  #isDraining = false;

  constructor(server: RunningServer, module: WorkerModule) {
    this.#server = server;
    this.#module = module;
  }

  /** Does what the supervisor asks. */
  obey(order: Order): void {
    if (order.kind === "stats") return this.#reportStats();
    if (order.kind !== "drain") return;
    const { deadline } = order;
    // A second one may only hurry.
    if (this.#isDraining) return void this.#server.shutdown({ deadline });
    this.#isDraining = true;
    attempt(() => this.#module.onDrain?.());
    drain(this.#server, order).then(() => this.#end());
  }

  #reportStats(sent?: () => void): void {
    report({ kind: "stats", stats: this.#server.stats() }, sent);
  }

  async #end(): Promise<void> {
    await attempt(() => this.#module.onEnd?.());
    this.#reportStats(() => process.exit(0));
  }
}

/** Does something of the module's; what it throws ends nothing. */
async function attempt(action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    console.error(error);
  }
}

function report(message: Report, sent: () => void = ignore): void {
  // Without a supervisor, the process is about to end.
  if (process.connected) process.send?.(wrap(message), undefined, undefined, sent);
  else process.exit(FAILED);
}

function ignore(): void {}
