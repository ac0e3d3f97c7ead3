import { closeSync, read, readSync } from "node:fs";
import type { FieldList } from "../../known_response.ts";
import { lendOctets } from "../../lent_octets.ts";
import { LentResponse, type StreamedLender } from "../../lent_response.ts";
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

/** Closes the files of responses that nobody read, nor cancelled, before they were forgotten. */
const forgotten = new FinalizationRegistry<FileSource>((source) => void source.cancel());

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
 * Answers with pieces of a file, which is closed behind them; also where the response is cancelled,
 * errs or is forgotten. It errs where the file is shorter by now.
 */
export function lendPieces(
  descriptor: number,
  pieces: readonly Piece[],
  fields: FieldList,
  status: number,
): Response {
  const source = new FileSource(descriptor, pieces);
  const response = new LentResponse(source, fields, status);
  forgotten.register(response, source, source);
  return response as LentResponse & Response;
}

/** One open file, and what is still to be sent of it. */
class FileSource implements StreamedLender {
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
    if (!this.#isEnded) return this.#next(this.#lent ??= this.#borrow());
    if (this.#lent !== undefined && spare.length < MOST_SPARE) spare.push(this.#lent);
    this.#lent = undefined;
    return Promise.resolve(undefined);
  }

  #borrow(): Block {
    // Whoever reads also cancels.
    forgotten.unregister(this);
    return spare.pop() ?? new Uint8Array(LENT_BLOCK);
  }

  /** Gives the blocks away; see `StreamedLender`. */
  stream(): ReadableStream<Block> {
    // Nothing is read before somebody asks.
    const stream = new ReadableStream<Block>({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.#close(),
    }, { highWaterMark: 0 });
    lendOctets(stream, this);
    // Who has the stream need not keep the response.
    forgotten.unregister(this);
    if (!this.#isEnded) forgotten.register(stream, this, this);
    return stream;
  }

  /** Closes the file; see `Lender`. */
  cancel(): Promise<void> {
    this.#close();
    return Promise.resolve();
  }

  /** Gives the next block away, and ends the stream with the last one. */
  async #pull(controller: ReadableStreamDefaultController<Block>): Promise<void> {
    const octets = await this.#next(new Uint8Array(OWN_BLOCK));
    if (octets === undefined) return;
    controller.enqueue(octets);
    if (this.#isEnded) controller.close();
  }

  /** Not while it is being read: its descriptor may be another's at once. */
  #close(): void {
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
      if (this.#index === this.#pieces.length) this.#close();
      return octets;
    } catch (error) {
      this.#close();
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
