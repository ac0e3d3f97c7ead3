import type { Random } from "../tests/transport/random.ts";

interface Entry {
  readonly octets: Uint8Array;
  uses: number;
}

/** Inputs that were worth keeping: those it began with, and those that did something new. */
export class Corpus {
  readonly #entries: Entry[];

  /** Begins with some inputs, at least one. */
  constructor(seeds: readonly Uint8Array[]) {
    this.#entries = seeds.map((octets) => ({ octets, uses: 0 }));
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.length;
  }

  /** Keeps an input. */
  add(octets: Uint8Array): void {
    this.#entries.push({ octets, uses: 0 });
  }

  /** Chooses the input to be changed next: of two, the one that was chosen less often. */
  choose(random: Random): Uint8Array {
    const [a, b] = [random.one(this.#entries), random.one(this.#entries)];
    const chosen = b.uses < a.uses ? b : a;
    chosen.uses++;
    return chosen.octets;
  }

  /** Any input, to lend its octets. */
  any(random: Random): Uint8Array {
    return random.one(this.#entries).octets;
  }
}
