import type { Address, Completion, Context, ExchangeLimits, Params } from "../handler.ts";
import { NO_PARAMS, NO_SEGMENTS } from "./captures.ts";

/** A context as a route table sees it: what it learns, it writes there. */
export type RoutedContext = { -readonly [Name in keyof Context]: Context[Name] };

const NOWHERE: Address = { transport: "tcp", hostname: "", port: 0 };

const UNLIMITED: ExchangeLimits = { content: Infinity, drain: Infinity };

/** Whether what came with a request is a context of ours, not a platform's own object. */
export function isRoutedContext(info: unknown): info is RoutedContext {
  return typeof info === "object" && info !== null && "params" in info && "segments" in info;
}

/** The context of a request that another server received. */
export class TableContext implements RoutedContext {
  /** Decoded path parameters of the route that matched. */
  params: Params = NO_PARAMS;
  /** Decoded segments behind a repeated parameter or a wildcard. */
  segments: readonly string[] = NO_SEGMENTS;
  /** The pattern that matched. */
  route: string | undefined = undefined;
  /** The client's end of the connection as the platform tells it, else port 0 of no host. */
  remoteAddr: Address;
  /** Port 0 of no host: platforms do not tell. */
  localAddr: Address = NOWHERE;
  /** Without bounds, since the other server sets them. */
  limits: ExchangeLimits = UNLIMITED;
  readonly #request: Request;
  #url: URL | undefined;
  #completed: Promise<Completion> | undefined;

  /** Makes a context from a request and what the platform gave with it. */
  constructor(request: Request, info: unknown) {
    this.#request = request;
    this.remoteAddr = (info as { remoteAddr?: Address } | null | undefined)?.remoteAddr ?? NOWHERE;
  }

  /** The request's URL, parsed on first use. */
  get url(): URL {
    return this.#url ??= new URL(this.#request.url);
  }

  set url(url: URL) {
    this.#url = url;
  }

  /** Rejects: platforms do not report how an answer ended. */
  get completed(): Promise<Completion> {
    if (this.#completed === undefined) {
      this.#completed = Promise.reject(
        new Error("Cannot tell how the answer ended: the platform does not report it"),
      );
      // Whoever only looks at it must not end the process.
      this.#completed.catch(() => {});
    }
    return this.#completed;
  }
}
