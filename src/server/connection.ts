import { defer, type Deferred } from "../deferred.ts";
import type { Address, ExchangeLimits } from "../handler.ts";
import { ProtocolError, type ProtocolErrorReason } from "../protocol/errors.ts";
import { Exchange } from "../protocol/exchange.ts";
import { normaliseAuthority, type Scheme } from "../protocol/host.ts";
import type { ConnectionHost } from "./connection_host.ts";
import { ConnectionWatch, type Watched } from "./connection_watch.ts";
import type { Duplex, Pause, Receiver } from "./duplex.ts";
import { HIGH_WATER_MARK, Outbox, shouldFlush } from "./outbox.ts";
import type { RefusalReason } from "./refusals.ts";
import { Responder, type ResponderLink } from "./responder.ts";

/**
 * What a connection is doing.
 *
 * | phase     | waits for                          | then                |
 * | --------- | ---------------------------------- | ------------------- |
 * | reading   | a request head                     | serving             |
 * | serving   | the answer                         | draining or closing |
 * | draining  | the end of content that nobody read| reading or closing  |
 * | closing   | the network to take the answers    | lingering           |
 * | lingering | the client to close                | closed              |
 * | closed    | nothing                            |                     |
 */
export type Phase = "reading" | "serving" | "draining" | "closing" | "lingering" | "closed";

/** Octets that may wait to be used before the client is made to wait. */
const BACKLOG_LIMIT = 65_536;

/** One client's connection: reads, has its requests answered in order, and closes. */
export class Connection implements Receiver, ResponderLink, Watched {
  /** The octets received, and what they mean. */
  readonly exchange: Exchange;
  /** What is to be sent. */
  readonly outbox: Outbox;
  /** What the connection is doing. */
  phase: Phase = "reading";
  /** Grows with every request and phase, so that a tick sees whether time stood still. */
  progress = 0;
  /** Requests read so far. */
  requests = 0;
  /** Octets received so far. */
  received = 0;
  /** Whether the client has said that nothing more will come. */
  ended = false;
  /** Whether the client knows that its content is wanted. */
  continued = false;
  readonly #duplex: Duplex;
  readonly #host: ConnectionHost;
  readonly #onClosed: (connection: Connection) => void;
  readonly #responder: Responder;
  #watch: ConnectionWatch | undefined;
  #undrained = 0;
  #awaitsRoom = false;
  #resumption: Deferred<void> | undefined;

  /** Serves a duplex; `onClosed` learns when it is over. */
  constructor(
    duplex: Duplex,
    host: ConnectionHost,
    onClosed: (connection: Connection) => void,
  ) {
    this.#duplex = duplex;
    this.#host = host;
    this.#onClosed = onClosed;
    this.exchange = new Exchange(host.limits, host.wholeHeads);
    this.outbox = new Outbox(duplex, host.writers, (error) => this.fail(error));
    this.#responder = new Responder(this, host);
  }

  /** The client's end. */
  get remoteAddr(): Address {
    return this.#duplex.remoteAddr;
  }

  /** The server's end. */
  get localAddr(): Address {
    return this.#duplex.localAddr;
  }

  /** Scheme of the connection. */
  get scheme(): Scheme {
    return this.#duplex.secure ? "https" : "http";
  }

  /** Authority for a client that sent no `Host`: where it connected to. */
  get authority(): string {
    const { localAddr } = this.#duplex;
    if (localAddr.transport === "unix") return "localhost";
    const { hostname, port } = localAddr;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return normaliseAuthority(`${host}:${port}`, this.scheme) ?? "localhost";
  }

  /** The bounds that hold where a route sets no others. */
  get exchangeLimits(): ExchangeLimits {
    return this.#host.exchangeLimits;
  }

  /** Whether no request is under way. */
  get isIdle(): boolean {
    return this.phase === "reading" && this.exchange.state === "between";
  }

  /** Whether a handler waits for more content. */
  get awaitsContent(): boolean {
    return this.#responder.awaitsContent;
  }

  /** Whether a request is under way, and no part of its answer has been sent. */
  get awaitsResponse(): boolean {
    return this.phase === "serving" && !this.#responder.headSent;
  }

  /** Octets of content that could be used at once. */
  get appetite(): number {
    const { state, unread, remaining } = this.exchange;
    // What is here already may be the end of it.
    return state === "content" && unread === 0 ? remaining ?? Infinity : 0;
  }

  /** Takes octets; see `Receiver`. */
  receive(
    octets: Uint8Array,
    start: number = 0,
    end: number = octets.length,
  ): Pause | undefined {
    this.received += end - start;
    if (this.#isOver()) return undefined;
    this.exchange.receive(octets, start, end);
    this.#run();
    return this.#pause();
  }

  /** Goes on after a pause; see `Receiver`. */
  resume(given: number | void): Pause | undefined {
    if (typeof given !== "number") return undefined;
    // Nothing may happen in between: the next write is the transport's, too.
    const writing = this.outbox.resume(given);
    return writing !== undefined || this.outbox.pending === 0 ? writing : this.#pause();
  }

  /** The client will send nothing more; what it asked for is answered all the same. */
  end(): void {
    this.ended = true;
    if (this.phase === "lingering") return this.close();
    this.noteHalfClose();
    this.advance();
  }

  /** Aborts the `signal` where the client has half-closed, unless that is to mean nothing. */
  noteHalfClose(): void {
    if (this.ended && !this.#host.quietHalfClose) this.#responder.abortSignal(gone());
  }

  /** The connection is gone. */
  fail(error: unknown): void {
    if (this.phase === "closed") return;
    const looksWhole = this.#looksWhole();
    this.phase = "closed";
    // Most connections end while nobody waits to be told why; an error costs more than they do.
    const isAwaited = this.#responder.isBusy || this.outbox.isWatched;
    const reason = isAwaited ? gone(error) : GONE;
    this.#responder.abandon(reason);
    this.outbox.fail(reason);
    if (looksWhole && this.#duplex.reset !== undefined) this.#duplex.reset();
    else this.#duplex.close();
    this.#resumption?.resolve();
    this.#onClosed(this);
  }

  /** Answers with a refusal where that is still possible, then closes. */
  refuse(reason: ProtocolErrorReason): void {
    this.#refuse(new ProtocolError(reason));
    this.outbox.flush();
  }

  /** Ends the connection at once, and counts it. */
  cut(reason: RefusalReason): void {
    this.#host.refused(reason, this.remoteAddr);
    this.fail(reason);
  }

  /** Ends the connection without a word. */
  close(): void {
    this.fail(undefined);
  }

  /** Ends the connection behind the answer under way; at once where there is none. */
  drain(): void {
    if (this.isIdle) this.closeSoon();
    else if (!this.#isOver()) this.#responder.persistent = false;
  }

  /** Ends the connection once all is sent, and gives the client time to read it (RFC 9112 §9.6). */
  closeSoon(): void {
    if (this.#isOver()) return;
    this.#enter("closing");
    // What still comes is for nobody, but it is read: a client that is reset may not get its answer.
    this.relieve();
    this.outbox.flush();
    if (this.outbox.pending === 0) this.#linger();
    else this.whenSent(this.outbox.appended).then(() => this.#linger(), ignore);
  }

  /** Looks whether anything has stood still for too long. */
  tick(now: number): void {
    this.exchange.forget();
    if (this.phase === "serving" && (this.ended || this.#isBlocked())) this.#probe();
    // Many connections are over before the first tick.
    this.#watch ??= new ConnectionWatch(this.#host.timeouts, this.#host.limits.minRate);
    this.#watch.tick(this, now);
  }

  /** Resolves when the network has taken all octets to a position. */
  whenSent(position: number): Promise<void> {
    return this.outbox.whenSent(position);
  }

  /** Sends `100 Continue` to a client that waits for it (RFC 9110 §10.1.1). */
  sendContinue(): void {
    if (this.continued) return;
    this.continued = true;
    const { head, unread } = this.exchange;
    // Who has begun to send does not wait.
    if (head.expectation !== "100-continue" || unread > 0 || this.#responder.headSent) return;
    this.outbox.appendHead("HTTP/1.1 100 Continue\r\n\r\n");
    this.outbox.flush();
  }

  /** Room was made for more octets. */
  relieve(): void {
    if (this.#resumption === undefined || this.#isBlocked()) return;
    this.#resumption.resolve();
    this.#resumption = undefined;
  }

  /** Content that cannot be read leaves no place where the next request begins. */
  giveUpContent(): void {
    this.#responder.persistent = false;
  }

  /** The answer is in the outbox, whole. */
  answered(drain: number): void {
    if (!this.#responder.persistent) return this.closeSoon();
    this.#undrained = drain;
    this.#enter("draining");
  }

  /** Does all that can be done at once. */
  advance(): void {
    this.#run();
    this.outbox.flush();
    this.relieve();
  }

  #run(): void {
    try {
      while (this.#step()) {
        // The last write is for whoever has called: it may be the transport's to wait for.
        if (this.exchange.unread > 0 && shouldFlush(this.outbox.pending)) this.outbox.flush();
      }
    } catch (error) {
      if (error instanceof ProtocolError) this.#refuse(error);
      else this.fail(error);
    }
  }

  /** Lets the transport wait for the write where it has nothing better to do. */
  #pause(): Pause | undefined {
    if (this.isIdle) {
      const writing = this.outbox.begin();
      if (writing !== undefined) return writing;
    } else {
      this.outbox.flush();
    }
    if (!this.#isBlocked()) return undefined;
    return (this.#resumption ??= defer<void>()).promise;
  }

  /** Does the next thing; whether there may be another. */
  #step(): boolean {
    switch (this.phase) {
      case "reading":
        return this.#readHead();
      case "serving":
        this.#responder.wakeReader();
        return false;
      case "draining":
        return this.#drainContent();
      default:
        return false;
    }
  }

  #readHead(): boolean {
    if (this.#hasTooMuch) return this.#awaitRoom();
    if (this.exchange.next() !== "head") {
      if (this.ended) this.closeSoon();
      return false;
    }
    const { head } = this.exchange;
    const { counters, isDraining, limits } = this.#host;
    counters.requests++;
    this.requests++;
    this.continued = false;
    this.#enter("serving");
    const isLast = isDraining || this.requests >= limits.requestsPerConnection;
    this.#responder.respond(head, head.persistent && !isLast);
    return true;
  }

  /** Whether a client that does not take its answers has asked for more. */
  get #hasTooMuch(): boolean {
    return this.outbox.isFull && this.exchange.unread > 0;
  }

  /** Nothing more is done for such a client. */
  #awaitRoom(): false {
    if (this.#awaitsRoom) return false;
    this.#awaitsRoom = true;
    this.whenSent(this.outbox.appended - HIGH_WATER_MARK / 2).then(() => {
      this.#awaitsRoom = false;
      this.advance();
    }, ignore);
    return false;
  }

  /** Reads away what no handler read, within a bound. */
  #drainContent(): boolean {
    const { exchange } = this;
    if (exchange.state === "content") {
      const event = exchange.next();
      if (event === "content") this.#undrained -= exchange.contentEnd - exchange.contentStart;
      if (this.#undrained < 0 || (event === undefined && this.ended)) this.closeSoon();
      if (event !== "end") return event === "content";
    }
    this.#enter("reading");
    // The server may have begun to shut down meanwhile.
    if (!this.#responder.persistent) this.closeSoon();
    return true;
  }

  /** Nobody reads from the client any more: whether it is still there must be asked. */
  #probe(): void {
    if (this.outbox.pending === 0) this.#duplex.probe?.().catch((error) => this.fail(error));
  }

  #refuse(error: ProtocolError): void {
    if (this.#isOver()) return;
    if (this.phase !== "draining") return this.#responder.refuse(error);
    // The answer is out already: only whoever watches learns why the connection does not persist.
    this.#host.refused(error.reason, this.remoteAddr);
    this.closeSoon();
  }

  #linger(): void {
    if (this.ended || this.outbox.sent === 0) return this.close();
    this.#enter("lingering");
    this.#duplex.finish();
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.progress++;
  }

  /** Whether a client would take part of an answer for all of it (RFC 9112 §6.3, item 8). */
  #looksWhole(): boolean {
    return this.#responder.endsWithClose && (this.phase === "serving" || this.outbox.pending > 0);
  }

  #isOver(): boolean {
    return this.phase === "closing" || this.phase === "lingering" || this.phase === "closed";
  }

  /** Whether the client must wait: for its answers to be taken, or for its content to be read. */
  #isBlocked(): boolean {
    switch (this.phase) {
      case "reading":
        return this.#hasTooMuch;
      case "serving":
        return this.exchange.unread >= BACKLOG_LIMIT && !this.awaitsContent;
      default:
        return false;
    }
  }
}

const GONE = gone();

function gone(cause?: unknown): DOMException {
  return new DOMException(`The connection has ended${explain(cause)}`, "AbortError");
}

/** What there is to say of a cause; not every value can be made text. */
function explain(cause: unknown): string {
  try {
    return cause === undefined ? "" : `: ${cause instanceof Error ? cause.message : String(cause)}`;
  } catch {
    return "";
  }
}

function ignore(): void {}
