import type { MountedKey } from "./params.ts";
import type { Route, RouteOptions } from "./route.ts";
import { partsOf, type RouteTable } from "./route_table.ts";

/** The entries of a table under a prefix, to be spread in another. */
export type MountedRoutes<Prefix extends string, Key extends string> = {
  readonly [Each in Key as MountedKey<Prefix, Each>]: RouteOptions;
};

/**
 * Gives the entries of a table under a prefix, to be spread in another table.
 *
 * The prefix is a pattern that starts with `/` and does not end with it; the entry `/` is found at
 * the prefix itself. What wraps the table wraps each entry, and is applied to each once; the 404, 405
 * and OPTIONS answers are the other table's.
 *
 * @throws {TypeError} when the prefix is not of that form, or `routes` did not make the table.
 *
 * @example
 * ```ts
 * import { mount, routes, text } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const users = routes({
 *   "GET /": () => text("all"),
 *   "GET /:id": (_request, { params }) => text(params.id),
 * });
 * const api = routes({ ...mount("/users", users) });
 *
 * const response = await api.fetch(new Request("http://localhost/users/7"));
 *
 * assertEquals(await response.text(), "7");
 * assertEquals(api.entries().map(({ key }) => key), ["GET /users", "GET /users/:id"]);
 * ```
 */
export function mount<const Prefix extends string, Key extends string>(
  prefix: Prefix,
  table: RouteTable<Key>,
): MountedRoutes<Prefix, Key> {
  if (!prefix.startsWith("/") || prefix.endsWith("/")) {
    throw new TypeError(`Cannot mount under "${prefix}": start with a slash, end without one`);
  }
  const parts = partsOf(table);
  if (parts === undefined) {
    throw new TypeError(`Cannot mount under "${prefix}": routes() did not make the table`);
  }
  const mounted = parts.routes.map(({ handler, limits, ...route }) => [
    mountedKey(prefix, route),
    { handler: parts.use(handler), limits } satisfies RouteOptions,
  ]);
  return Object.fromEntries(mounted);
}

function mountedKey(
  prefix: string,
  { method, pattern }: Pick<Route, "method" | "pattern">,
): string {
  const path = pattern === "/" ? prefix : prefix + pattern;
  return method === undefined ? path : `${method} ${path}`;
}
