/** A stream in a content coding. */
import type { Coder, StreamCoder } from "./coders.ts";
import { checkOctets, settlesSoon } from "./stream_start.ts";

/** What is to be coded: octets that were read already, and a stream of the rest. */
export interface CodedSource {
  /** Octets in front of the rest. */
  readonly first: readonly Uint8Array[];
  /** The rest. */
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** What the reader was asked for already. */
  readonly next?: Promise<ReadableStreamReadResult<Uint8Array>>;
}

/** Coders that there are. */
export interface CoderCount {
  /** How many. */
  active: number;
}

/** A coder is given no more at once, so that what it makes at once is bounded, too. */
const SLICE = 65_536;

/**
 * Codes a stream: reads no more than is asked for, and flushes whenever the source pauses, so that
 * nothing waits for what comes later.
 *
 * The coder is made when the stream is first read, and freed when it ends, errs or is cancelled; the
 * count goes up and down with it.
 */
export function codedStream(
  coder: Coder,
  source: CodedSource,
  count: CoderCount,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pump = new Pump(coder, source, count);
  return new ReadableStream({
    pull: (controller) => pump.pull(controller),
    cancel: (reason) => pump.cancel(reason),
  }, { highWaterMark: 0 });
}

class Pump {
  readonly #kind: Coder;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #count: CoderCount;
  #input: Uint8Array[];
  #next: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  #coder: Operations | undefined;
  #unflushed = false;
  #over = false;

  constructor(coder: Coder, { first, reader, next }: CodedSource, count: CoderCount) {
    this.#kind = coder;
    this.#reader = reader;
    this.#input = [...first];
    this.#next = next;
    this.#count = count;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      const coder = this.#coder ??= this.#open();
      while (coder.output.length === 0 && !this.#over) await this.#step(coder);
      if (this.#over && !coder.finished) return;
      for (const piece of coder.output.splice(0)) controller.enqueue(piece);
      if (this.#over) controller.close();
    } catch (error) {
      if (this.#over) return;
      this.#reader.cancel(error).catch(() => {});
      this.#end();
      throw error;
    }
  }

  cancel(reason: unknown): Promise<void> {
    this.#end();
    return this.#reader.cancel(reason);
  }

  #open(): Operations {
    const coder = new Operations(this.#kind);
    this.#count.active++;
    return coder;
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#coder === undefined) return;
    this.#coder.free();
    this.#count.active--;
  }

  /** Writes a slice; or flushes, where there is none for now; or ends. */
  async #step(coder: Operations): Promise<void> {
    const slice = this.#takeSlice();
    if (slice !== undefined) {
      this.#unflushed = true;
      return await coder.write(slice);
    }
    const next = this.#next ??= this.#read();
    if (this.#unflushed && !(await settlesSoon(next))) {
      this.#unflushed = false;
      if (!this.#over) await coder.flush();
      return;
    }
    const { done, value } = await next;
    this.#next = undefined;
    if (this.#over) return;
    if (!done) return void this.#input.push(checkOctets(value));
    await coder.finish();
    this.#end();
  }

  #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const next = this.#reader.read();
    next.catch(() => {});
    return next;
  }

  #takeSlice(): Uint8Array | undefined {
    const piece = this.#input.shift();
    if (piece === undefined || piece.length <= SLICE) return piece;
    this.#input.unshift(piece.subarray(SLICE));
    return piece.subarray(0, SLICE);
  }
}

/** The operations of a coder as promises. */
class Operations {
  /** What has been made. */
  readonly output: Uint8Array<ArrayBuffer>[] = [];
  readonly #coder: StreamCoder;
  readonly #flush: number;
  #fail: (error: Error) => void = () => {};
  #onEnd: () => void = () => {};
  #finished = false;

  constructor(kind: Coder) {
    this.#flush = kind.flush;
    this.#coder = kind.stream();
    this.#coder.on("readable", () => this.#drain());
    this.#coder.on("end", () => this.#onEnd());
    this.#coder.on("error", (error) => this.#fail(error));
  }

  /** Whether all has been made. */
  get finished(): boolean {
    return this.#finished;
  }

  write(octets: Uint8Array): Promise<void> {
    return this.#run((done) => void this.#coder.write(octets, done));
  }

  flush(): Promise<void> {
    return this.#run((done) => this.#coder.flush(this.#flush, done));
  }

  async finish(): Promise<void> {
    await this.#run((done) => {
      this.#onEnd = done;
      this.#coder.end();
    });
    this.#finished = true;
  }

  /** Whoever waits for an operation is told, so that nothing is held on to. */
  free(): void {
    this.#fail(new Error("The stream was cancelled"));
    this.#coder.destroy();
  }

  async #run(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      start((error) => error ? reject(error) : resolve());
    });
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      const piece = this.#coder.read();
      if (piece === null) return;
      const { buffer, byteOffset, length } = piece;
      this.output.push(new Uint8Array(buffer as ArrayBuffer, byteOffset, length));
    }
  }
}
