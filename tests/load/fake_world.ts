import type { Clock } from "../../src/load/clock.ts";
import type { Dial, Wire, WireEvents } from "../../src/load/dial.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that passes when it is told to. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, order: this.#order++, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets so many milliseconds pass, with all that is to happen in them. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end)
        .sort((one, other) => one.at - other.at || one.order - other.order)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  /** How much is still to happen. */
  get pending(): number {
    return this.#timers.size;
  }
}

/** How a server without sockets treats a request: milliseconds and an answer, or nothing at all. */
export type Treat = (number: number, now: number) => { after: number; answer: string } | undefined;

export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHi";

/** Dials a server without sockets; one request of a connection is treated after the other. */
export class FakeServer {
  readonly clock: FakeClock;
  /** Requests that have come. */
  requests = 0;
  /** Connections that were opened. */
  opened = 0;
  /** Connections that are open. */
  open = 0;
  readonly #treat: Treat;

  constructor(clock: FakeClock, treat: Treat) {
    this.clock = clock;
    this.#treat = treat;
  }

  readonly dial: Dial = (events: WireEvents): Wire => {
    let isOpen = true;
    let freeAt = 0;
    this.opened++;
    this.open++;
    this.clock.schedule(0, () => isOpen && events.opened());
    const close = () => {
      if (isOpen) this.open--;
      isOpen = false;
    };
    return {
      write: (octets) => {
        const text = new TextDecoder().decode(octets);
        for (const _ of text.matchAll(/\r\n\r\n/g)) {
          const now = this.clock.now();
          const treatment = this.#treat(this.requests++, now);
          if (treatment === undefined) continue;
          freeAt = Math.max(freeAt, now) + treatment.after;
          this.clock.schedule(freeAt - now, () => {
            if (!isOpen) return;
            if (treatment.answer === "") {
              close();
              events.ended();
            } else events.received(new TextEncoder().encode(treatment.answer));
          });
        }
      },
      close,
    };
  };
}
