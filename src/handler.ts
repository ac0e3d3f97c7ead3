/**
 * A bound TCP address.
 *
 * The same shape as the platform's own, without naming it.
 */
export interface NetAddress {
  /** Always `"tcp"`. */
  readonly transport: "tcp";
  /** IP address in its text form, IPv6 without brackets. */
  readonly hostname: string;
  /** Port, 1–65535. */
  readonly port: number;
}

/** A Unix domain socket's address. */
export interface UnixAddress {
  /** Always `"unix"`. */
  readonly transport: "unix";
  /** Path of the socket in the file system. */
  readonly path: string;
}

/** Where one end of a connection is. */
export type Address = NetAddress | UnixAddress;

/** The bounds of one exchange; a matched route may set others than the server's. */
export interface ExchangeLimits {
  /** Octets of content that the handler may read; beyond it the read rejects (413). */
  readonly content: number;
  /** Octets of content nobody read that are read away after the answer, to keep the connection. */
  readonly drain: number;
}

/** How an answer ended once the operating system had all of it. */
export interface Completion {
  /** The status code that was sent, 200–599. */
  readonly status: number;
  /** Octets of content that were sent, the chunked framing not counted. */
  readonly contentOctets: number;
}

/** Decoded path parameters by name; those of an optional segment may be absent. */
export type Params = Readonly<Record<string, string | undefined>>;

/** What a handler learns of the exchange besides the request. */
export interface Context<P = Params> {
  /** Decoded path parameters of the route that matched; empty where no table routed. */
  readonly params: P;
  /** Decoded segments behind a repeated parameter or a wildcard; empty where there is none. */
  readonly segments: readonly string[];
  /** The pattern that matched, such as `/users/:id`; `undefined` where none did. */
  readonly route: string | undefined;
  /** The request's URL, parsed on first use. */
  readonly url: URL;
  /** The client's end of the connection. */
  readonly remoteAddr: Address;
  /** The server's end of the connection. */
  readonly localAddr: Address;
  /** The bounds that hold for this exchange. */
  readonly limits: ExchangeLimits;
  /**
   * Resolves once the answer was handed to the operating system; rejects when it could not be.
   * Made on first access.
   */
  readonly completed: Promise<Completion>;
}

/** Answers a request. */
export type Handler<P = Params> = (
  request: Request,
  context: Context<P>,
) => Response | Promise<Response>;

/** Any object that answers through `fetch`: a route table, or an application of another library. */
export interface HandlerObject<P = Params> {
  /** Answers a request. */
  readonly fetch: Handler<P>;
}

/** Wraps a handler in another; applied once, when the server or table is built. */
export type Middleware = (next: Handler) => Handler;

/**
 * Where a request of ours keeps its pathname at hand, so that routing needs no URL.
 *
 * A request without it (a platform's own) is asked for its `url`.
 */
export const PATHNAME: unique symbol = Symbol("culvert.pathname");

/** Makes one answer of another. */
export type AnswerEdit = (response: Response) => Response;

/** What a middleware does to every answer, and what those around it do then. */
export interface ErrorEdit {
  /** What it does. */
  edit(response: Response): Response;
  /** What those around it do. */
  readonly outer: ErrorEdit | undefined;
}

/**
 * Where a context of ours keeps what middlewares do to every answer, for answers that they never see:
 * those that the server makes of errors.
 *
 * A context without such a place belongs to another server.
 */
export const ERROR_EDITS: unique symbol = Symbol("culvert.errorEdits");

/** Where a request and a context of ours keep the request's id, once it has one. */
export const REQUEST_ID: unique symbol = Symbol("culvert.requestId");

/** An id, of which text is made where somebody asks for it. */
export interface Id {
  /** The text. */
  readonly value: string;
}

/** What may keep an id. */
export interface Identified {
  /** The id. */
  [REQUEST_ID]: Id | undefined;
}

/** Where a request of ours keeps the scheme of its URL, so that it need not be made. */
export const SCHEME: unique symbol = Symbol("culvert.scheme");

/** Where a request of ours keeps path and query of its URL, so that it need not be made. */
export const PATH_AND_QUERY: unique symbol = Symbol("culvert.pathAndQuery");

/**
 * Where a request of ours keeps what it was received as: those that have the same there have the same
 * method, URL and fields. `undefined` once its fields may have been changed.
 */
export const RECEIVED: unique symbol = Symbol("culvert.received");

/** How the `signal` of a request of ours is aborted; called with the reason. */
export const ABORT: unique symbol = Symbol("culvert.abort");

/**
 * Joins middlewares into one; the first is the outermost.
 *
 * @example
 * ```ts
 * import { compose, type Context, type Handler, text } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: string[] = [];
 * const note = (name: string) => (next: Handler): Handler => (request, context) => {
 *   seen.push(name);
 *   return next(request, context);
 * };
 * const handler = compose(note("outer"), note("inner"))(() => text("ok"));
 *
 * await handler(new Request("http://localhost/"), {} as Context);
 * assertEquals(seen, ["outer", "inner"]);
 * ```
 */
export function compose(...middlewares: readonly Middleware[]): Middleware {
  return (handler) => middlewares.reduceRight((next, wrap) => wrap(next), handler);
}

/** The function that answers: the handler itself, or the `fetch` of a handler object. */
export function toHandler<P>(handler: Handler<P> | HandlerObject<P>): Handler<P> {
  if (typeof handler === "function") return handler;
  return (request, context) => handler.fetch(request, context);
}
