/** Turns of the microtask queue in which a stream gives what it has, or says that it has ended. */
export const PATIENCE = 8;

const READY: Promise<void> = Promise.resolve();

/**
 * Waits for a few turns of the microtask queue, never for an event, and then loses patience.
 *
 * What is at hand comes within them; nothing else should wait for what is not.
 */
export class Patience {
  readonly #lose: () => void;
  readonly #turn = () => this.#count();
  #left = 0;
  #isWaiting = false;
  #isCounting = false;

  /** `lose` is called when what is waited for does not come. */
  constructor(lose: () => void) {
    this.#lose = lose;
  }

  /** Begins to wait. */
  begin(): void {
    this.#isWaiting = true;
    this.#left = PATIENCE;
    if (this.#isCounting) return;
    this.#isCounting = true;
    READY.then(this.#turn);
  }

  /** It has come. */
  end(): void {
    this.#isWaiting = false;
  }

  #count(): void {
    if (this.#isWaiting && --this.#left > 0) {
      READY.then(this.#turn);
      return;
    }
    this.#isCounting = false;
    if (this.#isWaiting) this.#lose();
  }
}
