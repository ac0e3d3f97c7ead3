export * from "./src/handler.ts";
export * from "./src/known_response.ts";
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
