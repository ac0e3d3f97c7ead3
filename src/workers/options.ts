import process from "node:process";
import type { Address } from "../handler.ts";
import { checkOptions, describeAddress, type ServeOptions } from "../serve.ts";
import { systemClock } from "../clock.ts";
import { checkTime, resolveLimits, resolveTimeouts } from "../server/settings.ts";
import { describe } from "./worker_process.ts";
import type { WorkerEnding } from "./running_workers.ts";
import type { GroupSettings } from "./worker_group.ts";

/** Options of `serveWorkers`: those of `serve` that are no functions, and what is said here. */
export interface ServeWorkersOptions extends
  Pick<
    ServeOptions,
    | "hostname"
    | "port"
    | "cert"
    | "key"
    | "tcpBacklog"
    | "limits"
    | "timeouts"
    | "halfClose"
    | "request"
  > {
  /**
   * The module that workers serve, a URL: `new URL("./app.ts", import.meta.url)`.
   *
   * Its default export is a handler, or an object with `fetch`. Where it also exports `onError`,
   * `onRefusal`, `onDrain` or `onEnd`, these are called; see `WorkerModule`.
   */
  readonly module: string | URL;
  /**
   * How many workers, 1–1024. By default as many as there are cores; 1 where the platform cannot
   * share a port fairly (Deno elsewhere than on Linux).
   */
  readonly workers?: number;
  /**
   * Flags of the runtime for workers.
   *
   * On Deno, those of `deno run`; by default the permissions that this process has as a whole, and
   * the one to listen. On Node, `process.execArgv` by default.
   */
  readonly execArgv?: readonly string[];
  /**
   * Milliseconds in which a worker must listen; it is ended otherwise.
   *
   * @default {30_000}
   */
  readonly startTimeout?: number;
  /** Ends the workers at once when it aborts: connections are cut. */
  readonly signal?: AbortSignal;
  /** Called once all workers listen. By default it prints where. */
  readonly onListen?: (address: Address) => void;
  /** Called when a worker has ended unasked. By default it is printed. */
  readonly onWorkerEnd?: (ending: WorkerEnding) => void;
}

/** What a runtime must know to start workers. */
export interface GroupOptions extends Omit<GroupSettings, "start" | "sharesSocket"> {
  /** See `ServeWorkersOptions`. */
  readonly execArgv: readonly string[] | undefined;
}

/** Options of `serve` that are handed to every worker. */
const HANDED = [
  "hostname",
  "port",
  "cert",
  "key",
  "tcpBacklog",
  "limits",
  "timeouts",
  "halfClose",
  "request",
] as const satisfies (keyof ServeOptions & keyof ServeWorkersOptions)[];

const OWN: readonly string[] = [
  "module",
  "workers",
  "execArgv",
  "startTimeout",
  "signal",
  "onListen",
  "onWorkerEnd",
];

/** Options of `serve` that cannot be handed to another process. */
const OF_MODULE: readonly string[] = ["onError", "onRefusal", "handler"];

const MOST_WORKERS = 1024;
const START_TIMEOUT = 30_000;

/** Milliseconds; what a timer can wait. */
const LONGEST_TIME = 2 ** 31 - 1;

/**
 * Checks the options, and adds the defaults; `cores` is how many workers there are by default.
 *
 * @throws {TypeError | RangeError} for an option that cannot be.
 */
export function resolveOptions(options: ServeWorkersOptions, cores: number): GroupOptions {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("Cannot start workers: there are no options, module at least");
  }
  for (const name of Object.keys(options)) checkName(name);
  const { workers = cores, startTimeout = START_TIMEOUT, execArgv, cert } = options;
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS) {
    throw new RangeError(`Cannot start ${workers} workers: it takes 1 to ${MOST_WORKERS}`);
  }
  checkTime("startTimeout", startTimeout);
  if (execArgv !== undefined && !Array.isArray(execArgv)) {
    throw new TypeError("Cannot start workers: execArgv must be an array of flags");
  }
  return {
    workers,
    module: resolveModule(options.module),
    options: handedOptions(options),
    execArgv,
    signal: options.signal,
    startTimeout: Math.min(startTimeout, LONGEST_TIME),
    onListen: options.onListen ?? ((address) => printAddress(address, cert !== undefined)),
    onWorkerEnd: options.onWorkerEnd ?? printEnding,
    clock: systemClock,
  };
}

function checkName(name: string): void {
  if (OWN.includes(name) || (HANDED as readonly string[]).includes(name)) return;
  throw new TypeError(
    OF_MODULE.includes(name)
      ? `Cannot hand ${name} to workers: let their module export it`
      : `Cannot start workers: there is no option ${name}`,
  );
}

function resolveModule(module: unknown): string {
  const url = module instanceof URL ? module.href : module;
  if (typeof url === "string" && URL.canParse(url)) return url;
  throw new TypeError(
    `Cannot start workers: module must be a URL, as new URL("./app.ts", import.meta.url) is`,
  );
}

/** Everything is checked here, so that a mistake is no worker's. */
function handedOptions(options: ServeWorkersOptions): ServeOptions {
  const handed: ServeOptions = Object.fromEntries(
    HANDED.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
  checkOptions(handed);
  resolveLimits(handed.limits);
  resolveTimeouts(handed.timeouts);
  return handed;
}

function printAddress(address: Address, secure: boolean): void {
  console.error(`Listening on ${describeAddress(address, secure)}`);
}

function printEnding({ pid, delay, ...ending }: WorkerEnding): void {
  const next = delay === undefined ? "" : `; another starts in ${delay} ms`;
  process.stderr.write(`Worker ${pid} ended ${describe(ending)}${next}\n`);
}
