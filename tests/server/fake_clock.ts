import type { Clock } from "../../src/clock.ts";

interface Timer {
  readonly period: number;
  readonly tick: () => void;
  next: number;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  /** Stands at a time, in milliseconds since the epoch. */
  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  /** How many timers are running. */
  get timers(): number {
    return this.#timers.size;
  }

  /** See `Clock`. */
  now(): number {
    return this.#now;
  }

  /** See `Clock`. */
  every(milliseconds: number, tick: () => void): () => void {
    const timer: Timer = { period: milliseconds, tick, next: this.#now + milliseconds };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time go by; every tick runs at its time, in order. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (let timer = this.#due(until); timer !== undefined; timer = this.#due(until)) {
      this.#now = timer.next;
      timer.next += timer.period;
      timer.tick();
    }
    this.#now = until;
  }

  /** Lets time go by while nothing runs; then every tick that is due runs once, late. */
  stall(milliseconds: number): void {
    this.#now += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.next > this.#now) continue;
      timer.next = this.#now + timer.period;
      timer.tick();
    }
  }

  /** The timer whose turn is next, if it is not later than `until`. */
  #due(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.next <= until && (first === undefined || timer.next < first.next)) first = timer;
    }
    return first;
  }
}
