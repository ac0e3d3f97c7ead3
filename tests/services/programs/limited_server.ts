/**
 * A server whose limit is kept elsewhere, for processes that share it: the arguments are a kind of
 * store, where it is, and options of `rateLimit` as JSON. `/stats` is not limited.
 */
import { Redis } from "ioredis";
import { createClient } from "redis";
import { json, routes, serve, text } from "../../../mod.ts";
import { rateLimit, type RateLimitStore } from "../../../src/middleware/rate_limit.ts";
import { denoKvStore } from "../../../src/middleware/rate_limit/deno_kv_store.ts";
import { redisStore } from "../../../src/middleware/rate_limit/redis_store.ts";

const STORES: Record<string, (path: string) => Promise<RateLimitStore>> = {
  async redis(path) {
    const client = createClient({
      socket: { path, tls: false, reconnectStrategy: () => 50 },
      disableOfflineQueue: true,
    });
    client.on("error", () => {});
    await client.connect();
    return redisStore(client);
  },
  async ioredis(path) {
    const client = new Redis({
      path,
      retryStrategy: () => 50,
      enableOfflineQueue: false,
      lazyConnect: true,
    });
    client.on("error", () => {});
    await client.connect();
    return redisStore(client);
  },
  async kv(path) {
    return denoKvStore(await Deno.openKv(path));
  },
};

const [kind, path, options] = Deno.args;
const errors: string[] = [];
const limiter = rateLimit({
  ...JSON.parse(options),
  store: await STORES[kind](path),
  onStoreFailure: (error) => errors.push(String(error)),
});

const limited = routes({ "GET /": () => text("Hello") }, { use: [limiter] });
const api = routes({
  "GET /": limited.fetch,
  "GET /stats": () => json({ ...limiter.stats(), errors: [...new Set(errors)] }),
});

serve({ hostname: "127.0.0.1", port: 0 }, api);
