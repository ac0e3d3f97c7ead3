/**
 * An HTTP/1.1 server from the socket up, with a web-standard face: the same engine over the sockets
 * of Node.
 *
 * The npm package exports this module as its main one.
 *
 * @module
 */

import { type Serve, serveOver } from "./serve.ts";
import { nodeTransport } from "./transport/node.ts";

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
} from "./handler.ts";
export { bytes, html, json, redirect, text } from "./known_response.ts";
export { ContentTooLarge, ProtocolError, type ProtocolErrorReason } from "./protocol/errors.ts";
export type { OverloadReason } from "./protocol/refusals.ts";
export type { Limits, MinRate } from "./protocol/limits.ts";
export { mount, type MountedRoutes } from "./routing/mount.ts";
export type { MountedKey, ParamsOf, RouteHandlerOf } from "./routing/params.ts";
export type { RouteHandler, RouteOptions } from "./routing/route.ts";
export {
  type RouteEntry,
  type RouteRecord,
  routes,
  type RoutesOptions,
  type RouteTable,
} from "./routing/route_table.ts";
export type { RunningServer, Serve, ServeOptions } from "./serve.ts";
export type { Clock } from "./clock.ts";
export type { LimitOptions } from "./server/settings.ts";
export type { CutReason, RefusalReason } from "./server/refusals.ts";
export type { ServerStats } from "./server/stats.ts";
export type { Timeouts } from "./server/timeouts.ts";

/**
 * Serves HTTP/1.1: a handler, or options and a handler, as `Deno.serve` takes them.
 *
 * It throws a `TypeError` or `RangeError` for an option that cannot be, and an `Error` for a
 * certificate that is none. Node binds an address later: `listening` tells when, or rejects with
 * Node's own error (`code` `EADDRINUSE`, `EACCES`), and so does `finished` where nobody asked for
 * `listening`.
 */
export const serve: Serve = serveOver(nodeTransport);
