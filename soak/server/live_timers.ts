import type { Clock } from "../../mod.ts";
import { systemClock } from "../../src/clock.ts";

type Timer = ReturnType<typeof setTimeout>;

/** Counts the timers that are live, once it is installed. */
export class LiveTimers {
  readonly #timeouts = new Set<Timer>();
  readonly #intervals = new Set<Timer>();
  #ticking = 0;

  /** Timers that will still do something. */
  get count(): number {
    return this.#timeouts.size + this.#intervals.size + this.#ticking;
  }

  /** The machine's clock; a timer that it gave counts until it is stopped. */
  readonly clock: Clock = {
    ...systemClock,
    every: (milliseconds, tick) => {
      const stop = systemClock.every(milliseconds, tick);
      this.#ticking++;
      return () => {
        stop();
        this.#ticking--;
      };
    },
  };

  /** Counts every global timer that is made from now on. */
  install(): void {
    this.#countTimeouts(globalThis.setTimeout, globalThis.clearTimeout);
    this.#countIntervals(globalThis.setInterval, globalThis.clearInterval);
  }

  #countTimeouts(set: typeof setTimeout, clear: typeof clearTimeout): void {
    globalThis.setTimeout = ((action: (...args: unknown[]) => void, ...rest: [number]) => {
      const timer = set((...args: unknown[]) => {
        this.#timeouts.delete(timer);
        action(...args);
      }, ...rest);
      this.#timeouts.add(timer);
      return timer;
    }) as typeof setTimeout;
    globalThis.clearTimeout = ((timer?: Timer) => {
      this.#timeouts.delete(timer!);
      clear(timer);
    }) as typeof clearTimeout;
  }

  #countIntervals(set: typeof setInterval, clear: typeof clearInterval): void {
    globalThis.setInterval = ((...args: Parameters<typeof setInterval>) => {
      const timer = set(...args);
      this.#intervals.add(timer);
      return timer;
    }) as typeof setInterval;
    globalThis.clearInterval = ((timer?: Timer) => {
      this.#intervals.delete(timer!);
      clear(timer);
    }) as typeof clearInterval;
  }
}
