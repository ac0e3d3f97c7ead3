/**
 * Counts requests in Redis or Valkey, so that several processes share one limit exactly.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { checkNames, fingerprint, largestLimit, longestWindow } from "./policy.ts";
import type { RateLimitPolicy } from "./policy.ts";
import { TAKE_SCRIPT } from "./redis_script.ts";
import type { RateLimitCounter, RateLimitStore, RateLimitVerdict } from "./store.ts";

export type { RateLimitCounter, RateLimitPolicy, RateLimitStore, RateLimitVerdict };

/** The keys and the other arguments of a script. */
export interface RedisScriptArguments {
  /** Names of the keys that the script works on. */
  keys: string[];
  /** All else. */
  arguments: string[];
}

/** A client that takes a script's arguments as an object, as that of the npm package `redis`. */
export interface RedisClient {
  /** Runs a script by its text. */
  eval(script: string, options: RedisScriptArguments): Promise<unknown>;
  /** Runs a script that the server knows, by its SHA-1. */
  evalSha(sha1: string, options: RedisScriptArguments): Promise<unknown>;
}

/** A client that takes a script's arguments one after the other, as that of `ioredis`. */
export interface PositionalRedisClient {
  /** Runs a script by its text. */
  eval(script: string, keys: number, ...rest: string[]): Promise<unknown>;
  /** Runs a script that the server knows, by its SHA-1; where it is absent, the text is sent. */
  evalsha?(sha1: string, keys: number, ...rest: string[]): Promise<unknown>;
}

/** How a store in Redis names its keys. */
export interface RedisStoreOptions {
  /**
   * What the names of all keys begin with. Limits with the same policies and the same prefix share
   * their counts.
   *
   * @default {"rate-limit:"}
   */
  readonly prefix?: string;
}

/** Runs the script with these keys and arguments. */
type Run = (key: string, args: readonly string[]) => Promise<unknown>;

/** A value of Redis has 512 MiB at most: the times of so many requests, and their number. */
const LARGEST_LIMIT = 2 ** 26 - 1;

/**
 * Keeps the times of requests in Redis (5 or later) or Valkey, eight octets for each.
 *
 * Each request is one script, run by its SHA-1: atomic, by the server's own clock, on one key that
 * expires with its longest window. The client may be that of the npm package `redis` (4 or later),
 * of `ioredis`, or any with functions like theirs; whoever makes it connects and closes it. Let it
 * fail at once while it is not connected (`disableOfflineQueue`, `enableOfflineQueue: false`):
 * else it keeps what was given up, and counts it later.
 *
 * @throws {TypeError} when the client has no function `eval`, or an option is not known.
 *
 * @example
 * ```ts
 * import { rateLimit } from "@culvert/http/rate-limit";
 * import { redisStore } from "@culvert/http/rate-limit/redis";
 * import { assertEquals } from "@std/assert";
 *
 * // const client = await createClient({ disableOfflineQueue: true }).connect();
 * const client = {
 *   eval: () => Promise.resolve([1, 0, 99, 60_000]),
 *   evalSha: () => Promise.resolve([1, 0, 99, 60_000]),
 * };
 * const store = redisStore(client, { prefix: "shop:" });
 * const limit = rateLimit({ limit: 100, window: 60_000, store, onStoreError: "refuse" });
 *
 * assertEquals(limit.stats(), { allowed: 0, refused: 0, storeErrors: 0 });
 * ```
 */
export function redisStore(
  client: RedisClient | PositionalRedisClient,
  options: RedisStoreOptions = {},
): RateLimitStore {
  checkNames(options, ["prefix"]);
  const { prefix = "rate-limit:" } = options;
  if (typeof prefix !== "string") {
    throw new TypeError(`Cannot set prefix to ${String(prefix)}: it must be a string`);
  }
  const run = runnerFor(client);
  return {
    open(policies) {
      if (largestLimit(policies) > LARGEST_LIMIT) {
        throw new RangeError(
          `Cannot count ${largestLimit(policies)} requests in Redis: ` +
            `the limit must be ${LARGEST_LIMIT} or less`,
        );
      }
      return new RedisCounter(run, prefix, policies);
    },
  };
}

class RedisCounter implements RateLimitCounter {
  readonly #run: Run;
  readonly #prefix: string;
  readonly #args: readonly string[];

  constructor(run: Run, prefix: string, policies: readonly RateLimitPolicy[]) {
    this.#run = run;
    this.#prefix = `${prefix}${fingerprint(policies)}:`;
    const numbers = policies.flatMap(({ limit, window }) => [limit, window * 1_000]);
    // One more: what expires must be out of all windows.
    this.#args = [largestLimit(policies), longestWindow(policies) + 1, ...numbers].map(String);
  }

  async take(key: string): Promise<RateLimitVerdict> {
    return readReply(await this.#run(this.#prefix + key, this.#args));
  }
}

function runnerFor(client: RedisClient | PositionalRedisClient): Run {
  if (typeof client?.eval !== "function") {
    throw new TypeError("Cannot count in Redis: the client has no function eval");
  }
  const sha1 = createHash("sha1").update(TAKE_SCRIPT).digest("hex");
  if ("evalSha" in client) {
    return (key, args) => {
      const options = { keys: [key], arguments: [...args] };
      return knownOrWhole(
        () => client.evalSha(sha1, options),
        () => client.eval(TAKE_SCRIPT, options),
      );
    };
  }
  return (key, args) =>
    knownOrWhole(
      client.evalsha === undefined ? undefined : () => client.evalsha!(sha1, 1, key, ...args),
      () => client.eval(TAKE_SCRIPT, 1, key, ...args),
    );
}

/** Runs the script by its SHA-1; a server that does not know it gets the whole text, once. */
async function knownOrWhole(
  known: (() => Promise<unknown>) | undefined,
  whole: () => Promise<unknown>,
): Promise<unknown> {
  if (known === undefined) return await whole();
  try {
    return await known();
  } catch (error) {
    if (!/^NOSCRIPT\b/.test((error as Error | undefined)?.message ?? "")) throw error;
    return await whole();
  }
}

function readReply(reply: unknown): RateLimitVerdict {
  // Clients may give integers as strings or as bigints.
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  if (numbers.length !== 4 || !numbers.every(Number.isSafeInteger)) {
    throw new TypeError("Cannot count the request: Redis gave no four integers");
  }
  const [admitted, policy, remaining, reset] = numbers;
  return { admitted: admitted === 1, policy, remaining, reset };
}
