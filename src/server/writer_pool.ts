import { OctetWriter } from "../protocol/octet_writer.ts";

/** Output buffers of one size, lent to connections while they have something to send. */
export class WriterPool {
  readonly #size: number;
  readonly #most: number;
  readonly #free: OctetWriter[] = [];

  /** Lends buffers of `size` octets, and keeps at most `most` that nobody uses. */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
  }

  /** An empty writer. */
  borrow(): OctetWriter {
    return this.#free.pop() ?? new OctetWriter(new Uint8Array(this.#size));
  }

  /** Takes a writer back; nobody may use it, nor its octets, any more. */
  giveBack(writer: OctetWriter): void {
    writer.length = 0;
    if (this.#free.length < this.#most) this.#free.push(writer);
  }
}
