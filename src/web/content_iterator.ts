import { quiet } from "./quiet.ts";

/** What an iterator needs of the stream that it goes through. */
export interface IteratedStream {
  /** The stream, whose own reads come to nothing; locked while the iterator is under way. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Closes the stream, or makes it err. */
  readonly controller: ReadableByteStreamController;
  /** The next octets, `undefined` behind the last. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined> | Uint8Array<ArrayBuffer> | undefined;
}

type Step = Promise<IteratorResult<Uint8Array<ArrayBuffer>, undefined>>;

/**
 * Goes through a stream that nobody has read from, as the platform's own iterator does, without
 * taking each chunk through the stream's queue.
 *
 * The stream is locked meanwhile; then it is closed, has erred, or was cancelled.
 */
export class ContentIterator implements AsyncIterableIterator<Uint8Array<ArrayBuffer>, undefined> {
  readonly #source: IteratedStream;
  readonly #reader: ReadableStreamDefaultReader;
  #ongoing: Step | undefined;
  #isUsed = false;
  #isOver = false;

  /**
   * Locks the stream.
   *
   * @throws {TypeError} where it is locked.
   */
  constructor(source: IteratedStream) {
    this.#source = source;
    this.#reader = source.stream.getReader();
    quiet(this.#reader.closed);
  }

  /** The next chunk. */
  next(): Step {
    return this.#behind(() => this.#step());
  }

  /** Cancels the stream, and hands the value on. */
  return(value?: unknown): Step {
    return this.#behind(async () => {
      if (!this.#isOver) {
        this.#isOver = true;
        const cancelled = this.#reader.cancel();
        this.#reader.releaseLock();
        await cancelled;
      }
      return { done: true, value: value as undefined };
    });
  }

  /** Cancels the stream. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Steps are taken one behind the other, whoever asks for them at once. */
  #behind(step: () => Step): Step {
    const before = this.#ongoing;
    const next = before === undefined ? step() : before.then(step, step);
    this.#ongoing = next;
    const forget = () => {
      if (this.#ongoing === next) this.#ongoing = undefined;
    };
    next.then(forget, forget);
    return next;
  }

  async #step(): Step {
    if (this.#isOver) return { done: true, value: undefined };
    if (!this.#isUsed) this.#use();
    try {
      const chunk = this.#source.read();
      const value = chunk instanceof Promise ? await chunk : chunk;
      if (value !== undefined) return { done: false, value };
      this.#finish(() => this.#source.controller.close());
      return { done: true, value: undefined };
    } catch (error) {
      this.#finish(() => this.#source.controller.error(error));
      throw error;
    }
  }

  /** Nobody gets what this reads, but it makes the stream a used one. */
  #use(): void {
    this.#isUsed = true;
    quiet(this.#reader.read());
  }

  #finish(settle: () => void): void {
    this.#isOver = true;
    settle();
    this.#reader.releaseLock();
  }
}
