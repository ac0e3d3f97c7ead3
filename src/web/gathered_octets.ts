/** Octets of a buffer of our own, when it first takes a second piece. */
const LEAST_CAPACITY = 4096;

/**
 * Puts pieces together, so that none of them keeps the buffer alive that it came in.
 *
 * A first piece is copied only when there is a second.
 */
export class GatheredOctets {
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;
  #isOwn = false;

  /** All pieces so far, in one. */
  get octets(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Puts a piece behind the others. */
  append(piece: Uint8Array): void {
    if (this.#length === 0) {
      this.#bytes = piece;
      this.#length = piece.length;
      this.#isOwn = false;
      return;
    }
    const length = this.#length + piece.length;
    if (!this.#isOwn || length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** Doubling keeps the cost of all copies linear. */
  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(LEAST_CAPACITY, 2 * length));
    larger.set(this.octets);
    this.#bytes = larger;
    this.#isOwn = true;
  }
}
