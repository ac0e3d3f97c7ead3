import { defer, type Deferred } from "../deferred.ts";
import { type ExchangeObserver, type Observable, OBSERVE } from "../exchange_observer.ts";
import {
  type Address,
  type Completion,
  type Context,
  ERROR_EDITS,
  type ErrorEdit,
  type ExchangeLimits,
  type Id,
  type Params,
  REQUEST_ID,
} from "../handler.ts";
import type { Scheme } from "../protocol/host.ts";
import type { RequestHead } from "../protocol/request_head.ts";
import { LazyRequest, type RequestOrigin } from "../web/lazy_request.ts";
import { quiet } from "../web/quiet.ts";
import { BothObservers, SentAnswer } from "./exchange_end.ts";
import type { Outbox } from "./outbox.ts";
import { type ContentFeed, ContentReader } from "./content_reader.ts";

/** What an exchange needs of its connection. */
export interface ExchangeLink extends ContentFeed {
  /** The client's end. */
  readonly remoteAddr: Address;
  /** The server's end. */
  readonly localAddr: Address;
  /** Scheme of the connection. */
  readonly scheme: Scheme;
  /** Authority for a client that sent no `Host`. */
  readonly authority: string;
  /** The bounds that hold where a route sets no others. */
  readonly exchangeLimits: ExchangeLimits;
  /** Whether the client knows that its content is wanted. */
  readonly continued: boolean;
  /** What is to be sent. */
  readonly outbox: Outbox;
  /** Resolves when the network has taken all octets to a position. */
  whenSent(position: number): Promise<void>;
}

/** As much of an answer as was appended when its connection failed. */
interface PartialAnswer {
  readonly headSent: boolean;
  readonly status: number;
  readonly contentOctets: number;
}

const NO_PARAMS: Params = Object.freeze(Object.create(null));
const NO_SEGMENTS: readonly string[] = Object.freeze([]);

/** One request, its context and its answer's fate. */
export class ExchangeContext implements Context, RequestOrigin, Observable {
  /** Set by the route table. */
  params: Params = NO_PARAMS;
  /** Set by the route table. */
  segments: readonly string[] = NO_SEGMENTS;
  /** Set by the route table. */
  route: string | undefined = undefined;
  /** Set by the server, then by the route table. */
  limits: ExchangeLimits;
  /** Set by middlewares before they call their handler. */
  [ERROR_EDITS]: ErrorEdit | undefined = undefined;
  /** Set by the middleware that gives ids. */
  [REQUEST_ID]: Id | undefined = undefined;
  readonly #link: ExchangeLink;
  readonly #request: LazyRequest;
  #url: URL | undefined;
  #reader: ContentReader | undefined;
  #status = 0;
  #contentOctets = 0;
  #position = 0;
  #completion: Deferred<Completion> | undefined;
  #observer: ExchangeObserver | undefined;
  #error: unknown;

  /** Begins an exchange with a head. */
  constructor(link: ExchangeLink, head: RequestHead) {
    this.#link = link;
    this.limits = link.exchangeLimits;
    this.#request = new LazyRequest(head, this);
  }

  /** The request that the handler gets. */
  static requestOf(context: ExchangeContext): LazyRequest {
    return context.#request;
  }

  /** Who reads the content, if anybody does. */
  static readerOf(context: ExchangeContext): ContentReader | undefined {
    return context.#reader;
  }

  /** Notes that the answer was made, up to a position of what is sent. */
  static complete(
    context: ExchangeContext,
    status: number,
    contentOctets: number,
    position: number,
  ): void {
    context.#status = status;
    context.#contentOctets = contentOctets;
    context.#position = position;
    if (context.#completion !== undefined) context.#completion.resolve(context.#whenSent());
    context.#reader?.end();
    if (context.#observer !== undefined) {
      context.#link.outbox.watch(context.#endFor(context.#observer));
    }
  }

  /** Notes that the answer cannot be sent, or not whole: so much of it was appended. */
  static fail(context: ExchangeContext, error: unknown, answer: PartialAnswer): void {
    context.#error = error;
    if (answer.headSent) {
      context.#status = answer.status;
      context.#contentOctets = answer.contentOctets;
      context.#position = context.#link.outbox.appended;
    }
    if (context.#observer !== undefined) context.#endFor(context.#observer).reject(error);
    context.#completion?.reject(error);
    context.#reader?.fail(error);
    context.#request.abort(error);
  }

  /** The request's URL, parsed on first use. */
  get url(): URL {
    return this.#url ??= new URL(this.#request.url);
  }

  /** Set by the route table where it was given another request. */
  set url(url: URL) {
    this.#url = url;
  }

  /** The client's end of the connection. */
  get remoteAddr(): Address {
    return this.#link.remoteAddr;
  }

  /** The server's end of the connection. */
  get localAddr(): Address {
    return this.#link.localAddr;
  }

  /** Resolves once the answer was handed to the operating system. */
  get completed(): Promise<Completion> {
    if (this.#completion === undefined) {
      this.#completion = defer<Completion>();
      quiet(this.#completion.promise);
      if (this.#error !== undefined) this.#completion.reject(this.#error);
      else if (this.#status !== 0) this.#completion.resolve(this.#whenSent());
    }
    return this.#completion.promise;
  }

  /** Scheme of the connection. */
  get scheme(): Scheme {
    return this.#link.scheme;
  }

  /** Authority for a client that sent no `Host`. */
  get authority(): string {
    return this.#link.authority;
  }

  /** Begins to read the content. */
  openContent({ framing }: RequestHead): ContentReader {
    const reader = this.#reader = new ContentReader(this.#link, framing, this);
    if (this.#status !== 0) reader.end();
    if (this.#error !== undefined) reader.fail(this.#error);
    return reader;
  }

  /** Has an observer told how the exchange ends. */
  [OBSERVE](observer: ExchangeObserver): void {
    if (this.#error !== undefined) this.#endFor(observer).reject(this.#error);
    else if (this.#status !== 0) this.#link.outbox.watch(this.#endFor(observer));
    else if (this.#observer === undefined) this.#observer = observer;
    else this.#observer = new BothObservers(this.#observer, observer);
  }

  #endFor(observer: ExchangeObserver): SentAnswer {
    return new SentAnswer(observer, this.#link.outbox, this.#position, {
      status: this.#status,
      contentOctets: this.#contentOctets,
      receivedOctets: this.#reader?.octets ?? 0,
      minorVersion: this.#link.exchange.head.minorVersion,
    });
  }

  async #whenSent(): Promise<Completion> {
    await this.#link.whenSent(this.#position);
    return { status: this.#status, contentOctets: this.#contentOctets };
  }
}
