import {
  compose,
  type ExchangeLimits,
  type Handler,
  type HandlerObject,
  type Middleware,
  type Params,
  toHandler,
} from "../handler.ts";
import { parsePattern, type Pattern, routeError } from "./pattern.ts";

/** A route that needs more than a handler. */
export interface RouteOptions<P = Params> {
  /** Answers the requests that match. */
  readonly handler: Handler<P> | HandlerObject<P>;
  /** Bounds that replace the server's for this route. */
  readonly limits?: Partial<ExchangeLimits>;
  /** Wraps the handler, the first outermost. Applied once, when the table is built. */
  readonly use?: readonly Middleware[];
}

/** What a route table's key may stand for. */
export type RouteHandler<P = Params> = Handler<P> | HandlerObject<P> | RouteOptions<P>;

/** A route, checked and read. */
export interface Route {
  /** The key as it was written. */
  readonly key: string;
  /** The only method that it answers; `undefined` for any. */
  readonly method: string | undefined;
  /** The key without the method. */
  readonly pattern: string;
  /** The pattern's segments. */
  readonly segments: Pattern;
  /** Answers, its middlewares applied. */
  readonly handler: Handler;
  /** Bounds that replace the server's. */
  readonly limits: Partial<ExchangeLimits> | undefined;
}

// RFC 9110 §5.6.2 and §9.1: a token; the lower case is left out, for no method is so called.
const METHOD = /^[-!#$%&'*+.^_`|~0-9A-Z]+$/;

const OPTIONS: readonly string[] = ["handler", "limits", "use"];

const LIMITS: readonly string[] = ["content", "drain"] satisfies (keyof ExchangeLimits)[];

/**
 * Reads one entry of a table: `METHOD /pattern` or `/pattern`, and what it stands for.
 *
 * @throws {TypeError} naming the key when it, or what it stands for, is none of that.
 * @throws {RangeError} naming the key when a limit is not 0 or more octets.
 */
export function makeRoute(key: string, value: unknown): Route {
  const { method, pattern } = splitKey(key);
  const segments = parsePattern(pattern, key);
  return { key, method, pattern, segments, ...readValue(key, value) };
}

/** Checks middlewares and joins them into one; `what` names whose they are. */
export function joinMiddlewares(use: readonly Middleware[], what: string): Middleware {
  if (!Array.isArray(use) || !use.every((middleware) => typeof middleware === "function")) {
    throw new TypeError(`Cannot ${what}: "use" must be an array of middlewares`);
  }
  return compose(...use);
}

function splitKey(key: string): { method: string | undefined; pattern: string } {
  if (key.startsWith("/")) return { method: undefined, pattern: key };
  const space = key.indexOf(" ");
  const pattern = key.slice(space + 1);
  if (space === -1 || !pattern.startsWith("/")) {
    throw routeError(key, "write METHOD /pattern, or /pattern for any method");
  }
  const method = key.slice(0, space);
  if (!METHOD.test(method)) {
    throw routeError(key, `"${method}" is no method; write it in upper case, such as GET`);
  }
  return { method, pattern };
}

function readValue(key: string, value: unknown): Pick<Route, "handler" | "limits"> {
  if (isHandler(value)) return { handler: toHandler(value), limits: undefined };
  const options = value as RouteOptions | null | undefined;
  if (!isHandler(options?.handler)) {
    throw routeError(key, "it stands for no handler; give a function, or an object with fetch");
  }
  refuseUnknown(key, options!, OPTIONS);
  const { handler, limits, use = [] } = options!;
  checkLimits(key, limits ?? {});
  return { handler: joinMiddlewares(use, `add route "${key}"`)(toHandler(handler)), limits };
}

function isHandler(value: unknown): value is Handler | HandlerObject {
  if (typeof value === "function") return true;
  return typeof (value as Partial<HandlerObject> | null | undefined)?.fetch === "function";
}

function checkLimits(key: string, limits: Partial<ExchangeLimits>): void {
  refuseUnknown(key, limits, LIMITS);
  for (const [name, limit] of Object.entries(limits)) {
    if (Number.isInteger(limit) && limit >= 0 || limit === Infinity) continue;
    throw new RangeError(
      `Cannot add route "${key}": limits.${name} is ${limit}; it must be 0 or more octets`,
    );
  }
}

function refuseUnknown(key: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw routeError(key, `"${unknown}" is no option; there are ${known.join(", ")}`);
  }
}
