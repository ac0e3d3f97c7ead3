import type { ContentSource } from "./request_content.ts";
import { quiet } from "./quiet.ts";

/** A stream of the platform, and what closes it or makes it err. */
export interface PlatformStream {
  /** The stream, whose own reads come to nothing. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Its controller. */
  readonly controller: ReadableByteStreamController;
}

/** A platform's stream, locked by the iterator. */
interface Locked {
  readonly reader: ReadableStreamDefaultReader;
  readonly controller: ReadableByteStreamController;
}

type Result = IteratorResult<Uint8Array<ArrayBuffer>, undefined>;
type Step = Promise<Result>;

/** Leaves a platform's stream as a loop over it would. */
type Ending = (stream: Locked) => void;

/**
 * Goes through a content, as the platform's own iterator goes through a stream, without a stream.
 *
 * The stream that it stands for is locked meanwhile; then it is closed, has erred, or was cancelled.
 * The platform's own may be made at any time, and is brought to the same state.
 */
export class ContentIterator implements AsyncIterableIterator<Uint8Array<ArrayBuffer>, undefined> {
  readonly #source: ContentSource;
  readonly #take = (piece: Uint8Array | undefined): Result => {
    this.#reading = undefined;
    return this.#resultOf(piece);
  };
  readonly #fail = (error: unknown): never => {
    this.#reading = undefined;
    this.#stop(error);
    throw error;
  };
  #locked: Locked | undefined;
  #reading: Step | undefined;
  #last: Step | undefined;
  #isUsed = false;
  #ending: Ending | undefined;

  /** Goes through what a source gives. */
  constructor(source: ContentSource) {
    this.#source = source;
  }

  /** Whether the stream is locked. */
  get isUnderWay(): boolean {
    return this.#ending === undefined;
  }

  /** Locks a stream of the platform, and leaves it in the end as a loop over it would. */
  lock({ stream, controller }: PlatformStream): void {
    const reader = stream.getReader();
    quiet(reader.closed);
    this.#locked = { reader, controller };
    if (this.#isUsed) this.#markUsed(reader);
    if (this.#ending !== undefined) this.#unlock(this.#ending);
  }

  /** The next chunk. */
  next(): Step {
    return this.#isFree() ? this.#step() : this.#behind(() => this.#step());
  }

  /** Cancels the stream, and hands the value on. */
  return(value?: unknown): Step {
    return this.#isFree() ? this.#cancel(value) : this.#behind(() => this.#cancel(value));
  }

  /** Cancels the stream. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  #isFree(): boolean {
    return this.#reading === undefined && this.#last === undefined;
  }

  /** Steps are taken one behind the other, whoever asks for them at once. */
  #behind(step: () => Step): Step {
    const next: Step = (this.#last ?? this.#reading!).then(step, step);
    this.#last = next;
    const forget = () => {
      if (this.#last === next) this.#last = undefined;
    };
    next.then(forget, forget);
    return next;
  }

  /** No promise but the one that is given, and the source's where something is still to come. */
  #step(): Step {
    if (this.#ending !== undefined) return Promise.resolve(done());
    if (!this.#isUsed) this.#use();
    let piece: ReturnType<ContentSource["read"]>;
    try {
      piece = this.#source.read();
    } catch (error) {
      this.#stop(error);
      return Promise.reject(error);
    }
    if (!(piece instanceof Promise)) return Promise.resolve(this.#resultOf(piece));
    return this.#reading = piece.then(this.#take, this.#fail);
  }

  #resultOf(piece: Uint8Array | undefined): Result {
    if (piece !== undefined) return { done: false, value: ownOctets(piece) };
    this.#finish(({ controller }) => controller.close());
    return done();
  }

  #stop(error: unknown): void {
    this.#finish(({ controller }) => controller.error(error));
  }

  // deno-lint-ignore require-await -- what `cancel` throws is a rejection
  async #cancel(value: unknown): Step {
    if (this.#ending === undefined) {
      if (this.#locked === undefined) this.#source.cancel();
      this.#finish(({ reader }) => quiet(reader.cancel()));
    }
    return { done: true, value: value as undefined };
  }

  #use(): void {
    this.#isUsed = true;
    if (this.#locked !== undefined) this.#markUsed(this.#locked.reader);
  }

  /** Nobody gets what this reads, but it makes the stream a used one. */
  #markUsed(reader: ReadableStreamDefaultReader): void {
    quiet(reader.read());
  }

  #finish(ending: Ending): void {
    this.#ending = ending;
    this.#unlock(ending);
  }

  #unlock(ending: Ending): void {
    if (this.#locked === undefined) return;
    ending(this.#locked);
    this.#locked.reader.releaseLock();
    this.#locked = undefined;
  }
}

function done(): Result {
  return { done: true, value: undefined };
}

/** A reader may transfer what it gets, so it gets memory that nobody else uses. */
export function ownOctets(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = piece;
  // Not slice(): that of Node's buffers copies nothing.
  if (piece.length !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) {
    return new Uint8Array(piece);
  }
  // A Buffer has other methods under the same names.
  return piece.constructor === Uint8Array
    ? piece as Uint8Array<ArrayBuffer>
    : new Uint8Array(buffer);
}
