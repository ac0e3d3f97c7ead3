/**
 * An HTTP/1.1 server from the socket up, with a web-standard face.
 *
 * `serve` has the call shapes of `Deno.serve`, and limits, timeouts and hooks that it keeps to
 * itself; `routes` makes a typed route table; `text`, `json`, `html`, `bytes` and `redirect` make
 * responses that are sent without reading a stream.
 *
 * @example
 * ```ts
 * import { json, type NetAddress, routes, serve, text } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const api = routes({
 *   "GET /": () => text("Hello, World!"),
 *   "GET /users/:user_id": (_request, { params }) => json({ id: params.user_id }),
 * });
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, api);
 * const { port } = server.addr as NetAddress;
 * const response = await fetch(`http://127.0.0.1:${port}/users/7`);
 *
 * assertEquals(await response.json(), { id: "7" });
 * ```
 *
 * @module
 */

import { type Serve, serveOver } from "./src/serve.ts";
import { denoTransport } from "./src/transport/deno.ts";

export {
  type Address,
  type Completion,
  compose,
  type Context,
  type ExchangeLimits,
  type Handler,
  type HandlerObject,
  type Middleware,
  type NetAddress,
  type Params,
  type UnixAddress,
} from "./src/handler.ts";
export { bytes, html, json, redirect, text } from "./src/known_response.ts";
export { ContentTooLarge, ProtocolError, type ProtocolErrorReason } from "./src/protocol/errors.ts";
export type { OverloadReason } from "./src/protocol/refusals.ts";
export type { Limits, MinRate } from "./src/protocol/limits.ts";
export { mount, type MountedRoutes } from "./src/routing/mount.ts";
export type { MountedKey, ParamsOf, RouteHandlerOf } from "./src/routing/params.ts";
export type { RouteHandler, RouteOptions } from "./src/routing/route.ts";
export {
  type RouteEntry,
  type RouteRecord,
  routes,
  type RoutesOptions,
  type RouteTable,
} from "./src/routing/route_table.ts";
export type { RunningServer, Serve, ServeOptions } from "./src/serve.ts";
export type { Clock } from "./src/clock.ts";
export type { LimitOptions } from "./src/server/settings.ts";
export type { CutReason, RefusalReason } from "./src/server/refusals.ts";
export type { ServerStats } from "./src/server/stats.ts";
export type { Timeouts } from "./src/server/timeouts.ts";

/**
 * Serves HTTP/1.1: a handler, or options and a handler, as `Deno.serve` takes them.
 *
 * It throws a `TypeError` or `RangeError` for an option that cannot be, and the platform's own
 * error where it cannot listen (`Deno.errors.AddrInUse`).
 *
 * @example
 * ```ts
 * import { type NetAddress, serve, text } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const refused: string[] = [];
 * await using server = serve({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   limits: { requestTarget: 100 },
 *   timeouts: { idle: 5_000 },
 *   onListen() {},
 *   onRefusal: (reason) => refused.push(reason),
 *   handler: () => text("Hello, World!"),
 * });
 * const { port } = server.addr as NetAddress;
 * const response = await fetch(`http://127.0.0.1:${port}/${"long".repeat(100)}`);
 * await response.body?.cancel();
 *
 * assertEquals(response.status, 414);
 * assertEquals(refused, ["request-target-too-long"]);
 * ```
 */
export const serve: Serve = serveOver(denoTransport);
