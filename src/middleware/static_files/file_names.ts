import { sep } from "node:path";
import { type Context, PATHNAME } from "../../handler.ts";

const IS_WINDOWS = sep === "\\";

/** Names that mean something else than a file of that name, on some system at least. */
const REFUSED: readonly RegExp[] = [
  // Nothing, the folder itself and the one above it.
  /^\.{0,2}$/,
  // What divides paths, names drives and streams; NUL and its like.
  // deno-lint-ignore no-control-regex
  /[/\\:\x00-\x1f\x7f]/,
  // Windows drops a final dot or space, so that one file has many names.
  /[. ]$/,
  // Devices of Windows, whatever extension follows.
  /^(?:aux|con|conin\$|conout\$|nul|prn|(?:com|lpt)[\d¹²³]) *(?:\.|$)/i,
];

/** Short names of Windows, under which a file that begins with a dot does not seem to. */
const SHORT_NAME = /~\d/;

/**
 * The decoded segments of the path below the root: those behind the wildcard of the route that
 * matched, else those of the whole path. `undefined` where the path is malformed.
 */
export function segmentsBelow(
  request: Request,
  context: Context | undefined,
): readonly string[] | undefined {
  if (endsInWildcard(context?.route)) return context!.segments;
  try {
    // RFC 3986 §2.4: divided first, then decoded, and only once.
    return pathnameOf(request).slice(1).split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function pathnameOf(request: Request): string {
  return (request as { [PATHNAME]?: string })[PATHNAME] ?? new URL(request.url).pathname;
}

/** Whether no file may be looked for under these names. */
export function isRefused(segments: readonly string[], dotfiles: boolean): boolean {
  return segments.some((name, index) =>
    REFUSED.some((pattern) => pattern.test(name)) ||
    (!dotfiles && name.startsWith(".") && !(index === 0 && name === ".well-known")) ||
    (IS_WINDOWS && SHORT_NAME.test(name))
  );
}

function endsInWildcard(route: string | undefined): boolean {
  return route !== undefined && (route.endsWith("*") || route.endsWith("+"));
}
