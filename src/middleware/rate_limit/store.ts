import { machineTurn } from "../turn_clock.ts";
import type { RateLimitPolicy } from "./policy.ts";

/** Where the requests that were admitted are kept. */
export interface RateLimitStore {
  /**
   * Prepares to count by these policies; called once by each `rateLimit`.
   *
   * It throws a `RangeError` where the store cannot keep that much.
   */
  open(policies: readonly RateLimitPolicy[]): RateLimitCounter;
}

/** What counts requests by the policies that it was opened with. */
export interface RateLimitCounter {
  /**
   * Admits a request by all policies and notes its time, or refuses it and notes nothing.
   *
   * All of it is one step: no other request of the same key comes between.
   */
  take(key: string): RateLimitVerdict | PromiseLike<RateLimitVerdict>;
}

/** What became of a request, and what is left for its key. */
export interface RateLimitVerdict {
  /** Whether the request is within all limits. */
  readonly admitted: boolean;
  /**
   * Index of the policy that speaks for all: the one with the fewest requests left or, where the
   * request is refused, of those that refuse it the one that will do so for longest.
   */
  readonly policy: number;
  /** Requests that this policy would admit now, 0 or more. */
  readonly remaining: number;
  /** Milliseconds until it admits one more, since the oldest one it counts leaves the window. */
  readonly reset: number;
}

/** Where time comes from; tests give one that they turn by hand. */
export interface RateLimitClock {
  /** Milliseconds since any moment, which nobody sets back. */
  now(): number;
  /** Calls a function after so many milliseconds, unless what it gives is called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The machine's clock, read once for requests that have come together. */
export const systemClock: RateLimitClock = {
  now: () => machineTurn.read(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
