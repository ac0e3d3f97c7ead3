import type { Context, Middleware } from "../handler.ts";
import { KnownResponse } from "../known_response.ts";
import { LentResponse } from "../lent_response.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { RouteHandlerOf } from "./params.ts";
import { joinMiddlewares, makeRoute, type Route } from "./route.ts";
import { isRoutedContext, type RoutedContext, TableContext } from "./table_context.ts";

/** What `routes` takes: keys, and what answers them. `params` is typed from the key. */
export type RouteRecord<Table> = { readonly [Key in keyof Table]: RouteHandlerOf<Key> };

/** What holds for a table as a whole. */
export interface RoutesOptions {
  /**
   * Wraps the whole table, the first outermost; its 404, 405 and OPTIONS answers, too. Applied once,
   * when the table is built.
   *
   * @default {[]}
   */
  readonly use?: readonly Middleware[];
}

/** One entry of a route table. */
export interface RouteEntry<Key extends string = string> {
  /** The key as it was written, such as `GET /users/:id`. */
  readonly key: Key;
  /** The only method that it answers; `undefined` for any. */
  readonly method: string | undefined;
  /** The key without the method, such as `/users/:id`. */
  readonly pattern: string;
}

/** A handler made of routes. */
export interface RouteTable<Key extends string = string> {
  /**
   * Answers a request; bound to the table, so that it can be handed on.
   *
   * `info` is the context of a server of ours. What another server gives is taken for what it is;
   * the answer is then a `Response` of the platform.
   */
  readonly fetch: (request: Request, info?: unknown) => Response | Promise<Response>;
  /** Lists what is in the table, as it was written. */
  readonly entries: () => readonly RouteEntry<Key>[];
}

/** What a table is made of, for mounting it. */
export interface TableParts {
  /** Its routes, as they were written. */
  readonly routes: readonly Route[];
  /** What wraps it. */
  readonly use: Middleware;
}

const PARTS = new WeakMap<object, TableParts>();

/**
 * Makes a handler of a table of routes.
 *
 * A key is `METHOD /pattern`, or `/pattern` for any method; it stands for a handler, an object with
 * `fetch`, or `{ handler, limits, use }`.
 *
 * A pattern holds literal text, `:name`, `:name(regex)`; `?`, `+` or `*` behind a parameter that is
 * a whole segment; and a final `*`, which is `params["0"]`. It means what it means to `URLPattern`,
 * but segments are matched decoded: the path is split at `/`, then each segment is percent-decoded
 * once. An optional parameter takes its slash with it: `/a/:b?` matches `/a`, not `/a/`. Values of a
 * repeated parameter are joined by `/` in `params`, and one by one in `segments`. A regular
 * expression meets whatever clients send: one that backtracks without bound lets them stop the
 * server.
 *
 * The most specific pattern that has the method answers, whatever the order. `HEAD` falls back to
 * `GET`. Where no route has the method, `OPTIONS` is answered 204 with `Allow`, others 405; where no
 * pattern matches, 404; where the path is malformed, 400.
 *
 * @throws {TypeError} when a key is no route, two keys would answer the same requests, or what a key
 * stands for is no handler.
 * @throws {RangeError} when a limit is not 0 or more octets.
 *
 * @example
 * ```ts
 * import { json, routes, text } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const api = routes({
 *   "GET /": () => text("Hello"),
 *   "GET /users/:id": (_request, { params }) => json({ id: params.id }),
 * });
 *
 * const response = await api.fetch(new Request("http://localhost/users/7"));
 *
 * assertEquals(await response.json(), { id: "7" });
 * ```
 */
export function routes<const Table>(
  table: RouteRecord<Table>,
  options: RoutesOptions = {},
): RouteTable<keyof Table & string> {
  const list = Object.entries(table).map(([key, value]) => makeRoute(key, value));
  const use = joinMiddlewares(options.use ?? [], "make a route table");
  const made: RouteTable = { fetch: fetchOf(list, use), entries: () => list.map(toEntry) };
  PARTS.set(made, { routes: list, use });
  return made as RouteTable<keyof Table & string>;
}

/** What a table is made of; `undefined` for what `routes` did not make. */
export function partsOf(table: object): TableParts | undefined {
  return PARTS.get(table);
}

function fetchOf(list: readonly Route[], use: Middleware): RouteTable["fetch"] {
  const dispatcher = new Dispatcher(list);
  // The server's context can be written to; its public type says nothing of that.
  const handler = use((request, context) => dispatcher.answer(request, context as RoutedContext));
  return (request, info) => {
    if (isRoutedContext(info)) return handler(request, info);
    const answer = handler(request, new TableContext(request, info) as Context);
    return answer instanceof Promise ? answer.then(toNative) : toNative(answer);
  };
}

function toEntry({ key, method, pattern }: Route): RouteEntry {
  return { key, method, pattern };
}

/** Another server takes only what the platform made; a copy, since one answer may be sent twice. */
function toNative(answer: Response): Response {
  if (answer instanceof LentResponse) return answer.native();
  if (!(answer instanceof KnownResponse)) return answer;
  return answer.disturbed ? answer.native() : (answer.clone() as unknown as KnownResponse).native();
}
