import type { Clock } from "../../clock.ts";
import type { LineFormat, LogEntry } from "./entry.ts";
import { LineBuffer } from "./line_buffer.ts";
import type { LogSink } from "./sinks.ts";
import { writeSome } from "./write_some.ts";

/** What a log has done so far. */
export interface LogStats {
  /** Lines that the sink has taken. */
  readonly written: number;
  /** Lines that were dropped: there was no room for them, or the log was closed. */
  readonly dropped: number;
  /** Octets that wait to be written. */
  readonly waiting: number;
  /** Writes that failed. */
  readonly failures: number;
}

/** How a writer goes about it. */
export interface WriterSettings {
  /** Where lines go. */
  readonly sink: LogSink;
  /** Makes lines, and says what is missing. */
  readonly format: LineFormat;
  /** Octets that may wait. */
  readonly most: number;
  /** Milliseconds that a line may wait. */
  readonly interval: number;
  /** Where the time comes from. */
  readonly clock: Clock;
  /** Learns that a sink fails; once, until it has recovered. */
  readonly onError: (error: unknown) => void;
}

/** So many octets are written without waiting for more. */
const ENOUGH = 16_384;

const LF = 0x0a;

/** Collects lines, within a bound, and writes them in order; whoever adds one never waits. */
export class LineWriter {
  readonly #settings: WriterSettings;
  readonly #collected = new LineBuffer();
  #chunk: Uint8Array<ArrayBuffer> | undefined;
  #offset = 0;
  /** Lines of the chunk that were not written whole. */
  #unwritten = 0;
  #untold = 0;
  #written = 0;
  #dropped = 0;
  #failures = 0;
  #fails = false;
  #reopens = false;
  #closed = false;
  #writing: Promise<void> | undefined;
  #stopTicking: (() => void) | undefined;

  /** Writes by the given settings. */
  constructor(settings: WriterSettings) {
    this.#settings = settings;
  }

  /** What was done so far. */
  get stats(): LogStats {
    return {
      written: this.#written,
      dropped: this.#dropped,
      waiting: this.#waiting,
      failures: this.#failures,
    };
  }

  /** Adds a line; drops it where there is no room. Throws what the format throws. */
  add(entry: LogEntry): void {
    if (this.#closed) return this.drop();
    const collected = this.#collected;
    this.#settings.format.append(entry, collected);
    if (this.#waiting > this.#settings.most) return this.drop();
    collected.endLine();
    this.#startTicking();
    if (collected.length >= ENOUGH && !this.#fails) void this.flush();
  }

  /** Counts a line that there will not be, whatever was made of it. */
  drop(): void {
    this.#collected.undo();
    this.#dropped++;
    this.#untold++;
  }

  /** Writes what has come so far; resolves when it is written, or could not be. It never rejects. */
  flush(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
    return this.#writing;
  }

  /** Has the sink open its file again, behind a whole line. */
  reopen(): Promise<void> {
    this.#reopens = true;
    return this.flush();
  }

  /** Writes what is left; what is not written by the deadline is dropped. */
  async close(deadline: number): Promise<void> {
    this.#closed = true;
    await this.#within(deadline, this.flush());
    const lost = this.#dropWaiting();
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    if (lost > 0) this.#tell(new Error(`Cannot write ${lost} lines of the log: it was closed`));
    await this.#within(deadline, this.#release());
  }

  get #waiting(): number {
    return this.#collected.length + (this.#chunk?.length ?? 0) - this.#offset;
  }

  /** Writes until nothing is left, or the sink fails; then the next tick tries again. */
  async #writeAll(): Promise<void> {
    try {
      while (this.#prepare()) {
        if (this.#reopens) await this.#reopen();
        if (this.#chunk !== undefined) await this.#writeChunk(this.#chunk);
      }
    } catch (error) {
      this.#failures++;
      this.#startTicking();
      if (!this.#fails) this.#tell(error);
      this.#fails = true;
    }
  }

  /** Takes what was collected, where nothing else is in hand; whether there is anything to do. */
  #prepare(): boolean {
    if (this.#chunk === undefined && this.#collected.length > 0) {
      const { format, clock } = this.#settings;
      // Room was lacking behind what waited then: so it is told behind it.
      if (this.#untold > 0) {
        this.#collected.append(format.notice(this.#untold, clock.now()));
        this.#collected.endLine();
      }
      this.#untold = 0;
      this.#unwritten = this.#collected.lines;
      this.#chunk = this.#collected.take();
    }
    return this.#chunk !== undefined || this.#reopens;
  }

  async #writeChunk(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    while (this.#offset < chunk.length) {
      const rest = this.#offset === 0 ? chunk : chunk.subarray(this.#offset);
      const taken = await writeSome(this.#settings.sink, rest);
      // It was given up meanwhile.
      if (this.#chunk !== chunk) return;
      this.#noteWritten(taken === rest.length ? this.#unwritten : countLines(rest, taken));
      this.#offset += taken;
      this.#fails = false;
      if (this.#reopens && chunk[this.#offset - 1] === LF) return;
    }
    this.#chunk = undefined;
    this.#offset = 0;
  }

  #noteWritten(lines: number): void {
    this.#written += lines;
    this.#unwritten -= lines;
  }

  /** A line that is half in the old file is written again, whole. */
  async #reopen(): Promise<void> {
    if (this.#chunk !== undefined && this.#offset > 0) {
      this.#offset = this.#chunk.lastIndexOf(LF, this.#offset - 1) + 1;
    }
    this.#reopens = false;
    try {
      await this.#settings.sink.reopen?.();
    } catch (error) {
      this.#reopens = true;
      throw error;
    }
  }

  async #release(): Promise<void> {
    try {
      await this.#settings.sink.release?.();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Gives up what waits; gives how many lines that were. */
  #dropWaiting(): number {
    const lost = this.#unwritten + this.#collected.lines;
    this.#collected.take();
    this.#unwritten = 0;
    this.#dropped += lost;
    this.#chunk = undefined;
    this.#offset = 0;
    return lost;
  }

  async #within(deadline: number, work: Promise<void>): Promise<void> {
    let stop = (): void => {};
    const over = new Promise<void>((resolve) => {
      stop = this.#settings.clock.every(deadline, resolve);
    });
    await Promise.race([work, over]);
    stop();
  }

  #startTicking(): void {
    this.#stopTicking ??= this.#settings.clock.every(
      this.#settings.interval,
      () => void this.flush().then(() => this.#rest()),
    );
  }

  /** The timer stops only here: under load it would else be made anew for every write. */
  #rest(): void {
    if (this.#waiting > 0 || this.#reopens) return;
    this.#stopTicking?.();
    this.#stopTicking = undefined;
  }

  /** Whoever listens must not decide over the service by accident. */
  #tell(error: unknown): void {
    try {
      this.#settings.onError(error);
    } catch (failure) {
      console.error(failure);
    }
  }
}

function countLines(octets: Uint8Array, end: number): number {
  let lines = 0;
  for (let i = octets.indexOf(LF); i !== -1 && i < end; i = octets.indexOf(LF, i + 1)) lines++;
  return lines;
}
