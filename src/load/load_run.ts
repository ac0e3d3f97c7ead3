import { defer } from "../deferred.ts";
import type { Clock } from "./clock.ts";
import type { Dial } from "./dial.ts";
import { Lane, type LaneHost } from "./lane.ts";
import type { Settings } from "./options.ts";
import { type ErrorKind, Recorder } from "./recorder.ts";
import type { LoadProgress } from "./report.ts";
import { ClosedLoop, OpenLoop, type Schedule } from "./schedule.ts";

/** What a run measured. */
export interface Measurement {
  /** What was counted. */
  readonly recorder: Recorder;
  /** How long, in milliseconds. */
  readonly elapsed: number;
  /** Answers within that time. */
  readonly answeredInTime: number;
  /** Requests that were due and could not be sent. */
  readonly unsent: number;
  /** Whether it ran to its end. */
  readonly isComplete: boolean;
}

/** What a run needs of the world. */
export interface World {
  readonly clock: Clock;
  readonly dial: Dial;
  /** Called when the measurement begins, and when it ends. */
  readonly onMeasure?: (isBeginning: boolean) => void;
}

type Phase = "opening" | "warming-up" | "measuring" | "finishing" | "over";

/** Milliseconds between two looks at timeouts and progress. */
const TICK = 50;
/** Milliseconds between two looks at what is due. */
const OPEN_LOOP_TICK = 1;
/** Milliseconds between two tellings of progress. */
const PROGRESS = 250;
/** Parts that a measurement has, if it is long enough for them. */
const PARTS = 100;
/** Octets of requests that are sent in one piece. */
const BATCH_OCTETS = 65_536;

/** One load, from opening its connections to its last answer. */
export class LoadRun implements LaneHost {
  readonly #settings: Settings;
  readonly #world: World;
  readonly #lanes: Lane[];
  readonly #recorder: Recorder;
  readonly #batches: Uint8Array[] = [];
  /** How many requests one piece may hold. */
  readonly largestBatch: number;
  readonly #partLength: number;
  readonly #finished = defer<Measurement>();
  #schedule: Schedule;
  #phase: Phase = "opening";
  #untried: number;
  #living: number;
  #phaseStart = Infinity;
  #measureStart = Infinity;
  #elapsed: number | undefined;
  #answeredInTime = 0;
  #unsent = 0;
  #isComplete = true;
  #lastOpen: number;
  #lastPart = 0;
  #lastProgress = -Infinity;
  #nextLane = 0;
  #stopTimers: (() => void)[] = [];

  /** Prepares a run. */
  constructor(settings: Settings, world: World) {
    this.#settings = settings;
    this.#world = world;
    const { connections, method, pipelining, rate } = settings;
    const { dial, clock } = world;
    this.#lanes = Array.from(
      { length: connections },
      () => new Lane(this, { method, pipelining, dial, clock }),
    );
    this.#untried = this.#living = connections;
    this.#recorder = new Recorder(rate !== undefined);
    this.largestBatch = Math.max(1, Math.floor(BATCH_OCTETS / settings.request.length));
    this.#partLength = partLength(settings.duration);
    // Nothing is sent before every connection had its chance to be opened.
    this.#schedule = new ClosedLoop(0);
    this.#lastOpen = clock.now();
  }

  /** Runs until all is measured. */
  run(): Promise<Measurement> {
    this.#settings.signal?.addEventListener("abort", this.#abort, { once: true });
    for (const lane of this.#lanes) lane.dial();
    this.#repeat(TICK, () => this.#tick());
    return this.#finished.promise;
  }

  take(now: number): number {
    const isSending = this.#phase === "measuring" || this.#phase === "warming-up";
    return isSending ? this.#schedule.take(now) : NaN;
  }

  giveBack(start: number): void {
    // What was sent before the measurement began is nobody's business any more.
    if (this.#phase !== "finishing" && start >= this.#phaseStart) this.#schedule.giveBack(start);
  }

  isExhausted(): boolean {
    if (this.#phase === "opening" || this.#phase === "warming-up") return false;
    return this.#phase !== "measuring" || this.#schedule.isExhausted();
  }

  batch(count: number): Uint8Array {
    return this.#batches[count] ??= repeat(this.#settings.request, count);
  }

  noteOpen(): void {
    this.#lastOpen = this.#world.clock.now();
  }

  noteTried(): void {
    if (--this.#untried === 0) this.#begin();
  }

  noteAnswer(status: number, start: number, sent: number, now: number): void {
    if (start < this.#measureStart) return;
    this.#recorder.noteAnswer(status, now - start, now - sent);
  }

  noteOctets(octets: number): void {
    if (this.#phase === "measuring") this.#recorder.octets += octets;
  }

  noteError(kind: ErrorKind, start: number, sent: number, now: number): void {
    if (start < this.#measureStart) return;
    this.#recorder.noteError(kind);
    if (kind === "timeout") this.#recorder.noteWait(now - start, now - sent);
  }

  noteEnd(): void {
    if (--this.#living === 0) this.#finish();
  }

  /** Every connection is open, or could not be opened. */
  #begin(): void {
    const { warmUp, rate } = this.#settings;
    if (rate !== undefined) this.#repeat(OPEN_LOOP_TICK, () => this.#sendDue());
    if (warmUp === 0) return this.#measure();
    this.#enter("warming-up", Infinity);
    this.#after(warmUp, () => this.#measure());
  }

  #measure(): void {
    const { duration, requests } = this.#settings;
    this.#world.onMeasure?.(true);
    this.#enter("measuring", requests);
    if (duration !== Infinity) this.#after(duration, () => this.#stop());
  }

  #enter(phase: "warming-up" | "measuring", requests: number): void {
    const { rate } = this.#settings;
    const now = this.#world.clock.now();
    this.#phase = phase;
    this.#phaseStart = now;
    if (phase === "measuring") this.#measureStart = now;
    this.#schedule = rate === undefined
      ? new ClosedLoop(requests)
      : new OpenLoop(rate, requests, now);
    if (rate !== undefined) return this.#sendDue();
    for (const lane of this.#lanes) lane.fill(now);
  }

  /** Gives what is due to the lanes in turn, one request each. */
  #sendDue(): void {
    if (this.isExhausted()) {
      // Nobody else tells those that wait for something to become due.
      for (const lane of this.#lanes) lane.stop();
      return;
    }
    const now = this.#world.clock.now();
    const lanes = this.#lanes;
    for (let passed = 0; passed < lanes.length;) {
      const lane = lanes[this.#nextLane];
      this.#nextLane = (this.#nextLane + 1) % lanes.length;
      if (!lane.hasRoom) passed++;
      else if (lane.fill(now, 1) === 0) return;
      else passed = 0;
    }
  }

  #tick(): void {
    const { clock } = this.#world;
    const { timeout } = this.#settings;
    const now = clock.now();
    for (const lane of this.#lanes) lane.checkTimeout(now, timeout);
    if (this.#phase === "measuring") {
      const time = now - this.#measureStart;
      if (time - this.#lastPart >= this.#partLength) {
        this.#recorder.endInterval(time);
        this.#lastPart = time;
      }
    }
    if (now - this.#lastProgress >= PROGRESS) {
      this.#lastProgress = now;
      this.#tellProgress(now);
    }
    if (this.#lanes.some((lane) => lane.isOpen)) this.#lastOpen = now;
    // A server that is gone does not come back.
    if (now - this.#lastOpen > timeout) this.#abort();
  }

  #tellProgress(now: number): void {
    const { onProgress, warmUp, duration, requests } = this.#settings;
    if (onProgress === undefined || this.#phase === "over") return;
    const isWarmingUp = this.#measureStart === Infinity;
    const time = Math.max(now - this.#phaseStart, 0);
    const recorder = this.#recorder;
    const done = isWarmingUp
      ? time / Math.max(warmUp, 1)
      : Math.max(time / duration, recorder.requests / requests);
    const progress: LoadProgress = {
      isWarmingUp,
      done: Math.min(done, 1),
      seconds: time / 1_000,
      requests: recorder.requests,
      errors: recorder.errorCount,
      ...recorder.recent(time),
    };
    onProgress(progress);
  }

  /** The time is over: what is under way is still waited for. */
  #stop(): void {
    if (this.#phase !== "measuring") return;
    // What became due since the last look, and finds a connection, is sent.
    if (this.#settings.rate !== undefined) this.#sendDue();
    const now = this.#world.clock.now();
    this.#schedule.drainDue(now, (start) => {
      this.#unsent++;
      this.#recorder.noteWait(now - start);
    });
    this.#closeWindow(now);
    this.#phase = "finishing";
    for (const lane of this.#lanes) lane.stop();
  }

  readonly #abort = (): void => {
    if (this.#phase === "over") return;
    this.#isComplete = false;
    this.#stop();
    for (const lane of this.#lanes) lane.cut();
  };

  #closeWindow(now: number): void {
    this.#elapsed = this.#measureStart === Infinity ? 0 : now - this.#measureStart;
    this.#answeredInTime = this.#recorder.requests;
    if (this.#elapsed > this.#lastPart) this.#recorder.endInterval(this.#elapsed);
    if (this.#measureStart !== Infinity) this.#world.onMeasure?.(false);
  }

  #finish(): void {
    if (this.#elapsed === undefined) this.#closeWindow(this.#world.clock.now());
    this.#tellProgress(this.#world.clock.now());
    this.#phase = "over";
    for (const stop of this.#stopTimers) stop();
    this.#settings.signal?.removeEventListener("abort", this.#abort);
    this.#finished.resolve({
      recorder: this.#recorder,
      elapsed: this.#elapsed!,
      answeredInTime: this.#answeredInTime,
      unsent: this.#unsent,
      isComplete: this.#isComplete,
    });
  }

  #after(milliseconds: number, callback: () => void): void {
    this.#stopTimers.push(this.#world.clock.schedule(milliseconds, callback));
  }

  #repeat(milliseconds: number, callback: () => void): void {
    const place = this.#stopTimers.length;
    const again = () => {
      callback();
      if (this.#phase === "over") return;
      this.#stopTimers[place] = this.#world.clock.schedule(milliseconds, again);
    };
    this.#stopTimers[place] = this.#world.clock.schedule(milliseconds, again);
  }
}

/** A length that people like, in milliseconds, so that there are about a hundred parts. */
function partLength(duration: number): number {
  if (duration === Infinity) return 500;
  const nice = [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
  return nice.find((length) => length * PARTS >= duration) ?? duration / PARTS;
}

function repeat(request: Uint8Array, count: number): Uint8Array {
  if (count === 1) return request;
  const octets = new Uint8Array(request.length * count);
  for (let i = 0; i < count; i++) octets.set(request, i * request.length);
  return octets;
}
