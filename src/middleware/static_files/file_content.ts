import { closeSync, read, readSync } from "node:fs";
import type { OctetRange } from "../range.ts";

/** What is sent of a file: octets of ours, or a part of it. */
export type Piece = Uint8Array<ArrayBuffer> | OctetRange;

/**
 * Octets in one read. Three of them are there at most: one that waits for the client, the next,
 * which was asked for ahead, and what the platform makes of either.
 */
const BLOCK = 65_536;

/** Closes the files of streams that nobody read, nor cancelled, before they were forgotten. */
const forgotten = new FinalizationRegistry<FileSource>((source) => source.cancel());

/** Reads a part of a file at once; throws where it is shorter by now. */
export function readOctets(
  descriptor: number,
  { start, end }: OctetRange,
): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(end - start);
  for (let filled = 0; filled < octets.length;) {
    const count = readSync(descriptor, octets, filled, octets.length - filled, start + filled);
    if (count === 0) throw becameShorter();
    filled += count;
  }
  return octets;
}

/**
 * Streams pieces of a file, then closes it; also where the stream is cancelled or errs. It errs
 * where the file is shorter by now.
 */
export function streamPieces(
  descriptor: number,
  pieces: readonly Piece[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = new FileSource(descriptor, pieces);
  // Nothing is read before somebody asks; the server asks ahead.
  const stream = new ReadableStream(
    {
      pull: (controller) => source.pull(controller),
      cancel: () => source.cancel(),
    },
    { highWaterMark: 0 },
  );
  forgotten.register(stream, source, source);
  return stream;
}

/** One open file, and what is still to be sent of it. */
class FileSource {
  readonly #descriptor: number;
  readonly #pieces: readonly Piece[];
  #index = 0;
  #offset = 0;
  #isReading = false;
  #isEnded = false;

  constructor(descriptor: number, pieces: readonly Piece[]) {
    this.#descriptor = descriptor;
    this.#pieces = pieces;
  }

  /** Gives the next block, and ends the stream with the last one. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      const octets = await this.#next();
      if (this.#isEnded) return;
      controller.enqueue(octets);
      if (this.#index < this.#pieces.length) return;
      controller.close();
      this.cancel();
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  /** Closes the file, once it is not being read: its descriptor may be another's at once. */
  cancel(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    forgotten.unregister(this);
    if (!this.#isReading) closeSync(this.#descriptor);
  }

  async #next(): Promise<Uint8Array<ArrayBuffer>> {
    const piece = this.#pieces[this.#index];
    if (piece instanceof Uint8Array) {
      this.#index++;
      return piece;
    }
    const length = piece.end - piece.start;
    const block = new Uint8Array(Math.min(BLOCK, length - this.#offset));
    const count = await this.#read(block, piece.start + this.#offset);
    if (count === 0) throw becameShorter();
    this.#offset += count;
    if (this.#offset === length) {
      this.#index++;
      this.#offset = 0;
    }
    return count === block.length ? block : block.subarray(0, count);
  }

  #read(block: Uint8Array<ArrayBuffer>, position: number): Promise<number> {
    this.#isReading = true;
    return new Promise((resolve, reject) => {
      read(this.#descriptor, block, 0, block.length, position, (error, count) => {
        this.#isReading = false;
        if (this.#isEnded) closeSync(this.#descriptor);
        if (error) reject(error);
        else resolve(count);
      });
    });
  }
}

function becameShorter(): Error {
  return new Error("Cannot send the file: it became shorter while it was sent");
}
