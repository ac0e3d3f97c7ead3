import { clearInterval, setInterval } from "node:timers";

/** Where the log gets its time from; a server's `clock` will do. */
export interface LogClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since any moment, which nobody sets; where it is absent, `now` serves. */
  elapsed?(): number;
  /** Calls `tick` every so many milliseconds, until the function that it gives is called. */
  every(milliseconds: number, tick: () => void): () => void;
}

/** The machine's clock. Its timers keep no process alive. */
export const machineClock: LogClock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};
