/** Time, as a run is told it; tests have one of their own. */
export interface Clock {
  /** Milliseconds since some moment, never fewer than before. */
  now(): number;
  /** Calls back once, after so many milliseconds; what it returns prevents that. */
  schedule(milliseconds: number, callback: () => void): () => void;
}

/** The platform's time. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  schedule(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
