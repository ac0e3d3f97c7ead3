import type { RateLimitClock } from "../../src/middleware/rate_limit.ts";

/** A clock that stands still until it is told to go on. */
export class HandClock implements RateLimitClock {
  #now = 0;
  readonly #timers = new Map<() => void, number>();

  /** How many callbacks wait for their time. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** See `RateLimitClock`. */
  now(): number {
    return this.#now;
  }

  /** See `RateLimitClock`. */
  after(milliseconds: number, callback: () => void): () => void {
    // Each callback is another function, though it may be the same that waits twice.
    const timer = () => callback();
    this.#timers.set(timer, this.#now + milliseconds);
    return () => this.#timers.delete(timer);
  }

  /** Lets time go by, and calls what is due. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [timer, due] of [...this.#timers]) {
      if (due > this.#now) continue;
      this.#timers.delete(timer);
      timer();
    }
  }
}
