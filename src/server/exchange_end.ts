import type { ExchangeEnd, ExchangeObserver } from "../exchange_observer.ts";
import { report } from "./error_response.ts";
import type { Outbox, Watcher } from "./outbox.ts";

/** The end of an exchange, as far as it is known; an outbox may tell the rest. */
export class SentAnswer implements ExchangeEnd, Watcher {
  /** Where the answer ends, in what is sent. */
  readonly position: number;
  /** See `ExchangeEnd`. */
  readonly status: number;
  /** See `ExchangeEnd`. */
  contentOctets: number;
  /** See `ExchangeEnd`. */
  readonly receivedOctets: number;
  /** See `ExchangeEnd`. */
  readonly minorVersion: number;
  /** See `ExchangeEnd`. */
  error: unknown = undefined;
  readonly #observer: ExchangeObserver;
  readonly #outbox: Outbox;

  /** Knows what was appended to an outbox, up to a position. */
  constructor(
    observer: ExchangeObserver,
    outbox: Outbox,
    position: number,
    answer: Omit<ExchangeEnd, "error">,
  ) {
    this.#observer = observer;
    this.#outbox = outbox;
    this.position = position;
    this.status = answer.status;
    this.contentOctets = answer.contentOctets;
    this.receivedOctets = answer.receivedOctets;
    this.minorVersion = answer.minorVersion;
  }

  /** The network took all of it. */
  resolve(): void {
    // Whoever looks on must not decide over the connection by accident.
    try {
      this.#observer.exchangeEnded(this);
    } catch (error) {
      report(error);
    }
  }

  /** The network will not take the rest, which is that of the content. */
  reject(error: unknown): void {
    this.error = error;
    const unsent = Math.max(0, this.position - this.#outbox.sent);
    this.contentOctets = Math.max(0, this.contentOctets - unsent);
    this.resolve();
  }
}

/** Two observers of one exchange; the first is told first. */
export class BothObservers implements ExchangeObserver {
  readonly #first: ExchangeObserver;
  readonly #second: ExchangeObserver;

  /** Joins observers. */
  constructor(first: ExchangeObserver, second: ExchangeObserver) {
    this.#first = first;
    this.#second = second;
  }

  /** See `ExchangeObserver`. */
  exchangeEnded(end: ExchangeEnd): void {
    try {
      this.#first.exchangeEnded(end);
    } finally {
      this.#second.exchangeEnded(end);
    }
  }
}
