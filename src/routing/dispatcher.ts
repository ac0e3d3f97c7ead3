import { PATHNAME } from "../handler.ts";
import { KnownResponse, text } from "../known_response.ts";
import { CaptureReader, NO_PARAMS, NO_SEGMENTS } from "./captures.ts";
import { conflictError } from "./conflicts.ts";
import { MethodRoutes } from "./method_routes.ts";
import { expandPattern, type Pattern } from "./pattern.ts";
import type { Route } from "./route.ts";
import { RouteTree } from "./route_tree.ts";
import type { RoutedContext } from "./table_context.ts";

/** A route by one of its expansions. */
interface Target extends Route {
  readonly captures: CaptureReader;
}

/** Finds the route of a request and lets it answer; or says why there is none. */
export class Dispatcher {
  /** What holds only literals, by the path itself: such a pattern is more specific than any other. */
  readonly #literals = new Map<string, MethodRoutes<Target>>();
  readonly #tree = new RouteTree(() => new MethodRoutes<Target>());

  /**
   * Takes the routes of a table.
   *
   * @throws {TypeError} when two of them would answer the same requests.
   */
  constructor(routes: Iterable<Route>) {
    for (const route of routes) {
      for (const expansion of expandPattern(route.segments)) this.#add(route, expansion);
    }
  }

  /** Answers a request, and writes to the context what the route gives. */
  answer(request: Request, context: RoutedContext): Response | Promise<Response> {
    const path = pathnameOf(request, context);
    const target = this.#literals.get(path)?.answering(request.method);
    if (target === undefined) return this.#answerBySegments(request, context, path);
    context.params = NO_PARAMS;
    context.segments = NO_SEGMENTS;
    return run(target, request, context);
  }

  #add(route: Route, expansion: Pattern): void {
    const leaf = this.#tree.add(expansion);
    const other = leaf.get(route.method);
    // Of the expansions of one key, the first stays: it has the earlier parameter.
    if (other?.key === route.key) return;
    if (other !== undefined) throw conflictError(route.key, other.key);
    leaf.set(route.method, { ...route, captures: new CaptureReader(expansion) });
    const path = literalPath(expansion);
    if (path !== undefined) this.#literals.set(path, leaf);
  }

  #answerBySegments(
    request: Request,
    context: RoutedContext,
    path: string,
  ): Response | Promise<Response> {
    const segments = decodedSegments(path);
    if (segments === undefined) return text("Bad Request: malformed path", { status: 400 });
    const { method } = request;
    const target = this.#tree.find(segments, (leaf) => leaf.answering(method));
    if (target === undefined) return this.#refuse(segments, method);
    const captures = target.captures.read(segments);
    context.params = captures.params;
    context.segments = captures.segments;
    return run(target, request, context);
  }

  #refuse(segments: readonly string[], method: string): Response {
    const allowed = new Set<string>();
    this.#tree.find(segments, (leaf) => {
      for (const method of leaf.methods()) allowed.add(method);
    });
    if (allowed.size === 0) return text("Not Found", { status: 404 });
    if (allowed.has("GET")) allowed.add("HEAD");
    const allow = [...allowed.add("OPTIONS")].sort().join(", ");
    if (method !== "OPTIONS") {
      return text("Method Not Allowed", { status: 405, headers: { allow } });
    }
    return new KnownResponse(null, ["allow", allow], 204) as KnownResponse & Response;
  }
}

/**
 * The path of the URL: a request of ours has it at hand, others tell their URL.
 *
 * Such a request may have been made by a middleware, so the context is told, too.
 */
function pathnameOf(request: Request, context: RoutedContext): string {
  const known = (request as { readonly [PATHNAME]?: string })[PATHNAME];
  if (known !== undefined) return known;
  const url = new URL(request.url);
  // Not an assignment: a context that only reads its URL may stay as it is.
  Reflect.set(context, "url", url);
  return url.pathname;
}

/** The path that a pattern without parameters matches, unless it would be sent percent-encoded. */
function literalPath(pattern: Pattern): string | undefined {
  const plain = pattern.every(({ kind, text }) => kind === "literal" && !/[/%]/.test(text));
  return plain ? pattern.map(({ text }) => `/${text}`).join("") : undefined;
}

/** Splits, then decodes, each once; `undefined` where percent-encoding or UTF-8 is malformed. */
function decodedSegments(path: string): readonly string[] | undefined {
  // A URL without a hierarchy, such as `data:`, has a path without a slash: nothing matches it.
  const segments = path.startsWith("/") ? splitPath(path) : [path];
  if (!path.includes("%")) return segments;
  try {
    return segments.map((text) => text.includes("%") ? decodeURIComponent(text) : text);
  } catch {
    return undefined;
  }
}

/** Does `path.split("/")` in half the time. */
function splitPath(path: string): string[] {
  const segments: string[] = [];
  let start = 0;
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", start)) {
    segments.push(path.slice(start, end));
    start = end + 1;
  }
  segments.push(path.slice(start));
  return segments;
}

function run(
  target: Target,
  request: Request,
  context: RoutedContext,
): Response | Promise<Response> {
  context.route = target.pattern;
  if (target.limits !== undefined) context.limits = { ...context.limits, ...target.limits };
  return target.handler(request, context);
}
