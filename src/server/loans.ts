import type { TakeBack } from "../lent_octets.ts";

/** A chunk that is on its way. */
interface Loan {
  readonly octets: Uint8Array;
  /** Where it ends in all that is sent. */
  readonly end: number;
}

/** The chunks of a stream that wants them back. */
export class Loans {
  readonly #takeBack: TakeBack;
  readonly #open: Loan[] = [];

  /** Gives chunks back to their lender. */
  constructor(takeBack: TakeBack) {
    this.#takeBack = takeBack;
  }

  /** Notes a chunk that ends at a position of what is sent. */
  note(octets: Uint8Array, end: number): void {
    this.#open.push({ octets, end });
  }

  /** Gives back the chunks that the network has taken, now that it has all up to a position. */
  settle(sent: number): void {
    while (this.#open.length > 0 && this.#open[0].end <= sent) {
      this.#takeBack(this.#open.shift()!.octets);
    }
  }
}
