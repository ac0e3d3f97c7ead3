import type { RateLimitPolicy } from "./policy.ts";
import type { RateLimitVerdict } from "./store.ts";

/** When the requests of one key were admitted, as far back as a window may still count them. */
export class History {
  /** A ring whose length is a power of two: index `i` is in slot `i` modulo that. */
  #times: number[] = [NaN, NaN, NaN, NaN];
  /** Index of the request that comes next. */
  #next = 0;
  /** For each policy the index of the oldest request that its window counts. */
  readonly #oldest: number[];

  /** Starts without any request. */
  constructor(policies: readonly RateLimitPolicy[]) {
    this.#oldest = policies.map(() => 0);
  }

  /** How many times there is room for. */
  get slots(): number {
    return this.#times.length;
  }

  /**
   * Admits a request by all policies, or by none; only then it counts.
   *
   * Each policy passes each time once: constant time in the long run.
   */
  take(now: number, policies: readonly RateLimitPolicy[]): RateLimitVerdict {
    let policy = 0;
    let remaining = Infinity;
    let reset = 0;
    let first = this.#next;
    for (let i = 0; i < policies.length; i++) {
      const { limit, window } = policies[i];
      const oldest = this.#findOldest(i, now, window);
      const left = limit - (this.#next - oldest);
      const wait = oldest === this.#next ? window : window - (now - this.#at(oldest));
      if (oldest < first) first = oldest;
      if (left < remaining || (left === remaining && wait > reset)) {
        policy = i;
        remaining = left;
        reset = wait;
      }
    }
    if (remaining === 0) return { admitted: false, policy, remaining, reset };
    this.#note(now, first);
    return { admitted: true, policy, remaining: remaining - 1, reset };
  }

  #at(index: number): number {
    return this.#times[index & (this.#times.length - 1)];
  }

  #findOldest(policy: number, now: number, window: number): number {
    let oldest = this.#oldest[policy];
    while (oldest < this.#next && now - this.#at(oldest) >= window) oldest++;
    return this.#oldest[policy] = oldest;
  }

  #note(now: number, first: number): void {
    // Twice the same ring: whatever slot an index now has, its time is there.
    if (this.#next - first === this.#times.length) this.#times = this.#times.concat(this.#times);
    this.#times[this.#next++ & (this.#times.length - 1)] = now;
  }
}
