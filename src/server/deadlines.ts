import type { MinRate } from "../protocol/limits.ts";

/**
 * How long something has stood still, as seen from one tick of the coarse timer to the next.
 *
 * Nobody stamps a time when something happens: the tick sees that a count has not moved. Hence a
 * deadline is never early, and late by two ticks at most.
 */
export class StandstillWatch {
  #count = -1;
  #since = 0;

  /** Milliseconds since the first tick that saw this count. */
  elapsed(count: number, now: number): number {
    if (count !== this.#count) {
      this.#count = count;
      this.#since = now;
    }
    return now - this.#since;
  }

  /** Nothing is waited for: the next count is a new one. */
  rest(): void {
    this.#count = -1;
  }
}

/** Whether octets move slower than a least rate, over the time in which they are waited for. */
export class RateWatch {
  readonly #rate: MinRate;
  #waited = 0;
  #octets = -1;
  #last = 0;

  /** Measures against a least rate. */
  constructor(rate: MinRate) {
    this.#rate = rate;
  }

  /**
   * Whether a whole window went by with too few octets; `octets` only ever grows.
   *
   * None at all is a standstill, which has a time of its own.
   */
  isTooSlow(octets: number, now: number): boolean {
    if (this.#octets === -1) this.#begin(octets);
    else this.#waited += now - this.#last;
    this.#last = now;
    if (this.#waited < this.#rate.window) return false;
    const least = this.#rate.octetsPerSecond * this.#waited / 1000;
    const moved = octets - this.#octets;
    this.#begin(octets);
    return moved > 0 && moved < least;
  }

  /** Nothing is waited for: time that goes by does not count. */
  rest(): void {
    this.#octets = -1;
  }

  #begin(octets: number): void {
    this.#octets = octets;
    this.#waited = 0;
  }
}

/** Milliseconds between two ticks that are fine enough for the given times. */
export function tickFor(times: readonly number[]): number {
  return Math.max(10, Math.min(250, ...times.map((time) => Math.floor(time / 4))));
}
