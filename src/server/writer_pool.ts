import { OctetWriter } from "../protocol/octet_writer.ts";

/** Output buffers of two sizes, lent to connections while they have something to send. */
export class WriterPool {
  readonly #size: number;
  readonly #largeSize: number;
  readonly #most: number;
  readonly #free: OctetWriter[] = [];
  readonly #freeLarge: OctetWriter[] = [];

  /** Lends buffers of `size` and of `largeSize` octets, and keeps at most `most` of each. */
  constructor(size: number, largeSize: number, most: number) {
    this.#size = size;
    this.#largeSize = largeSize;
    this.#most = most;
  }

  /** An empty writer. */
  borrow(): OctetWriter {
    return this.#free.pop() ?? new OctetWriter(new Uint8Array(this.#size));
  }

  /** An empty writer for whoever has filled one. */
  borrowLarge(): OctetWriter {
    return this.#freeLarge.pop() ?? new OctetWriter(new Uint8Array(this.#largeSize));
  }

  /** Takes a writer back; nobody may use it, nor its octets, any more. */
  giveBack(writer: OctetWriter): void {
    writer.length = 0;
    const free = writer.bytes.length === this.#size ? this.#free : this.#freeLarge;
    if (free.length < this.#most) free.push(writer);
  }
}
