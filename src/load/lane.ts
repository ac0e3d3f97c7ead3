import type { Clock } from "./clock.ts";
import type { Dial, Wire, WireEvents } from "./dial.ts";
import type { ErrorKind } from "./recorder.ts";
import { type AnswerListener, MalformedAnswer, ResponseReader } from "./response_reader.ts";

/** What a lane asks of the run that it belongs to. */
export interface LaneHost {
  /** When the request counts from that is to be sent next, or NaN where none is. */
  take(now: number): number;
  /** Takes a request back that got no answer through no fault of its own. */
  giveBack(start: number): void;
  /** Whether there is nothing to be sent, now or later. */
  isExhausted(): boolean;
  /** So many requests in one piece, `largestBatch` at most. */
  batch(count: number): Uint8Array;
  /** How many requests one piece may hold. */
  readonly largestBatch: number;
  /** A connection was opened. */
  noteOpen(): void;
  /** Its first connection was opened, or could not be. */
  noteTried(): void;
  /** An answer has come. */
  noteAnswer(status: number, start: number, sent: number, now: number): void;
  /** Octets have come. */
  noteOctets(octets: number): void;
  /** A request that counts from `start` has failed. */
  noteError(kind: ErrorKind, start: number, sent: number, now: number): void;
  /** It has nothing left to do. */
  noteEnd(): void;
}

/** What all lanes of a run have in common. */
export interface LaneSettings {
  readonly method: string;
  readonly pipelining: number;
  readonly dial: Dial;
  readonly clock: Clock;
}

/** Milliseconds before the first, and at most before a later attempt to connect anew. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1_000;

/** One connection after another, with as many requests under way as may be. */
export class Lane implements WireEvents, AnswerListener {
  readonly #host: LaneHost;
  readonly #settings: LaneSettings;
  /** When the requests under way count from, and when they were sent: a ring. */
  readonly #starts: Float64Array;
  readonly #sent: Float64Array;
  #oldest = 0;
  #underWay = 0;
  #wire: Wire | undefined;
  #reader: ResponseReader;
  #isOpen = false;
  #isEnded = false;
  /** The server has said that the connection ends. */
  #isClosing = false;
  #hasAnswered = false;
  #hasTried = false;
  #dialledAt = 0;
  #pause = 0;
  #stopPause: (() => void) | undefined;
  #now = 0;

  /** Prepares a lane; `dial` opens its connection. */
  constructor(host: LaneHost, settings: LaneSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#starts = new Float64Array(settings.pipelining);
    this.#sent = new Float64Array(settings.pipelining);
    this.#reader = new ResponseReader(settings.method, this);
  }

  /** Whether one more request can be sent. */
  get hasRoom(): boolean {
    return this.#isOpen && this.#underWay < this.#settings.pipelining;
  }

  /** Whether its connection is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Opens its connection. */
  dial(): void {
    const { method, dial, clock } = this.#settings;
    this.#stopPause = undefined;
    this.#reader = new ResponseReader(method, this);
    this.#isClosing = this.#hasAnswered = false;
    this.#dialledAt = clock.now();
    this.#wire = dial(this);
  }

  /** Sends as many requests as may be sent, `most` at most, in one piece; gives how many. */
  fill(now: number, most = Infinity): number {
    const { pipelining } = this.#settings;
    let count = 0;
    while (this.#isOpen && this.#underWay < pipelining && count < most) {
      const start = this.#host.take(now);
      if (Number.isNaN(start)) break;
      const place = (this.#oldest + this.#underWay++) % pipelining;
      this.#starts[place] = start;
      this.#sent[place] = now;
      count++;
    }
    if (count > 0) this.#send(count);
    else this.#endIfIdle();
    return count;
  }

  /** Gives up on whatever takes longer than `timeout` milliseconds. */
  checkTimeout(now: number, timeout: number): void {
    if (this.#wire === undefined) return;
    if (!this.#isOpen) {
      if (now - this.#dialledAt > timeout) this.#failToOpen(now);
    } else if (this.#underWay > 0 && now - this.#sent[this.#oldest] > timeout) {
      this.#failOldest("timeout", now);
      this.#renew();
    }
  }

  /** Ends it once nothing is under way. */
  stop(): void {
    if (this.#underWay === 0) this.#end();
  }

  /** Ends it at once; what is under way is forgotten. */
  cut(): void {
    this.#end();
  }

  /** The connection is open. */
  opened(): void {
    this.#isOpen = true;
    this.#pause = 0;
    this.#host.noteOpen();
    this.#noteTried();
    this.fill(this.#settings.clock.now());
  }

  /** Octets have come. */
  received(octets: Uint8Array): void {
    const now = this.#now = this.#settings.clock.now();
    this.#host.noteOctets(octets.length);
    try {
      this.#reader.read(octets);
    } catch (error) {
      this.#noteMalformed(error, now);
      return this.#renew();
    }
    if (this.#isClosing) this.#renew();
    else if (!this.#isEnded) this.fill(now);
  }

  /** An answer is complete. */
  answered(status: number, persists: boolean): void {
    if (this.#underWay === 0) {
      throw new MalformedAnswer("Cannot read the answer: nothing was asked");
    }
    const place = this.#oldest;
    this.#forgetOldest();
    this.#hasAnswered = true;
    this.#isClosing = !persists;
    this.#host.noteAnswer(status, this.#starts[place], this.#sent[place], this.#now);
  }

  /** The server has closed the connection. */
  ended(): void {
    const now = this.#now = this.#settings.clock.now();
    if (!this.#isOpen) return this.#failToOpen(now);
    try {
      this.#reader.end();
    } catch (error) {
      this.#noteMalformed(error, now);
    }
    while (!this.#isClosing && this.#underWay > 0) this.#failOldest("closedEarly", now);
    this.#renew();
  }

  /** The connection was cut, or could not be opened. */
  failed(): void {
    const now = this.#settings.clock.now();
    if (!this.#isOpen) return this.#failToOpen(now);
    while (this.#underWay > 0) this.#failOldest("reset", now);
    this.#renew();
  }

  #noteMalformed(error: unknown, now: number): void {
    if (!(error instanceof MalformedAnswer)) throw error;
    if (this.#underWay > 0) this.#failOldest("malformed", now);
    else this.#host.noteError("malformed", now, now, now);
  }

  #send(count: number): void {
    const { largestBatch } = this.#host;
    for (let left = count; left > 0; left -= largestBatch) {
      this.#wire!.write(this.#host.batch(Math.min(left, largestBatch)));
    }
  }

  #failToOpen(now: number): void {
    // It was opened for a request: that one has failed.
    const start = this.#host.take(now);
    if (Number.isNaN(start) && this.#host.isExhausted()) return this.#end();
    this.#host.noteError("connect", Number.isNaN(start) ? now : start, now, now);
    this.#noteTried();
    this.#renew();
  }

  #noteTried(): void {
    if (this.#hasTried) return;
    this.#hasTried = true;
    this.#host.noteTried();
  }

  #failOldest(kind: ErrorKind, now: number): void {
    const place = this.#oldest;
    this.#forgetOldest();
    this.#host.noteError(kind, this.#starts[place], this.#sent[place], now);
  }

  #forgetOldest(): void {
    this.#oldest = (this.#oldest + 1) % this.#settings.pipelining;
    this.#underWay--;
  }

  /** Goes on with another connection, where there is something left to do. */
  #renew(): void {
    if (this.#isEnded) return;
    while (this.#underWay > 0) {
      const start = this.#starts[this.#oldest];
      this.#forgetOldest();
      this.#host.giveBack(start);
    }
    this.#close();
    if (this.#host.isExhausted()) return this.#end();
    // A server that answers is asked again at once, one that does not is given time.
    if (this.#hasAnswered) return this.dial();
    this.#pause = Math.min(Math.max(FIRST_PAUSE, this.#pause * 2), LONGEST_PAUSE);
    this.#stopPause = this.#settings.clock.schedule(this.#pause, () => this.dial());
  }

  #endIfIdle(): void {
    if (this.#underWay === 0 && this.#host.isExhausted()) this.#end();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#close();
    this.#stopPause?.();
    this.#host.noteEnd();
  }

  #close(): void {
    this.#isOpen = false;
    this.#wire?.close();
    this.#wire = undefined;
  }
}
