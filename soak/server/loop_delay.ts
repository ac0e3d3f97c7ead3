import { setInterval } from "node:timers";

/** Milliseconds between two looks. */
const PERIOD = 10;

/** Measures by how much the event loop runs late, with a timer that keeps no process alive. */
export class LoopDelay {
  #due = performance.now() + PERIOD;
  #greatest = 0;

  /** Begins to measure. */
  constructor() {
    setInterval(() => this.#look(), PERIOD).unref();
  }

  /** The greatest delay since this was last asked, in milliseconds. */
  take(): number {
    const greatest = Math.max(this.#greatest, performance.now() - this.#due);
    this.#greatest = 0;
    return greatest;
  }

  /** Leaves out what goes by until now: a forced collection is no delay of the server's. */
  skip(): void {
    this.#due = performance.now() + PERIOD;
  }

  #look(): void {
    const now = performance.now();
    this.#greatest = Math.max(this.#greatest, now - this.#due);
    this.#due = now + PERIOD;
  }
}
