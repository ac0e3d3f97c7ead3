import type { Params } from "../handler.ts";
import type { Fault, Joined, ReadKey } from "./key_types.ts";
import type { RouteHandler } from "./route.ts";

/**
 * The `params` of a route's key: `"GET /orgs/:org/repos/:repo?"` gives `{ org: string; repo?: string }`.
 *
 * Of a key that is not known before the program runs, any name may be there or not; a key that is
 * no route has none.
 */
export type ParamsOf<Key extends string> = string extends Key ? Params
  : ReadKey<Key> extends infer Found ? Found extends Fault<string> ? never : Found
  : never;

/** What a key of a route table may stand for; for a key that is no route, the reason why. */
export type RouteHandlerOf<Key> = Key extends string ? string extends Key ? RouteHandler
  : ReadKey<Key> extends infer Found ? Found extends Fault<infer Why> ? Why : RouteHandler<Found>
  : never
  : never;

/** The key of an entry, under a prefix. */
export type MountedKey<Prefix extends string, Key extends string> = Key extends `/${infer Rest}`
  ? Joined<Prefix, Rest>
  : Key extends `${infer Method} /${infer Rest}` ? `${Method} ${Joined<Prefix, Rest>}`
  : never;
