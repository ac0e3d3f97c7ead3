import { largestLimit, longestWindow, type RateLimitPolicy } from "./policy.ts";
import type { RateLimitVerdict } from "./store.ts";

/** What became of several requests, and the times of those that count from then on. */
export interface Taken {
  /** One for each request, in order. */
  readonly verdicts: readonly RateLimitVerdict[];
  /** The times that were given, where no request was admitted. */
  readonly times: Float64Array;
}

/**
 * Decides over so many requests at once, by the times at which others were admitted.
 *
 * A clock that was set back stands still until it has caught up.
 */
export function takeAll(
  known: Float64Array,
  size: number,
  clock: number,
  policies: readonly RateLimitPolicy[],
): Taken {
  const now = Math.max(clock, known.at(-1) ?? -Infinity);
  const longest = longestWindow(policies);
  const times = Array.from(known).filter((time) => now - time < longest);
  const verdicts: RateLimitVerdict[] = [];
  let hasChanged = false;
  for (let i = 0; i < size; i++) {
    const verdict = judge(times, now, policies);
    verdicts.push(verdict);
    if (!verdict.admitted) continue;
    times.push(now);
    hasChanged = true;
  }
  if (!hasChanged) return { verdicts, times: known };
  return { verdicts, times: Float64Array.from(times.slice(-largestLimit(policies))) };
}

function judge(
  times: readonly number[],
  now: number,
  policies: readonly RateLimitPolicy[],
): RateLimitVerdict {
  let best = { policy: 0, remaining: Infinity, reset: 0 };
  for (const [policy, { limit, window }] of policies.entries()) {
    const oldest = firstWithin(times, now, window);
    const remaining = limit - (times.length - oldest);
    const reset = oldest === times.length ? window : window - (now - times[oldest]);
    if (remaining < best.remaining || remaining === best.remaining && reset > best.reset) {
      best = { policy, remaining, reset };
    }
  }
  const admitted = best.remaining > 0;
  return { ...best, admitted, remaining: admitted ? best.remaining - 1 : 0 };
}

/** Index of the oldest time that a window counts; times are in order. */
function firstWithin(times: readonly number[], now: number, window: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (now - times[middle] < window) high = middle;
    else low = middle + 1;
  }
  return low;
}
