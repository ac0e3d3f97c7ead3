import { ERROR_EDITS } from "../handler.ts";
import { KnownResponse } from "../known_response.ts";
import { LentResponse } from "../lent_response.ts";
import { ProtocolError, type ProtocolErrorReason } from "../protocol/errors.ts";
import type { OverloadReason } from "../protocol/refusals.ts";
import type { Scheme } from "../protocol/host.ts";
import type { RequestHead } from "../protocol/request_head.ts";
import { quiet } from "../web/quiet.ts";
import { abandon, isResponse } from "../web/response_content.ts";
import { sendKnown, sendNative } from "./answer.ts";
import type { AnswerTerms, Streaming } from "./answer_head.ts";
import type { ConnectionHost } from "./connection_host.ts";
import {
  editErrorAnswer,
  errorResponse,
  minimalErrorResponse,
  overloadResponse,
  refusalResponse,
  report,
} from "./error_response.ts";
import { ExchangeContext, type ExchangeLink } from "./exchange_context.ts";
import type { AnswerCache } from "./answer_cache.ts";

/** What a responder needs of its connection. */
export interface ResponderLink extends ExchangeLink {
  /** The answer is in the outbox, whole; so many octets of content may be read away. */
  answered(drain: number): void;
  /** The answer ends in its middle: the connection cannot go on. */
  fail(error: unknown): void;
  /** Aborts the `signal` where the client has half-closed, unless that is to mean nothing. */
  noteHalfClose(): void;
  /** Goes on with what was held up by the exchange. */
  advance(): void;
}

/** Takes each request of a connection to the handler, and its response to the outbox. */
export class Responder implements AnswerTerms {
  /** Method of the request. */
  method = "";
  /** 0 for a client of HTTP/1.0. */
  minorVersion = 1;
  /** Whether the connection persists after the answer. */
  persistent = true;
  /** Whether only the close tells the client that it has all of the content. */
  endsWithClose = false;
  /** Whether the head of the answer cannot be taken back. */
  headSent = false;
  /** The status of an answer whose head was sent. */
  status = 0;
  /** Octets of its content that were appended. */
  contentOctets = 0;
  /** What is being sent by and by. */
  streaming: Streaming | undefined = undefined;
  readonly #link: ResponderLink;
  readonly #host: ConnectionHost;
  #context: ExchangeContext | undefined;
  #errors = 0;

  /** Answers the requests of one connection. */
  constructor(link: ResponderLink, host: ConnectionHost) {
    this.#link = link;
    this.#host = host;
  }

  /** The `Date` line of now. */
  get dateLine(): string {
    return this.#host.dateLine;
  }

  /** Answers that were made before. */
  get answers(): AnswerCache {
    return this.#host.answers;
  }

  /** Whether no other request waits behind this one. */
  get isAlone(): boolean {
    return this.#link.exchange.unread === 0;
  }

  /** Whether a handler waits for more content. */
  get awaitsContent(): boolean {
    const context = this.#context;
    return context !== undefined && ExchangeContext.readerOf(context)?.isWaiting === true;
  }

  /** Whether an exchange is under way. */
  get isBusy(): boolean {
    return this.#context !== undefined || this.streaming !== undefined;
  }

  /** Answers a request, at once where the handler does. */
  respond(head: RequestHead, persistent: boolean): void {
    this.method = head.method;
    this.minorVersion = head.minorVersion;
    this.headSent = false;
    this.endsWithClose = false;
    this.persistent = persistent;
    this.#errors = 0;
    this.#host.counters.inFlight++;
    const context = this.#context = new ExchangeContext(this.#link, head);
    if (this.#link.ended) this.#link.noteHalfClose();
    const reason = refusalOf(head, this.#link.scheme);
    const overload = this.#host.overload;
    if (reason !== undefined) this.#decline(head, reason);
    else if (overload !== undefined) this.#shed(overload);
    else if (head.form === "asterisk-form") this.#send(context, aboutServer());
    else this.#callHandler(context);
  }

  /** Whether to close must be said before it is known what the client will send. */
  decidePersistence(): void {
    const { exchange } = this.#link;
    const context = this.#context;
    if (exchange.remaining === 0 || context === undefined) return;
    // Who reads it is trusted to read on.
    if (ExchangeContext.readerOf(context)?.isReading === true) return;
    const awaitsContinue = exchange.head.expectation === "100-continue" && !this.#link.continued;
    if (awaitsContinue && exchange.remaining !== 0) this.persistent = false;
    if ((exchange.remaining ?? 0) > context.limits.drain) this.persistent = false;
  }

  /** More content has come, or its end. */
  wakeReader(): void {
    if (this.#context !== undefined) ExchangeContext.readerOf(this.#context)?.wake();
  }

  /** Aborts the request's `signal`; the exchange goes on. */
  abortSignal(reason: unknown): void {
    if (this.#context !== undefined) ExchangeContext.requestOf(this.#context).abort(reason);
  }

  /** Answers with a refusal, in place of whatever the handler would have answered. */
  refuse(error: ProtocolError): void {
    this.#host.refused(error.reason, this.#link.remoteAddr);
    if (this.headSent && this.#context !== undefined) return this.#link.fail(error);
    this.persistent = false;
    this.#cancelStream(error);
    if (this.#context === undefined) this.#forgetRequest();
    this.abortSignal(error);
    const response = editErrorAnswer(refusalResponse(error), this.#context?.[ERROR_EDITS]);
    this.#complete(response.status, sendKnown(this.#link.outbox, response, this));
  }

  /** Ends the exchange without an answer: the connection is gone. */
  abandon(error: unknown): void {
    const context = this.#leave();
    if (context !== undefined) ExchangeContext.fail(context, error, this);
    this.#cancelStream(error);
  }

  #cancelStream(error: unknown): void {
    this.streaming?.cancel(error).catch(ignore);
    this.streaming = undefined;
  }

  #callHandler(context: ExchangeContext): void {
    const request = ExchangeContext.requestOf(context) as unknown as Request;
    let response: Response | Promise<Response>;
    try {
      response = this.#host.handler(request, context);
    } catch (error) {
      return this.#handleError(context, error);
    }
    this.#take(context, response);
  }

  #take(context: ExchangeContext, response: Response | Promise<Response>): void {
    if (isInstance(response, KnownResponse)) this.#send(context, response);
    else if (isInstance(response, Promise)) this.#await(context, response);
    else this.#takeNative(context, response);
  }

  #takeNative(context: ExchangeContext, response: Response): void {
    const known = this.#asKnown(response);
    if (known !== undefined) this.#send(context, known);
    else this.#stream(context, response);
  }

  #asKnown(response: Response): KnownResponse | undefined {
    // How long the content would have been is for its stream to know (RFC 9110 §9.3.2).
    if (this.method === "HEAD" || isInstance(response, LentResponse)) return undefined;
    return this.#host.responses?.take(response);
  }

  #await(context: ExchangeContext, promise: Promise<Response>): void {
    promise.then(
      (response) => {
        if (context === this.#context) this.#resume(() => this.#take(context, response));
        // Nobody waits for it any more.
        else this.#drop(response);
      },
      (error) => {
        if (context === this.#context) this.#resume(() => this.#handleError(context, error));
      },
    );
  }

  /** A known response has no stream to cancel, and may be another exchange's, too. */
  #drop(response: Response): void {
    if (isInstance(response, KnownResponse) || !isResponse(response)) return;
    abandon(response, new TypeError("The answer came too late"));
  }

  /** Goes on behind a promise, where an error that nobody catches would end the process. */
  #resume(next: () => void): void {
    try {
      next();
      this.#link.advance();
    } catch (error) {
      this.#cut(error);
    }
  }

  #send(context: ExchangeContext, response: KnownResponse): void {
    let octets: number;
    try {
      octets = sendKnown(this.#link.outbox, response, this);
    } catch (error) {
      return this.#handleError(context, error);
    }
    this.#complete(response.status, octets);
  }

  #stream(context: ExchangeContext, response: Response): void {
    if (!isResponse(response)) return this.#handleError(context, notAResponse(response));
    sendNative(this.#link.outbox, response, this).then(
      (octets) => {
        if (context === this.#context) this.#resume(() => this.#complete(response.status, octets));
      },
      (error) => {
        if (context === this.#context) this.#resume(() => this.#handleError(context, error));
      },
    );
  }

  #handleError(context: ExchangeContext, error: unknown): void {
    if (isInstance(error, ProtocolError)) return this.refuse(error);
    if (ExchangeContext.requestOf(context).isAbortedWith(error)) {
      return this.#giveUp(context, error);
    }
    if (this.headSent) return this.#cut(error);
    // The answer to an error may be one too.
    if (++this.#errors === 1) {
      const answer = errorResponse(error, this.#host.onError);
      return this.#take(context, editErrorAnswer(answer, context[ERROR_EDITS]));
    }
    report(error);
    this.#send(context, minimalErrorResponse());
  }

  /** The handler let go of an exchange when its client did: that is no error of its own. */
  #giveUp(context: ExchangeContext, error: unknown): void {
    if (this.headSent) this.#link.fail(error);
    else this.#send(context, minimalErrorResponse());
  }

  /** What was sent must not look whole; `onError` learns of it, though nobody gets its answer. */
  #cut(error: unknown): void {
    if (++this.#errors === 1) this.#tell(error);
    else report(error);
    this.#link.fail(error);
  }

  #tell(error: unknown): void {
    const response = errorResponse(error, this.#host.onError);
    if (isInstance(response, Promise)) quiet(response.then((late) => this.#drop(late)));
    else this.#drop(response);
  }

  #decline(head: RequestHead, reason: ProtocolErrorReason): void {
    const error = new ProtocolError(reason);
    this.#host.refused(reason, this.#link.remoteAddr);
    // Nobody knows whether the content comes, nor where a tunnel's octets end.
    if (this.#link.exchange.remaining !== 0 || head.method === "CONNECT") this.persistent = false;
    const response = refusalResponse(error);
    this.#complete(response.status, sendKnown(this.#link.outbox, response, this));
  }

  /** Costs as little as can be: nothing was done for the request, and the connection may persist. */
  #shed(reason: OverloadReason): void {
    this.#host.refused(reason, this.#link.remoteAddr);
    const response = overloadResponse(reason, this.#host.limits.retryAfter);
    this.#complete(response.status, sendKnown(this.#link.outbox, response, this));
  }

  #complete(status: number, contentOctets: number): void {
    const context = this.#leave();
    if (context !== undefined) {
      ExchangeContext.complete(context, status, contentOctets, this.#link.outbox.appended);
    }
    this.#link.answered(context?.limits.drain ?? 0);
  }

  /** What is refused could not be read: nothing is known of it. */
  #forgetRequest(): void {
    this.method = "";
    this.minorVersion = 1;
  }

  #leave(): ExchangeContext | undefined {
    const context = this.#context;
    if (context !== undefined) this.#host.counters.inFlight--;
    this.#context = undefined;
    return context;
  }
}

/** Methods that no `Request` can have, in whatever case (Fetch, forbidden method). */
const UNSUPPORTED_METHOD = /^(?:connect|trace|track)$/i;

const HTTPS = /^https:/i;

/** Why a request that was read well is not handed on. */
function refusalOf(head: RequestHead, scheme: Scheme): ProtocolErrorReason | undefined {
  if (head.method !== "GET" && UNSUPPORTED_METHOD.test(head.method)) return "unsupported-method";
  // Whoever sends it believes the connection to be secured (RFC 9110 §7.4).
  if (head.form === "absolute-form" && scheme === "http" && HTTPS.test(head.target)) {
    return "misdirected-request";
  }
  return head.expectation === "unsupported" ? "unsupported-expectation" : undefined;
}

/** The answer to `OPTIONS *`, which asks whether the server is there (RFC 9110 §9.3.7). */
function aboutServer(): KnownResponse {
  return new KnownResponse(null, NO_FIELDS, 204);
}

const NO_FIELDS: readonly string[] = Object.freeze([]);

/** Whether it is one; what cannot even be asked is not. */
function isInstance<T>(value: unknown, type: new (...args: never[]) => T): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

function notAResponse(value: unknown): TypeError {
  return new TypeError(`Cannot send what the handler returned: ${typeof value} is no Response`);
}

function ignore(): void {}
