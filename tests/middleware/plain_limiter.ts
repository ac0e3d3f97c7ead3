import type { RateLimitPolicy, RateLimitVerdict } from "../../src/middleware/rate_limit.ts";

/** The plainest limiter: all times of all keys, counted anew for each request. */
export class PlainLimiter {
  readonly #times = new Map<string, number[]>();
  readonly #policies: readonly RateLimitPolicy[];

  constructor(policies: readonly RateLimitPolicy[]) {
    this.#policies = policies;
  }

  take(key: string, now: number): RateLimitVerdict {
    const times = this.#times.get(key) ?? [];
    const within = this.#policies.map(({ window }) => times.filter((time) => now - time < window));
    const admitted = this.#policies.every(({ limit }, i) => within[i].length < limit);
    if (admitted) {
      this.#times.set(key, [...times, now]);
      for (const list of within) list.push(now);
    }
    const left = this.#policies.map(({ limit, window }, policy) => ({
      policy,
      admitted,
      remaining: limit - within[policy].length,
      reset: within[policy].length === 0 ? window : window - (now - within[policy][0]),
    }));
    return left.reduce((best, each) =>
      each.remaining < best.remaining ||
        (each.remaining === best.remaining && each.reset > best.reset)
        ? each
        : best
    );
  }
}
