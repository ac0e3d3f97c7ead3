import { PATH_AND_QUERY } from "../../handler.ts";

/** What a line has of its request. */
export interface RequestTexts {
  /** Method of the request. */
  readonly method: string;
  /** Path and query of the request. */
  readonly target: string;
  /** Where the client says it comes from. */
  readonly referer: string | null;
  /** What the client says it is. */
  readonly userAgent: string | null;
}

/** The texts of a request. */
export function textsOf(request: Request): RequestTexts {
  return {
    method: request.method,
    target: targetOf(request),
    referer: request.headers.get("referer"),
    userAgent: request.headers.get("user-agent"),
  };
}

/** Path and query of a request's URL. */
function targetOf(request: Request): string {
  const known = (request as { readonly [PATH_AND_QUERY]?: string })[PATH_AND_QUERY];
  if (known !== undefined) return known;
  const { url } = request;
  const path = url.indexOf("/", url.indexOf("://") + 3);
  return path === -1 ? url : url.slice(path);
}
