import { clearInterval, setInterval } from "node:timers";

/** Where a server, or its log, gets its time from; tests give one that they turn by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since any moment, which nobody sets; where it is absent, `now` serves. */
  elapsed?(): number;
  /** Calls `tick` every so many milliseconds, until the function that it gives is called. */
  every(milliseconds: number, tick: () => void): () => void;
}

/** The machine's clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};
