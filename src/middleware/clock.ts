import { clearInterval, setInterval } from "node:timers";

/** Where a middleware gets its time from; tests give one that they turn by hand. */
export interface MiddlewareClock {
  /** Milliseconds since any moment. */
  now(): number;
  /** Calls `tick` every so many milliseconds, until the function that it gives is called. */
  every(milliseconds: number, tick: () => void): () => void;
}

/** The machine's clock. Its timers keep no process alive. */
export const machineClock: MiddlewareClock = {
  now: () => performance.now(),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/**
 * Gives an object that has the functions of a clock.
 *
 * @throws {TypeError} when it lacks one.
 */
export function checkClock(action: string, clock: MiddlewareClock): MiddlewareClock {
  if (typeof clock?.now === "function" && typeof clock.every === "function") return clock;
  throw new TypeError(`Cannot ${action}: clock must have now() and every()`);
}
