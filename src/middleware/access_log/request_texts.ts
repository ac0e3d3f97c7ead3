import { PATH_AND_QUERY, RECEIVED } from "../../handler.ts";

/** What a line has of its request. */
export interface RequestText {
  /** Method of the request. */
  readonly method: string;
  /** Path and query of the request. */
  readonly target: string;
  /** Where the client says it comes from. */
  readonly referer: string | null;
  /** What the client says it is. */
  readonly userAgent: string | null;
}

/** Reads requests; one that was received as the last one was is not read again. */
export class RequestTexts {
  #received: object | undefined;
  #last: RequestText | undefined;

  /** The texts of a request. */
  of(request: Request): RequestText {
    const received = (request as { readonly [RECEIVED]?: object })[RECEIVED];
    if (received !== undefined && received === this.#received) return this.#last!;
    const texts = {
      method: request.method,
      target: targetOf(request),
      referer: request.headers.get("referer"),
      userAgent: request.headers.get("user-agent"),
    };
    this.#received = received;
    this.#last = texts;
    return texts;
  }
}

/** Path and query of a request's URL. */
function targetOf(request: Request): string {
  const known = (request as { readonly [PATH_AND_QUERY]?: string })[PATH_AND_QUERY];
  if (known !== undefined) return known;
  const { url } = request;
  const path = url.indexOf("/", url.indexOf("://") + 3);
  return path === -1 ? url : url.slice(path);
}
