import type { ProtocolErrorReason } from "../protocol/errors.ts";
import type { Exchange } from "../protocol/exchange.ts";
import type { MinRate } from "../protocol/limits.ts";
import { RateWatch, StandstillWatch } from "./deadlines.ts";
import type { Outbox } from "./outbox.ts";
import type { RefusalReason } from "./refusals.ts";
import type { Timeouts } from "./timeouts.ts";

/** What a watch looks at, and what it may do about it. */
export interface Watched {
  /** What the connection is doing. */
  readonly phase: string;
  /** Grows whenever the connection gets on. */
  readonly progress: number;
  /** Requests read so far. */
  readonly requests: number;
  /** Octets received so far. */
  readonly received: number;
  /** What the octets mean. */
  readonly exchange: Exchange;
  /** What is to be sent. */
  readonly outbox: Outbox;
  /** Whether a handler waits for more content. */
  readonly awaitsContent: boolean;
  /** Whether no part of the answer has been sent. */
  readonly awaitsResponse: boolean;
  /** Whether the client has said that nothing more will come. */
  readonly ended: boolean;
  /** Answers with a refusal, then closes. */
  refuse(reason: ProtocolErrorReason): void;
  /** Ends the connection at once, and counts it. */
  cut(reason: RefusalReason): void;
  /** Ends the connection without a word. */
  close(): void;
  /** Ends the connection once its answers are sent. */
  closeSoon(): void;
}

/** Holds one connection to all its deadlines, from tick to tick. */
export class ConnectionWatch {
  readonly #timeouts: Timeouts;
  readonly #phase = new StandstillWatch();
  readonly #stream = new StandstillWatch();
  readonly #answer: ProgressWatch;
  readonly #content: ProgressWatch;

  /** Watches by the given times and least rate. */
  constructor(timeouts: Timeouts, rate: MinRate) {
    this.#timeouts = timeouts;
    this.#answer = new ProgressWatch(timeouts.write, rate);
    this.#content = new ProgressWatch(timeouts.requestContent, rate);
  }

  /** Ends whatever has stood still for too long. */
  tick(watched: Watched, now: number): void {
    const { outbox } = watched;
    const answer = this.#answer.verdict(outbox.pending > 0, outbox.sent, now);
    if (answer !== undefined) return watched.cut(`answer-${answer}`);
    const content = this.#content.verdict(watched.awaitsContent, watched.received, now);
    if (content === "timeout") return watched.refuse("request-content-timeout");
    if (content === "too-slow") return watched.refuse("content-too-slow");
    this.#tickPhase(watched, now);
  }

  #tickPhase(watched: Watched, now: number): void {
    const isHead = watched.exchange.state === "head";
    const elapsed = this.#phase.elapsed(watched.progress * 2 + (isHead ? 1 : 0), now);
    switch (watched.phase) {
      case "reading":
        return isHead ? this.#tickHead(watched, elapsed) : this.#tickIdle(watched, elapsed);
      case "serving":
        return watched.awaitsResponse
          ? this.#tickHandler(watched, elapsed)
          : this.#tickStream(watched, now);
      case "draining":
        if (elapsed > this.#timeouts.drain) watched.closeSoon();
        return;
      case "lingering":
        if (elapsed > this.#timeouts.drain) watched.close();
        return;
    }
  }

  #tickHandler(watched: Watched, elapsed: number): void {
    if (elapsed > this.#timeouts.handler) watched.refuse("handler-timeout");
  }

  /** Only a write tells whether a client that has half-closed is still there. */
  #tickStream(watched: Watched, now: number): void {
    if (!watched.ended) return this.#stream.rest();
    if (this.#stream.elapsed(watched.outbox.appended, now) > this.#timeouts.idle) watched.close();
  }

  #tickHead(watched: Watched, elapsed: number): void {
    if (elapsed > this.#timeouts.requestHead) watched.refuse("request-head-timeout");
  }

  #tickIdle(watched: Watched, elapsed: number): void {
    // Who still takes an answer is not idle yet.
    if (watched.outbox.pending > 0) return this.#phase.rest();
    const { requestHead, idle } = this.#timeouts;
    if (elapsed > (watched.requests === 0 ? requestHead : idle)) watched.close();
  }
}

/** Whether octets that are waited for come at all, and fast enough. */
class ProgressWatch {
  readonly #timeout: number;
  readonly #standstill = new StandstillWatch();
  readonly #rate: RateWatch;

  constructor(timeout: number, rate: MinRate) {
    this.#timeout = timeout;
    this.#rate = new RateWatch(rate);
  }

  verdict(isAwaited: boolean, octets: number, now: number): "timeout" | "too-slow" | undefined {
    if (!isAwaited) {
      this.#standstill.rest();
      this.#rate.rest();
      return undefined;
    }
    if (this.#standstill.elapsed(octets, now) > this.#timeout) return "timeout";
    return this.#rate.isTooSlow(octets, now) ? "too-slow" : undefined;
  }
}
