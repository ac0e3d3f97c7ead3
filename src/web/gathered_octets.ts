/** Octets of a buffer of our own, when it first takes a second piece. */
const LEAST_CAPACITY = 4096;

/** How many times what has come a buffer may be, where so much is said to come. */
const TRUST = 8;

/**
 * Puts pieces together, so that none of them keeps the buffer alive that it came in.
 *
 * A first piece is copied only when there is a second.
 */
export class GatheredOctets {
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;
  #isOwn = false;
  readonly #expected: number;

  /** Gathers pieces; `expected` is how many octets were announced, where they were. */
  constructor(expected: number = 0) {
    this.#expected = expected;
  }

  /** All pieces so far, in one. */
  get octets(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The same in memory that nobody else uses, copied only where it must be. */
  takeOwn(): Uint8Array<ArrayBuffer> {
    const { octets } = this;
    const isWhole = this.#isOwn && octets.length === this.#bytes.length;
    return isWhole ? octets as Uint8Array<ArrayBuffer> : new Uint8Array(octets);
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

  /** Doubling keeps the cost of all copies linear; what was announced is believed by and by. */
  #grow(length: number): void {
    const isClose = length <= this.#expected && this.#expected <= TRUST * length;
    const capacity = isClose ? this.#expected : Math.max(LEAST_CAPACITY, 2 * length);
    const larger = new Uint8Array(capacity);
    larger.set(this.octets);
    this.#bytes = larger;
    this.#isOwn = true;
  }
}
