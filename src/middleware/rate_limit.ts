/**
 * Limits how many requests a client may make in a time, exactly: within any window of that length
 * no more are admitted. Counts are kept in memory, or in a store that several processes share.
 *
 * @module
 */
import type { Context, Handler } from "../handler.ts";
import { rememberingClientKey } from "./rate_limit/client_key.ts";
import { RateLimitFields } from "./rate_limit/fields.ts";
import {
  Gate,
  type RateLimitDecision,
  type RateLimitKey,
  type RateLimitStats,
  type Settings,
} from "./rate_limit/gate.ts";
import { memoryStore } from "./rate_limit/memory_store.ts";
import {
  checkNames,
  checkWhole,
  type RateLimitPolicy,
  type RateLimitPolicyOptions,
  resolvePolicies,
} from "./rate_limit/policy.ts";
import { type RateLimitClock, type RateLimitStore, systemClock } from "./rate_limit/store.ts";

export { RateLimitStoreTimeout } from "./rate_limit/deadline.ts";
export { forwardedAddress, type ForwardedAddressOptions } from "./rate_limit/forwarded_address.ts";
export {
  type MemoryCounter,
  type MemoryStore,
  memoryStore,
  type MemoryStoreOptions,
} from "./rate_limit/memory_store.ts";
export type { RateLimitCounter, RateLimitVerdict } from "./rate_limit/store.ts";
export type {
  RateLimitClock,
  RateLimitDecision,
  RateLimitKey,
  RateLimitPolicy,
  RateLimitPolicyOptions,
  RateLimitStats,
  RateLimitStore,
};

/** What is limited, and how. Either `limit` and `window` or `policies` must be given. */
export interface RateLimitOptions {
  /** Requests that are admitted within any window, 1 or more. */
  readonly limit?: number;
  /** Length of the window in milliseconds, 1 or more. */
  readonly window?: number;
  /** Several limits; a request is admitted, and counts, only where all of them admit it. */
  readonly policies?: readonly RateLimitPolicyOptions[];
  /**
   * What a request is counted by; `undefined` for a request that is not limited. An error that it
   * throws is the handler's.
   *
   * @default {the client's address: IPv4 as it is, IPv6 by its network}
   */
  readonly key?: (
    request: Request,
    context: Context,
  ) => RateLimitKey | PromiseLike<RateLimitKey>;
  /**
   * Bits of an IPv6 address that name the network of a client, 1–128: whoever has one address has
   * the whole network. An IPv4 address within an IPv6 one is taken as IPv4.
   *
   * @default {64}
   */
  readonly ipv6Prefix?: number;
  /**
   * Where requests are counted.
   *
   * @default {memoryStore()}
   */
  readonly store?: RateLimitStore;
  /**
   * Milliseconds that a store may take, 1 or more. What it answers later is ignored.
   *
   * @default {250}
   */
  readonly storeTimeout?: number;
  /**
   * What becomes of a request when the store fails or takes too long: it is let through, or
   * answered 503 with `Retry-After`.
   *
   * @default {"allow"}
   */
  readonly onStoreError?: "allow" | "refuse";
  /** Told of each failure of the store. What it throws is printed, and changes nothing. */
  readonly onStoreFailure?: (error: unknown) => unknown;
  /** Told of each request that has a key. What it throws is printed, and changes nothing. */
  readonly onDecision?: (
    decision: RateLimitDecision,
    request: Request,
    context: Context,
  ) => unknown;
  /**
   * Whether answers have the fields `RateLimit` and `RateLimit-Policy`; `Retry-After` is on every
   * refusal all the same.
   *
   * @default {true}
   */
  readonly fields?: boolean;
  /**
   * Where time comes from: the deadline of the store, and the default store.
   *
   * @default {the machine's clock, which nobody can set}
   */
  readonly clock?: RateLimitClock;
}

/** The middleware, and what it has counted. */
export interface RateLimiter {
  /** Limits the requests that reach `next`; all handlers that it wraps share the counts. */
  (next: Handler): Handler;
  /** What became of the requests so far. */
  stats(): RateLimitStats;
}

const OPTIONS = [
  "limit",
  "window",
  "policies",
  "key",
  "ipv6Prefix",
  "store",
  "storeTimeout",
  "onStoreError",
  "onStoreFailure",
  "onDecision",
  "fields",
  "clock",
];

/**
 * Limits how many requests a client may make: beyond the limit the answer is 429, with
 * `Retry-After`, and does not count.
 *
 * Answers tell what is left in the fields `RateLimit` and `RateLimit-Policy`
 * (draft-ietf-httpapi-ratelimit-headers-10). It stays synchronous where key, store and handler are.
 *
 * @throws {TypeError} when an option is not known or of the wrong kind.
 * @throws {RangeError} when a number is out of range, or the store cannot keep that much.
 *
 * @example
 * ```ts
 * import { type Context, text } from "@culvert/http";
 * import { rateLimit } from "@culvert/http/rate-limit";
 * import { assertEquals } from "@std/assert";
 *
 * const limit = rateLimit({
 *   policies: [
 *     { name: "burst", limit: 2, window: 1_000 },
 *     { name: "hourly", limit: 1_000, window: 3_600_000 },
 *   ],
 *   key: (request) => request.headers.get("x-api-key") ?? undefined,
 * });
 * const handler = limit(() => text("Hello"));
 *
 * const ask = () => {
 *   const request = new Request("http://localhost/", { headers: { "x-api-key": "7" } });
 *   return handler(request, {} as Context);
 * };
 * const first = await ask();
 * assertEquals(first.status, 200);
 * assertEquals(first.headers.get("ratelimit"), '"burst";r=1;t=1');
 * await ask();
 * const third = await ask();
 * assertEquals([third.status, third.headers.get("retry-after")], [429, "1"]);
 * assertEquals(limit.stats(), { allowed: 2, refused: 1, storeErrors: 0 });
 * ```
 */
export function rateLimit(options: RateLimitOptions): RateLimiter {
  const settings = resolveSettings(options);
  const limiter = (next: Handler): Handler => {
    const gate = new Gate(settings, next);
    return (request, context) => gate.answer(request, context);
  };
  return Object.assign(limiter, { stats: () => ({ ...settings.counts }) });
}

function resolveSettings(options: RateLimitOptions): Settings {
  checkNames(options, OPTIONS);
  const { storeTimeout = 250, onStoreError = "allow", fields = true } = options;
  const { onStoreFailure, onDecision, clock = systemClock } = options;
  for (const [name, hook] of Object.entries({ onStoreFailure, onDecision })) {
    if (hook !== undefined) checkFunction(name, hook);
  }
  if (onStoreError !== "allow" && onStoreError !== "refuse") {
    throw new TypeError(`Cannot set onStoreError to ${onStoreError}: it is "allow" or "refuse"`);
  }
  if (typeof fields !== "boolean") {
    throw new TypeError(`Cannot set fields to ${String(fields)}: it is true or false`);
  }
  checkFunction("clock.now", clock?.now);
  checkFunction("clock.after", clock?.after);
  const policies = resolvePolicies(policiesOf(options));
  const store = options.store ?? memoryStore({ clock });
  checkFunction("store.open", store.open);
  return {
    policies,
    counter: store.open(policies),
    key: resolveKey(options),
    fields: fields ? new RateLimitFields(policies) : undefined,
    clock,
    storeTimeout: checkWhole("storeTimeout", storeTimeout, 2 ** 31 - 1),
    onStoreError,
    onStoreFailure,
    onDecision,
    counts: { allowed: 0, refused: 0, storeErrors: 0 },
  };
}

function policiesOf(options: RateLimitOptions): readonly RateLimitPolicyOptions[] {
  const { limit, window, policies } = options;
  if (policies === undefined) return [{ limit, window } as RateLimitPolicyOptions];
  if (limit === undefined && window === undefined) return policies;
  throw new TypeError("Cannot set limit or window beside policies: each policy has its own");
}

function resolveKey({ key, ipv6Prefix }: RateLimitOptions): Settings["key"] {
  if (key !== undefined) {
    checkFunction("key", key);
    if (ipv6Prefix === undefined) return key;
    throw new TypeError("Cannot set ipv6Prefix beside key: key decides");
  }
  const clientKey = rememberingClientKey(checkWhole("ipv6Prefix", ipv6Prefix ?? 64, 128));
  return (_request, { remoteAddr }) => clientKey(remoteAddr);
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new TypeError(`Cannot call ${name}: it must be a function`);
}
