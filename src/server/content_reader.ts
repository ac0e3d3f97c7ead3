import { defer, type Deferred } from "../deferred.ts";
import type { ExchangeLimits } from "../handler.ts";
import { ContentTooLarge, ProtocolError } from "../protocol/errors.ts";
import type { Exchange } from "../protocol/exchange.ts";
import type { MessageFraming } from "../protocol/message_framing.ts";
import type { ContentPiece, ContentSource } from "../web/request_content.ts";

/** What a reader needs of its connection. */
export interface ContentFeed {
  /** The octets, and what they mean. */
  readonly exchange: Exchange;
  /** Whether the client has said that nothing more will come. */
  readonly ended: boolean;
  /** Tells the client that its content is wanted, if it waits to be told. */
  sendContinue(): void;
  /** Room was made for more octets. */
  relieve(): void;
  /** The rest of the content will not be read, or cannot be. */
  giveUpContent(): void;
}

/** Chunks of fewer octets are joined with those behind them. */
const SHORT_CHUNK = 4096;

/** Reads the content of one exchange, until its answer is complete. */
export class ContentReader implements ContentSource {
  /** Octets read so far. */
  octets = 0;
  readonly #feed: ContentFeed;
  readonly #framing: MessageFraming;
  readonly #context: { readonly limits: ExchangeLimits };
  #started = false;
  #ended = false;
  #error: unknown;
  #waiting: Deferred<Uint8Array | undefined> | undefined;

  /** Reads a content of known framing; its limits are those that the route has set. */
  constructor(
    feed: ContentFeed,
    framing: MessageFraming,
    context: { readonly limits: ExchangeLimits },
  ) {
    this.#feed = feed;
    this.#framing = framing;
    this.#context = context;
  }

  /** Whether somebody waits for the client to send more. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** Whether somebody has begun to read, and may go on. */
  get isReading(): boolean {
    return this.#started && this.#error === undefined;
  }

  /** The next octets; see `ContentSource`. */
  read(): ContentPiece {
    this.#start();
    const piece = this.#pull();
    if (piece !== undefined || this.#ended) return piece;
    this.#waiting = defer<Uint8Array | undefined>();
    return this.#waiting.promise;
  }

  /** Nobody will read on: what is left is read away, or the connection closes. */
  cancel(): void {
    this.fail(new TypeError("Cannot read the content: its stream was cancelled"));
  }

  /** More octets have come, or the end of them. */
  wake(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    try {
      const piece = this.#pull();
      if (piece === undefined && !this.#ended) return;
      this.#waiting = undefined;
      waiting.resolve(piece);
    } catch (error) {
      this.#waiting = undefined;
      waiting.reject(error);
    }
  }

  /** The answer is complete: what was not read until now cannot be read any more. */
  end(): void {
    // An error costs as much as a request; most contents have been read by now.
    if (this.#ended) return;
    this.fail(new TypeError("Cannot read the content: its answer is complete"));
  }

  /** Rejects this and every later read. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#error ??= error;
    this.#waiting?.reject(this.#error);
    this.#waiting = undefined;
  }

  #start(): void {
    // Once the answer is complete, what the connection receives is another exchange's.
    if (this.#started || this.#error !== undefined) return;
    this.#started = true;
    const framing = this.#framing;
    if (framing.kind === "length" && framing.octets > this.#context.limits.content) {
      this.#tooLarge();
    }
    this.#feed.sendContinue();
  }

  /** What there is at once; `undefined` where more octets are needed, or none will come. */
  #pull(): Uint8Array | undefined {
    if (this.#error !== undefined) throw this.#error;
    if (this.#ended) return undefined;
    try {
      const piece = this.#next();
      return piece !== undefined && this.#mayJoin(piece) ? this.#join(piece) : piece;
    } catch (error) {
      this.#error = error;
      this.#feed.giveUpContent();
      throw error;
    }
  }

  #next(): Uint8Array | undefined {
    const { exchange } = this.#feed;
    const event = exchange.next();
    this.#feed.relieve();
    if (event === "end") this.#ended = true;
    else if (event === undefined && this.#feed.ended) throw new ProtocolError("incomplete-content");
    if (event !== "content") return undefined;
    this.octets += exchange.contentEnd - exchange.contentStart;
    if (this.octets > this.#context.limits.content) this.#tooLarge();
    return exchange.takeContent();
  }

  /** A client decides how small its chunks are; it must not decide what each of them costs. */
  #mayJoin(piece: Uint8Array): boolean {
    return this.#framing.kind === "chunked" && piece.length < SHORT_CHUNK &&
      this.#feed.exchange.unread > 0;
  }

  /** Makes one piece of all the chunks that have come. */
  #join(first: Uint8Array): Uint8Array {
    const joined = new Uint8Array(first.length + this.#feed.exchange.unread);
    let length = 0;
    for (let piece: Uint8Array | undefined = first; piece !== undefined; piece = this.#tryNext()) {
      joined.set(piece, length);
      length += piece.length;
    }
    return joined.subarray(0, length);
  }

  /** What is wrong behind a good piece is told when the next one is asked for. */
  #tryNext(): Uint8Array | undefined {
    try {
      return this.#next();
    } catch (error) {
      this.#error = error;
      this.#feed.giveUpContent();
      return undefined;
    }
  }

  #tooLarge(): never {
    this.#feed.giveUpContent();
    throw this.#error = new ContentTooLarge(this.#context.limits.content);
  }
}
