import { closeSync, read, readSync } from "node:fs";
import { lendChunks } from "../../lent_octets.ts";
import type { OctetRange } from "../range.ts";

type Block = Uint8Array<ArrayBuffer>;

/** What is sent of a file: octets of ours, or a part of it. */
export type Piece = Uint8Array<ArrayBuffer> | OctetRange;

/**
 * Octets in one read. Of a transfer two such blocks are in use: one that waits for the client, and
 * the next, which was read ahead.
 */
const BLOCK = 65_536;

/** Blocks of transfers that have ended which are kept for others. */
const MOST_SPARE = 64;

/** Blocks that no transfer has: to make them again and again would leave much to be collected. */
const spare: Block[] = [];

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
  lendChunks(stream, (octets) => source.takeBack(octets));
  forgotten.register(stream, source, source);
  return stream;
}

/** One open file, and what is still to be sent of it. */
class FileSource {
  readonly #descriptor: number;
  readonly #pieces: readonly Piece[];
  // Weak: whoever reads the stream in another way gives nothing back, and keeps what it likes.
  readonly #lent = new WeakSet<ArrayBufferLike>();
  readonly #free: Block[] = [];
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
    spare.push(...this.#free.splice(0, MOST_SPARE - spare.length));
    if (!this.#isReading) closeSync(this.#descriptor);
  }

  /** Keeps a block for another read; whatever else comes back is not ours. */
  takeBack({ buffer }: Uint8Array): void {
    if (!this.#lent.delete(buffer)) return;
    const block = new Uint8Array(buffer as ArrayBuffer);
    if (!this.#isEnded) this.#free.push(block);
    else if (spare.length < MOST_SPARE) spare.push(block);
  }

  async #next(): Promise<Uint8Array<ArrayBuffer>> {
    const piece = this.#pieces[this.#index];
    if (piece instanceof Uint8Array) {
      this.#index++;
      return piece;
    }
    const length = piece.end - piece.start;
    const block = this.#free.pop() ?? spare.pop() ?? new Uint8Array(BLOCK);
    const wanted = Math.min(BLOCK, length - this.#offset);
    const count = await this.#read(block, wanted, piece.start + this.#offset);
    if (count === 0) throw becameShorter();
    this.#offset += count;
    if (this.#offset === length) {
      this.#index++;
      this.#offset = 0;
    }
    this.#lent.add(block.buffer);
    return count === BLOCK ? block : block.subarray(0, count);
  }

  #read(block: Uint8Array<ArrayBuffer>, length: number, position: number): Promise<number> {
    this.#isReading = true;
    return new Promise((resolve, reject) => {
      read(this.#descriptor, block, 0, length, position, (error, count) => {
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
