import { defer } from "../deferred.ts";
import type { Address } from "../handler.ts";
import type { ServeOptions } from "../serve.ts";
import type { Clock } from "../clock.ts";
import { checkTime } from "../server/settings.ts";
import type { ServerStats } from "../server/stats.ts";
import { quiet } from "../web/quiet.ts";
import { countDeath, delayAfter } from "./backoff.ts";
import type { ServeOrder } from "./messages.ts";
import type {
  RunningWorkers,
  WorkerEnding,
  WorkerGroupStats,
  WorkerInfo,
} from "./running_workers.ts";
import { addStats, NO_STATS, pastOf } from "./sum_stats.ts";
import { after, describe, type Ending, type StartChild, WorkerProcess } from "./worker_process.ts";

/** What a group is made of, each option checked. */
export interface GroupSettings {
  /** How many workers. */
  readonly workers: number;
  /** URL of the module with the handler. */
  readonly module: string;
  /** How a worker serves. */
  readonly options: ServeOptions;
  /** Milliseconds in which a worker must listen. */
  readonly startTimeout: number;
  /** Starts a worker. */
  readonly start: StartChild;
  /** Whether all workers accept from one socket, which is asked for by the same port each time. */
  readonly sharesSocket: boolean;
  /** Called once all workers listen. */
  readonly onListen: (address: Address) => void;
  /** Called when a worker has ended unasked. */
  readonly onWorkerEnd: (ending: WorkerEnding) => void;
  /** Ends all workers at once when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** Where the time comes from. */
  readonly clock: Clock;
}

/** One worker's place. */
interface Place {
  worker?: WorkerProcess;
  /** The one that is to take the worker's place, while it starts. */
  successor?: WorkerProcess;
  /** Unasked ends in a row. */
  deaths: number;
  cancelStart?: () => void;
}

/** Starts in a row that fail before nobody believes in another. */
const MOST_FAILED_STARTS = 5;

/** Milliseconds in which workers end that nobody gave a deadline. */
const DEADLINE = 10_000;

/** Milliseconds; what a timer can wait. */
const LONGEST_TIME = 2 ** 31 - 1;

/** Keeps so many workers serving. */
export class WorkerGroup implements RunningWorkers {
  readonly #settings: GroupSettings;
  readonly #places: readonly Place[];
  readonly #processes = new Set<WorkerProcess>();
  readonly #listening = defer<Address>();
  readonly #finished = defer<void>();
  readonly #keepAlive = setInterval(ignore, LONGEST_TIME);
  #addr: Address | undefined;
  #asksForBoundPort: boolean;
  #past = NO_STATS;
  #failedStarts = 0;
  #announced = false;
  #stopping = false;
  #failure: Error | undefined;
  #replacing: Promise<void> = Promise.resolve();
  readonly #kill = () => this.kill();

  /** Starts the first worker; the others follow once it listens. */
  constructor(settings: GroupSettings) {
    this.#settings = settings;
    this.#places = Array.from({ length: settings.workers }, () => ({ deaths: 0 }));
    this.#asksForBoundPort = !settings.sharesSocket;
    quiet(this.#listening.promise);
    const { signal } = settings;
    signal?.addEventListener("abort", this.#kill);
    if (signal?.aborted) this.kill();
    else this.#fill(this.#places[0]);
  }

  /** See `RunningWorkers`. */
  get addr(): Address {
    const { hostname = "0.0.0.0", port = 8000 } = this.#settings.options;
    return this.#addr ?? { transport: "tcp", hostname, port };
  }

  /** See `RunningWorkers`. */
  get listening(): Promise<Address> {
    // Whoever asks gets the error here.
    quiet(this.#finished.promise);
    return this.#listening.promise;
  }

  /** See `RunningWorkers`. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** See `RunningWorkers`. */
  get workers(): readonly WorkerInfo[] {
    return [...this.#processes].map(({ pid, state }) => ({ pid, state }));
  }

  /** See `RunningWorkers`. */
  async stats(): Promise<WorkerGroupStats> {
    const { workers } = this;
    const processes = [...this.#processes];
    const all = await Promise.all(processes.map((process) => process.stats()));
    // One that has ended meanwhile is in the past already.
    const present = all.filter((_, index) => this.#processes.has(processes[index]));
    return { ...present.reduce(addKnown, this.#past), workers };
  }

  /** See `RunningWorkers`. */
  async restart({ deadline = DEADLINE }: { readonly deadline?: number } = {}): Promise<void> {
    checkTime("deadline", deadline);
    await this.#listening.promise;
    for (const place of this.#places) await this.#replaceInTurn(place, deadline);
  }

  /** See `RunningWorkers`. */
  async shutdown({ deadline = DEADLINE }: { readonly deadline?: number } = {}): Promise<void> {
    checkTime("deadline", deadline);
    this.#stop();
    for (const process of this.#processes) process.drain(deadline, true);
    this.#finishWhenEmpty();
    await this.#finished.promise.catch(ignore);
  }

  /** Ends all workers at once: connections are cut. */
  kill(): void {
    this.#stop();
    for (const process of this.#processes) process.kill();
    this.#finishWhenEmpty();
  }

  /** See `RunningWorkers`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #stop(): void {
    this.#stopping = true;
    this.#listening.reject(this.#failure ?? new Error("Cannot listen: the workers were shut down"));
    for (const { cancelStart } of this.#places) cancelStart?.();
  }

  /** Starts a worker in an empty place. */
  #fill(place: Place): void {
    const worker = this.#start(place);
    place.worker = worker;
    worker.listening.then((addr) => this.#listens(addr), ignore);
    worker.ended.then((ending) => this.#ended(place, worker, ending));
  }

  #start(place: Place): WorkerProcess {
    place.cancelStart?.();
    place.cancelStart = undefined;
    const { start, clock, startTimeout: patience } = this.#settings;
    const onRetire = () => quiet(this.#replaceInTurn(place, DEADLINE));
    const worker = new WorkerProcess(start, () => this.#order(), clock, { patience, onRetire });
    this.#processes.add(worker);
    return worker;
  }

  #order(): ServeOrder {
    const { module, options } = this.#settings;
    const isBound = this.#addr?.transport === "tcp" && this.#asksForBoundPort;
    const port = isBound ? (this.#addr as { port: number }).port : options.port;
    const claim = this.#addr === undefined;
    return { kind: "serve", module, options: { ...options, port }, claim };
  }

  #listens(addr: Address): void {
    this.#failedStarts = 0;
    if (this.#stopping) return;
    if (this.#addr === undefined) {
      this.#addr = addr;
      for (const place of this.#places.slice(1)) this.#fill(place);
    }
    if (!this.#places.every(({ worker }) => worker?.state === "serving")) return;
    this.#announce(addr);
  }

  #announce(addr: Address): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#listening.resolve(addr);
    this.#settings.onListen(addr);
  }

  #ended(place: Place, worker: WorkerProcess, ending: Ending): void {
    this.#forget(worker);
    const wasWorker = place.worker === worker;
    if (wasWorker) place.worker = undefined;
    if (this.#stopping || worker.wasAsked) return this.#finishWhenEmpty();
    if (worker.served === undefined) this.#failedStarts++;
    if (this.#isHopeless(worker)) {
      this.#report(worker, ending);
      return this.#giveUp(worker, ending);
    }
    // Whoever replaces a worker sees to its place.
    const delay = wasWorker && place.successor === undefined
      ? this.#fillLater(place, worker.served ?? 0)
      : undefined;
    this.#report(worker, ending, delay);
  }

  #forget(worker: WorkerProcess): void {
    this.#processes.delete(worker);
    if (worker.lastStats !== undefined) this.#past = addStats(this.#past, pastOf(worker.lastStats));
    // The shared socket has gone with its last user; its number is all that is left.
    if (this.#processes.size === 0 && this.#addr !== undefined) this.#asksForBoundPort = true;
  }

  #fillLater(place: Place, served: number): number {
    place.deaths = countDeath(place.deaths, served);
    const delay = delayAfter(place.deaths);
    place.cancelStart = after(this.#settings.clock, delay, () => this.#fill(place));
    return delay;
  }

  /** Whether another start would end as this one did, and nobody serves meanwhile. */
  #isHopeless({ served, failure }: WorkerProcess): boolean {
    if (served !== undefined) return false;
    if ([...this.#processes].some(({ state }) => state === "serving")) return false;
    const neverListened = this.#addr === undefined;
    return (neverListened && failure !== undefined) || this.#failedStarts >= MOST_FAILED_STARTS;
  }

  #giveUp({ failure }: WorkerProcess, ending: Ending): void {
    this.#failure = failure ??
      new Error(
        `Cannot start workers: ${this.#failedStarts} in a row ended before they listened, ` +
          `the last ${describe(ending)}`,
      );
    this.kill();
  }

  #report({ pid, failure }: WorkerProcess, ending: Ending, delay?: number): void {
    // It is told by the promise that rejects.
    if (failure !== undefined && this.#addr === undefined) return;
    this.#settings.onWorkerEnd({ pid, ...ending, ...(delay !== undefined && { delay }) });
  }

  #finishWhenEmpty(): void {
    if (!this.#stopping || this.#processes.size > 0) return;
    clearInterval(this.#keepAlive);
    this.#settings.signal?.removeEventListener("abort", this.#kill);
    if (this.#failure === undefined) this.#finished.resolve();
    else this.#finished.reject(this.#failure);
  }

  /** Replaces a worker once nobody else is being replaced. */
  #replaceInTurn(place: Place, deadline: number): Promise<void> {
    const replaced = this.#replacing.then(() => this.#replace(place, deadline));
    this.#replacing = replaced.catch(ignore);
    return replaced;
  }

  async #replace(place: Place, deadline: number): Promise<void> {
    if (this.#stopping) return;
    const successor = this.#start(place);
    place.successor = successor;
    successor.ended.then((ending) => this.#ended(place, successor, ending));
    try {
      await successor.listening;
    } catch (cause) {
      return this.#keepOld(place, cause);
    }
    const old = place.worker;
    place.worker = successor;
    place.successor = undefined;
    place.deaths = 0;
    this.#failedStarts = 0;
    // A shutdown has told both of them already.
    if (old === undefined || this.#stopping) return;
    old.drain(deadline, false);
    await old.ended;
  }

  #keepOld(place: Place, cause: unknown): void {
    place.successor = undefined;
    if (this.#stopping) return;
    if (place.worker === undefined) this.#fillLater(place, 0);
    throw new Error("Cannot replace a worker: the new one did not listen", { cause });
  }
}

function addKnown(sum: ServerStats, stats: ServerStats | undefined): ServerStats {
  return stats === undefined ? sum : addStats(sum, stats);
}

function ignore(): void {}
