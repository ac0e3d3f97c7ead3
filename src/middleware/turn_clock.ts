/**
 * Reads a clock once for all that happens in one turn of the event loop.
 *
 * A platform's clock costs as much as counting a request does. What shares a reading has waited for
 * its turn together.
 */
export class TurnClock {
  readonly #now: () => number;
  readonly #forget: () => void;
  #time: number | undefined;

  /** Reads a clock that tells milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#forget = () => this.#time = undefined;
  }

  /** Milliseconds, as they were when the first in this turn asked. */
  read(): number {
    if (this.#time === undefined) {
      this.#time = this.#now();
      NEXT.then(this.#forget);
    }
    return this.#time;
  }
}

const NEXT = Promise.resolve();

/** The machine's clock, which nobody can set; one reading serves all middlewares. */
export const machineTurn: TurnClock = new TurnClock(() => performance.now());
