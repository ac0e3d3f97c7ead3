import type { Scheme } from "../protocol/host.ts";
import type { RequestHead } from "../protocol/request_head.ts";
import {
  ABORT,
  type Id,
  PATH_AND_QUERY,
  PATHNAME,
  RECEIVED,
  REQUEST_ID,
  SCHEME,
} from "../handler.ts";
import { standIn } from "../stand_in.ts";
import { LazyHeaders } from "./lazy_headers.ts";
import { quiet } from "./quiet.ts";
import { type ContentSource, RequestContent } from "./request_content.ts";

/** What a request needs to know beyond its head. */
export interface RequestOrigin {
  /** Scheme of the connection. */
  readonly scheme: Scheme;
  /** Authority for a client that sent no `Host`. */
  readonly authority: string;
  /** Begins to read the content; called at most once. */
  openContent(head: RequestHead): ContentSource;
}

/**
 * The `Request` of a received head.
 *
 * It answers from the octets that were received; what it does not know, a platform `Request`
 * answers, made once by `native()`.
 */
export class LazyRequest {
  /** Set by the middleware that gives ids. */
  [REQUEST_ID]: Id | undefined = undefined;
  readonly #head: RequestHead;
  readonly #origin: RequestOrigin;
  #url: string | undefined;
  #headers: LazyHeaders | undefined;
  #content: RequestContent | null | undefined;
  #controller: AbortController | undefined;
  #abortReason: unknown;
  #native: Request | undefined;
  #keepsStream = false;

  /** Refers to a head and to where its content comes from. */
  constructor(head: RequestHead, origin: RequestOrigin) {
    this.#head = head;
    this.#origin = origin;
  }

  /** The method, in the case that it was sent in. */
  get method(): string {
    return this.#head.method;
  }

  /** The target URI, as URL normalises it. */
  get url(): string {
    return this.#url ??= this.#head.uri(this.#origin.scheme, this.#origin.authority);
  }

  /** The pathname of the URL. */
  get [PATHNAME](): string {
    return this.#head.pathname();
  }

  /** The path and query of the URL. */
  get [PATH_AND_QUERY](): string {
    return this.#head.pathAndQuery();
  }

  /** The head, unless the fields may have been changed. */
  get [RECEIVED](): object | undefined {
    return this.#headers?.isUntouched === false ? undefined : this.#head;
  }

  /** The scheme of the URL. */
  get [SCHEME](): string {
    if (this.#head.form !== "absolute-form") return this.#origin.scheme;
    return this.url.slice(0, this.url.indexOf(":"));
  }

  /** The fields. */
  get headers(): Headers {
    return (this.#headers ??= new LazyHeaders(this.#head.fields)) as LazyHeaders & Headers;
  }

  /** Aborts when the client goes away before its answer is complete. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Whether the signal has aborted, or would have, with this reason. */
  isAbortedWith(reason: unknown): boolean {
    return this.#abortReason !== undefined && this.#abortReason === reason;
  }

  /** Aborts the signal, at once or when it is first looked at. */
  abort(reason: unknown): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(reason);
  }

  /** Aborts the signal. */
  [ABORT](reason: unknown): void {
    this.abort(reason);
  }

  /** The content as a stream; `null` where there is none. */
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const content = this.#openContent();
    if (content === null) return null;
    if (content.taken) return this.native().body;
    if (!this.#sharesContent()) return content.stream;
    // A clone has left another stream in the place of the one that was handed on.
    const { body } = this.#native!;
    return body === content.stream.native() ? content.stream : body;
  }

  /** Whether somebody has read from the content. */
  get bodyUsed(): boolean {
    if (this.#sharesContent()) return this.#native!.bodyUsed;
    return this.#content?.used === true;
  }

  /** The whole content as text. */
  text(): Promise<string> {
    return this.#read((content) => content.text(), () => "", (native) => native.text());
  }

  /** The whole content as the value of its JSON text. */
  json(): Promise<unknown> {
    return this.#read(
      async (content) => JSON.parse(await content.text()),
      () => JSON.parse(""),
      (native) => native.json(),
    );
  }

  /** The whole content as octets. */
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#read(
      (content) => content.bytes(),
      () => new Uint8Array(0),
      (native) => native.bytes(),
    );
  }

  /** The whole content as a buffer. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#read(
      async (content) => (await content.bytes()).buffer,
      () => new ArrayBuffer(0),
      (native) => native.arrayBuffer(),
    );
  }

  /** The whole content as a blob. */
  blob(): Promise<Blob> {
    return quiet(this.native().blob());
  }

  /** The whole content as the form that its `Content-Type` says it is. */
  formData(): Promise<FormData> {
    return quiet(this.native().formData());
  }

  /** The one door: nothing else makes a platform `Request`. */
  native(): Request {
    return this.#native ??= this.#materialise();
  }

  /** A platform `Request` that shares the content by reading it for both. */
  clone(): Request {
    return this.native().clone();
  }

  #materialise(): Request {
    const headers = this.headers as Headers & LazyHeaders;
    const content = this.#openContent();
    const isGone = content?.isFree === false;
    const native = new Request(this.url, {
      method: this.method,
      headers: headers.native(),
      signal: this.signal,
      body: isGone ? NOTHING : content?.stream.native(),
      ...HALF_DUPLEX,
    });
    headers.adopt(native.headers);
    // What was read here must count as read there.
    if (isGone) quiet(native.bytes());
    this.#keepsStream = isGone && content.isStreamed;
    return native;
  }

  /** Whether the platform's request has the content; it was made too late where not. */
  #sharesContent(): boolean {
    return this.#native !== undefined && !this.#keepsStream;
  }

  #openContent(): RequestContent | null {
    if (this.#content === undefined) {
      this.#content = hasContent(this.#head)
        ? new RequestContent(this.#origin.openContent(this.#head), announced(this.#head))
        : null;
    }
    return this.#content;
  }

  /** Reads the whole content, through the door where somebody has been there before. */
  #read<T>(
    read: (content: RequestContent) => Promise<T>,
    empty: () => T,
    readNative: (native: Request) => Promise<T>,
  ): Promise<T> {
    if (this.#sharesContent()) return quiet(readNative(this.#native!));
    const content = this.#openContent();
    if (content === null) return quiet(new Promise((resolve) => resolve(empty())));
    if (!content.isFree) return quiet(Promise.reject(content.used ? alreadyRead() : locked()));
    return quiet(content.isStreamed ? readNative(this.native()) : read(content));
  }
}

standIn(LazyRequest.prototype, new Request("http://localhost/"));

const NOTHING = new Uint8Array(0);

/** Needed by platforms that ask for it before they take a stream. */
const HALF_DUPLEX: object = { duplex: "half" };

function hasContent({ framing, method }: RequestHead): boolean {
  const isEmpty = framing.kind === "none" || (framing.kind === "length" && framing.octets === 0);
  return !isEmpty && allowsBody(method);
}

function announced({ framing }: RequestHead): number | undefined {
  return framing.kind === "length" ? framing.octets : undefined;
}

/** A `Request` of these has no body, whatever was sent, in either case (Fetch, constructor). */
function allowsBody(method: string): boolean {
  return !/^(?:get|head)$/i.test(method);
}

function alreadyRead(): TypeError {
  return new TypeError("Cannot read the content: it has been read already");
}

function locked(): TypeError {
  return new TypeError("Cannot read the content: its stream is locked by a reader");
}
