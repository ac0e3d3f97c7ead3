/** Which requests may be sent, and the moment their latency counts from. */
export interface Schedule {
  /** When the request counts from that is to be sent next, or NaN where none is. */
  take(now: number): number;
  /** Takes a request back that could not be answered through no fault of its own. */
  giveBack(start: number): void;
  /** Requests that are due and were not taken; each is told with the moment it counts from. */
  drainDue(now: number, each: (start: number) => void): void;
  /** Whether there is nothing to be sent now or later. */
  isExhausted(): boolean;
}

/** The closed loop: whoever is free sends, and latency counts from then. */
export class ClosedLoop implements Schedule {
  #left: number;

  /** Lets so many requests be sent. */
  constructor(requests: number) {
    this.#left = requests;
  }

  /** A request that counts from now. */
  take(now: number): number {
    if (this.#left <= 0) return NaN;
    this.#left--;
    return now;
  }

  /** Lets one more be sent. */
  giveBack(): void {
    this.#left++;
  }

  /** Nothing is due before somebody is free. */
  drainDue(): void {}

  /** Whether all requests were sent. */
  isExhausted(): boolean {
    return this.#left <= 0;
  }
}

/**
 * The open loop: requests are due at even intervals, whatever became of those before.
 *
 * Latency counts from when a request was due. So a stall of the server shows in every request that
 * fell into it, not only in those that happened to be under way (no coordinated omission).
 */
export class OpenLoop implements Schedule {
  readonly #interval: number;
  readonly #requests: number;
  #start: number;
  #taken = 0;
  #returned: number[] = [];

  /** Makes so many requests due a second, the first at `start` in milliseconds. */
  constructor(rate: number, requests: number, start: number) {
    this.#interval = 1_000 / rate;
    this.#requests = requests;
    this.#start = start;
  }

  /** When the next request is due, in milliseconds. */
  get nextDue(): number {
    return this.#returned[0] ?? this.#start + this.#taken * this.#interval;
  }

  /** The request that has been due for the longest time. */
  take(now: number): number {
    if (this.isExhausted()) return NaN;
    const due = this.nextDue;
    if (due > now) return NaN;
    if (this.#returned.length > 0) this.#returned.shift();
    else this.#taken++;
    return due;
  }

  /** Makes it due as it was before. */
  giveBack(start: number): void {
    this.#returned.push(start);
    this.#returned.sort((one, other) => one - other);
  }

  /** Takes all that are due. */
  drainDue(now: number, each: (start: number) => void): void {
    for (let due = this.take(now); !Number.isNaN(due); due = this.take(now)) each(due);
  }

  /** Whether all requests were sent. */
  isExhausted(): boolean {
    return this.#taken >= this.#requests && this.#returned.length === 0;
  }
}
