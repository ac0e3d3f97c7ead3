import { closeSync, read, readSync } from "node:fs";
import { type Lender, lendOctets } from "../../lent_octets.ts";
import type { OctetRange } from "../range.ts";

type Block = Uint8Array<ArrayBuffer>;

/** What is sent of a file: octets of ours, or a part of it. */
export type Piece = Uint8Array<ArrayBuffer> | OctetRange;

/** Octets of a block that is lent: what a transfer has in memory. */
const LENT_BLOCK = 262_144;

/** Octets of a block that is given away. */
const OWN_BLOCK = 65_536;

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
  // Nothing is read before somebody asks.
  const stream = new ReadableStream(
    {
      pull: (controller) => source.pull(controller),
      cancel: () => source.cancel(),
    },
    { highWaterMark: 0 },
  );
  lendOctets(stream, source);
  forgotten.register(stream, source, source);
  return stream;
}

/** One open file, and what is still to be sent of it. */
class FileSource implements Lender {
  readonly #descriptor: number;
  readonly #pieces: readonly Piece[];
  #lent: Block | undefined;
  #index = 0;
  #offset = 0;
  #isReading = false;
  #isEnded = false;

  constructor(descriptor: number, pieces: readonly Piece[]) {
    this.#descriptor = descriptor;
    this.#pieces = pieces;
  }

  /** Lends the next block; see `Lender`. */
  read(): Promise<Uint8Array | undefined> {
    if (!this.#isEnded) return this.#next(this.#lent ??= spare.pop() ?? new Uint8Array(LENT_BLOCK));
    if (this.#lent !== undefined && spare.length < MOST_SPARE) spare.push(this.#lent);
    this.#lent = undefined;
    return Promise.resolve(undefined);
  }

  /** Gives the next block away, and ends the stream with the last one. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    const octets = await this.#next(new Uint8Array(OWN_BLOCK));
    if (octets !== undefined) controller.enqueue(octets);
    if (this.#isEnded && octets !== undefined) controller.close();
  }

  /** Closes the file, once it is not being read: its descriptor may be another's at once. */
  cancel(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    forgotten.unregister(this);
    if (!this.#isReading) closeSync(this.#descriptor);
  }

  /** Reads into a block, and closes the file behind the last; `undefined` where it was cancelled. */
  async #next(block: Block): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const octets = await this.#fill(block);
      if (this.#isEnded) return undefined;
      if (this.#index === this.#pieces.length) this.cancel();
      return octets;
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  async #fill(block: Block): Promise<Uint8Array<ArrayBuffer>> {
    const piece = this.#pieces[this.#index];
    if (piece instanceof Uint8Array) {
      this.#index++;
      return piece;
    }
    const length = piece.end - piece.start;
    const wanted = Math.min(block.length, length - this.#offset);
    const count = await this.#read(block, wanted, piece.start + this.#offset);
    if (count === 0) throw becameShorter();
    this.#offset += count;
    if (this.#offset === length) {
      this.#index++;
      this.#offset = 0;
    }
    return count === block.length ? block : block.subarray(0, count);
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
