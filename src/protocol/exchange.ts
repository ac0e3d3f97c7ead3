import { ChunkedDecoder } from "./chunked_decoder.ts";
import { type ContentDecoder, LengthDecoder } from "./content_decoder.ts";
import { ProtocolError } from "./errors.ts";
import type { FieldSection } from "./field_section.ts";
import type { Limits } from "./limits.ts";
import { CR, isOctetOf, LF, TCHAR } from "./octets.ts";
import { type RequestHead, RequestHeadParser } from "./request_head.ts";

/** What the exchange found in the octets; `undefined` asks for more of them. */
export type ExchangeEvent = "head" | "content" | "end";

/** What is expected next on the connection. */
export type ExchangeState = "between" | "head" | "content";

/** Empty lines before a request line that are ignored (RFC 9112 §2.2). */
const MAX_EMPTY_LINES = 2;

/** Octets that a buffer of our own begins with. */
const LEAST_CAPACITY = 1024;

/**
 * The receiving half of one connection: octets in, events out.
 *
 * | state   | octets                | event     | then    |
 * | ------- | --------------------- | --------- | ------- |
 * | between | empty lines           |           | between |
 * | between | a first octet         |           | head    |
 * | head    | an empty line         | `head`    | content |
 * | content | some of the content   | `content` | content |
 * | content | its end, or no framing| `end`     | between |
 *
 * Octets are never written over: a head may be kept, and refers to what it was read from.
 */
export class Exchange {
  /** What is expected next. */
  state: ExchangeState = "between";
  /** Offset of the content in `bytes` that a `content` event tells of. */
  contentStart = 0;
  /** Offset behind that content. */
  contentEnd = 0;
  readonly #limits: Limits;
  readonly #wholeHeads: RequestHeadParser;
  #parser: RequestHeadParser | undefined;
  #head: RequestHead | undefined;
  #bytes: Uint8Array = NOTHING;
  #position = 0;
  #end = 0;
  #owned = false;
  #emptyLines = 0;
  #decoder: ContentDecoder | undefined;
  #trailers: FieldSection | undefined;

  /**
   * Reads messages within the given bounds.
   *
   * Many exchanges may share a parser for heads that come whole; one that comes in parts is read by
   * a parser of its own.
   */
  constructor(limits: Limits, wholeHeads: RequestHeadParser = new RequestHeadParser(limits)) {
    this.#limits = limits;
    this.#wholeHeads = wholeHeads;
  }

  /** The head of the last `head` event. */
  get head(): RequestHead {
    return this.#head!;
  }

  /** The octets that `contentStart` and `contentEnd` refer to. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The trailer section of the last `end` event; `undefined` where there was none. */
  get trailers(): FieldSection | undefined {
    return this.#trailers;
  }

  /** Octets that were received but not used yet. */
  get unread(): number {
    return this.#end - this.#position;
  }

  /** Octets of content that are still to come; `undefined` where only their end will tell. */
  get remaining(): number | undefined {
    return this.#decoder === undefined ? 0 : this.#decoder.remaining;
  }

  /** Takes the octets from `start` to `end`, which must never be written over. */
  receive(octets: Uint8Array, start: number = 0, end: number = octets.length): void {
    if (this.#position === this.#end) {
      this.#bytes = octets;
      this.#position = start;
      this.#end = end;
      this.#owned = false;
    } else {
      this.#append(octets.subarray(start, end));
    }
  }

  /**
   * The next event, or `undefined` where more octets are needed.
   *
   * @throws {ProtocolError} when the client broke the protocol; the exchange is over then.
   */
  next(): ExchangeEvent | undefined {
    switch (this.state) {
      case "between":
        return this.#skipEmptyLines() ? this.#readHead() : undefined;
      case "head":
        return this.#readHead();
      case "content":
        return this.#readContent();
    }
  }

  /** The octets that a `content` event tells of; once all are taken, none are kept alive here. */
  takeContent(): Uint8Array {
    const bytes = this.#bytes;
    const { contentStart, contentEnd } = this;
    if (this.#position === this.#end) this.#release();
    const isWhole = contentStart === 0 && contentEnd === bytes.length;
    return isWhole ? bytes : bytes.subarray(contentStart, contentEnd);
  }

  /** Keeps no octets alive where nothing is under way. */
  forget(): void {
    if (this.state !== "between" || this.unread > 0) return;
    this.#release();
    this.#head = undefined;
  }

  #release(): void {
    this.#bytes = NOTHING;
    this.#position = this.#end = 0;
  }

  #skipEmptyLines(): boolean {
    while (this.#position < this.#end && this.#bytes[this.#position] === CR) {
      if (this.#position + 1 === this.#end) return false;
      if (this.#bytes[this.#position + 1] !== LF || ++this.#emptyLines > MAX_EMPTY_LINES) {
        throw new ProtocolError("malformed-request-line");
      }
      this.#position += 2;
    }
    if (this.#position === this.#end) return false;
    // A TLS hello or noise is told so at once, rather than when its "line" ends.
    if (!isOctetOf(this.#bytes[this.#position], TCHAR)) throw new ProtocolError("not-http");
    this.state = "head";
    return true;
  }

  #readHead(): ExchangeEvent | undefined {
    const headEnd = this.#parseHead();
    if (headEnd === undefined) return undefined;
    this.#position = headEnd;
    this.#emptyLines = 0;
    this.#trailers = undefined;
    this.#decoder = this.#decoderFor(this.#head!);
    this.state = "content";
    return "head";
  }

  #parseHead(): number | undefined {
    const parser = this.#parser ?? this.#wholeHeads;
    if (parser === this.#wholeHeads) parser.reset();
    const headEnd = parser.parse(this.#bytes, this.#position, this.#end);
    if (headEnd === undefined) {
      // The shared parser forgets it; the one that resumes begins when more has come.
      this.#parser ??= new RequestHeadParser(this.#limits);
    } else {
      this.#head = parser.head;
      this.#parser = undefined;
    }
    return headEnd;
  }

  #decoderFor({ framing }: RequestHead): ContentDecoder | undefined {
    switch (framing.kind) {
      case "none":
        return undefined;
      case "length":
        return new LengthDecoder(framing.octets);
      case "chunked":
        return new ChunkedDecoder(this.#limits);
    }
  }

  #readContent(): ExchangeEvent | undefined {
    const decoder = this.#decoder;
    if (decoder === undefined) return this.#endMessage();
    if (!decoder.done) {
      decoder.decode(this.#bytes, this.#position, this.#end);
      this.#position = decoder.consumed;
      this.contentStart = decoder.contentStart;
      this.contentEnd = decoder.contentEnd;
      if (decoder.contentEnd > decoder.contentStart) return "content";
    }
    if (!decoder.done) return undefined;
    this.#trailers = decoder.trailers;
    return this.#endMessage();
  }

  #endMessage(): ExchangeEvent {
    this.#decoder = undefined;
    this.state = "between";
    return "end";
  }

  /** Puts octets behind those that are still unread. */
  #append(octets: Uint8Array): void {
    if (!this.#owned || this.#end + octets.length > this.#bytes.length) this.#move(octets.length);
    this.#bytes.set(octets, this.#end);
    this.#end += octets.length;
  }

  /** Moves the unread octets to a buffer of our own with room for more. */
  #move(more: number): void {
    const unread = this.unread;
    const larger = new Uint8Array(Math.max(LEAST_CAPACITY, 2 * (unread + more)));
    larger.set(this.#bytes.subarray(this.#position, this.#end));
    this.#bytes = larger;
    this.#position = 0;
    this.#end = unread;
    this.#owned = true;
    // Offsets into the old buffer are void. Doubling keeps the total cost linear.
    this.#parser?.reset();
    this.#decoder?.reset();
  }
}

const NOTHING = new Uint8Array(0);
