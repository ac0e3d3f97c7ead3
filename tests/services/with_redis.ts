/**
 * Limits that processes share in Redis: exact, while it runs, is stopped, starts again or hangs.
 * `deno task test:services` runs this; it needs redis-server.
 *
 * @module
 */
import fc from "fast-check";
import { Redis } from "ioredis";
import { createClient } from "redis";
import type { RateLimitPolicy } from "../../src/middleware/rate_limit.ts";
import { TAKE_SCRIPT } from "../../src/middleware/rate_limit/redis_script.ts";
import {
  type RedisScriptArguments,
  redisStore,
} from "../../src/middleware/rate_limit/redis_store.ts";
import {
  assert,
  assertEquals,
  assertGreater,
  assertLessOrEqual,
  assertRejects,
} from "../assert.ts";
import { PlainLimiter } from "../middleware/plain_limiter.ts";
import { eventually } from "../transport/servers.ts";
import { ask, crowd, startLimited, statsOf } from "./limited_servers.ts";
import { RedisServer } from "./redis_server.ts";
import { requireTool } from "./tools.ts";

const ignore = !requireTool("redis-server");
const HOUR = 3_600_000;

for (const kind of ["redis", "ioredis"] as const) {
  Deno.test({
    name: `${kind}: two processes share one limit exactly`,
    ignore,
    async fn() {
      await using redis = await RedisServer.start();
      const policies = [
        { name: "hourly", limit: 100, window: HOUR },
        { name: "daily", limit: 120, window: 24 * HOUR },
      ];
      const options = { policies, storeTimeout: 60_000 };
      const shared = { kind, path: redis.path, options };
      await using first = await startLimited(shared);
      await using second = await startLimited(shared);
      assertEquals(await crowd([first, second], 64, 10), { 200: 100, 429: 540 });
      const stats = await Promise.all([statsOf(first), statsOf(second)]);
      assertEquals(stats[0].allowed + stats[1].allowed, 100);
      assertEquals(stats.flatMap(({ errors }) => errors), []);
      assertGreater(Math.min(stats[0].allowed, stats[1].allowed), 0);
    },
  });

  Deno.test({
    name: `${kind}: while Redis is stopped each process does as it is told; then all share again`,
    ignore,
    async fn() {
      await using redis = await RedisServer.start();
      const options = { limit: 20, window: HOUR, storeTimeout: 60_000 };
      const shared = { kind, path: redis.path };
      await using lenient = await startLimited({ ...shared, options });
      await using strict = await startLimited({
        ...shared,
        options: { ...options, onStoreError: "refuse" },
      });
      assertEquals(await crowd([lenient, strict], 64, 2), { 200: 20, 429: 108 });

      await redis.stop();
      assertEquals(await crowd([lenient], 64, 2), { 200: 128 });
      assertEquals(await crowd([strict], 64, 2), { 503: 128 });
      const answer = await fetch(strict.origin);
      assertEquals(answer.headers.get("retry-after"), "1");
      assertEquals(await answer.text(), "Cannot count requests now: come back in 1 second\n");
      assertEquals((await statsOf(lenient)).storeErrors, 128);
      assertEquals((await statsOf(strict)).storeErrors, 129);

      // It has forgotten the counts, and the script.
      await redis.start();
      let admitted = 0;
      for (const server of [lenient, strict]) {
        const allowed = async () => (await statsOf(server)).allowed;
        const before = await allowed();
        await eventually(
          async () => {
            await ask(server);
            return await allowed();
          },
          (now) => now > before,
          "nobody is admitted",
        );
        admitted += await allowed() - before;
      }
      assertEquals(await crowd([lenient, strict], 64, 2), {
        200: 20 - admitted,
        429: 108 + admitted,
      });
    },
  });

  Deno.test({
    name: `${kind}: a Redis that hangs is waited for until the deadline, and harms nothing later`,
    ignore,
    async fn() {
      await using redis = await RedisServer.start();
      const options = { limit: 50, window: HOUR, storeTimeout: 2_000 };
      const shared = { kind, path: redis.path };
      await using lenient = await startLimited({ ...shared, options });
      await using strict = await startLimited({
        ...shared,
        options: { ...options, onStoreError: "refuse" },
      });
      assertEquals([await ask(lenient), await ask(strict)], [200, 200]);
      redis.signal("SIGSTOP");
      try {
        // It would hang for ever: that there is an answer at all is the deadline's work.
        assertEquals(await crowd([lenient], 10, 1), { 200: 10 });
        assertEquals(await crowd([strict], 10, 1), { 503: 10 });
      } finally {
        redis.signal("SIGCONT");
      }
      for (const server of [lenient, strict]) {
        const { storeErrors, errors } = await statsOf(server);
        assertEquals([storeErrors, errors.length], [10, 1]);
        assert(errors[0].includes("did not answer within 2000 ms"), errors[0]);
        const before = (await statsOf(server)).allowed;
        await eventually(
          async () => {
            await ask(server);
            return (await statsOf(server)).allowed;
          },
          (now) => now > before,
          "nobody is admitted",
        );
      }
    },
  });
}

Deno.test({
  name: "the script decides as the plainest limiter does",
  ignore,
  async fn() {
    await using redis = await RedisServer.start();
    const client = await createClient({ socket: { path: redis.path, tls: false } }).connect();
    // The same script by a clock that the test turns, so that nothing may expire by Redis's own.
    const turned = TAKE_SCRIPT.replace("redis.call('TIME')", "redis.call('LRANGE', 'time', 0, 1)")
      .replace("redis.call('PEXPIRE', key, expiry)", "");
    assert(!/TIME|PEXPIRE/.test(turned));
    const policies = fc.array(
      fc.record({ limit: fc.integer({ min: 1, max: 9 }), window: fc.integer({ min: 1, max: 60 }) }),
      { minLength: 1, maxLength: 3 },
    ).map((list): RateLimitPolicy[] => list.map((policy, i) => ({ name: `${i}`, ...policy })));
    // The server's clock may be set back: then it stands still for a key until it has caught up.
    const wait = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }) },
      { weight: 1, arbitrary: fc.integer({ min: -70, max: -1 }) },
    );
    const waits = fc.array(wait, { maxLength: 60 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(policies, waits, async (policies, waits) => {
        const store = redisStore({
          eval: (_script: string, options: RedisScriptArguments) => client.eval(turned, options),
          evalSha: () => Promise.reject(new Error("NOSCRIPT of the test")),
        }, { prefix: `${run++}:` });
        const counter = store.open(policies);
        const plain = new PlainLimiter(policies);
        let now = 1_700_000_000_000;
        let last = -Infinity;
        for (const wait of waits) {
          now += wait;
          const seconds = Math.floor(now / 1_000);
          await client.multi().del("time").rPush("time", [`${seconds}`, `${now % 1_000 * 1_000}`])
            .exec();
          const expected = plain.take("a", Math.max(now, last));
          if (expected.admitted) last = Math.max(now, last);
          assertEquals(await counter.take("a"), expected);
        }
      }),
      { numRuns: 50 },
    );
    client.destroy();
  },
});

Deno.test({
  name: "a key takes eight octets a request, and expires",
  ignore,
  async fn() {
    await using redis = await RedisServer.start();
    const client = new Redis({ path: redis.path });
    const store = redisStore(client, { prefix: "shop:" });
    const hourly = store.open([{ name: "a b", limit: 100, window: HOUR }]);
    for (let i = 0; i < 130; i++) assertEquals((await hourly.take("x")).admitted, i < 100);
    const key = "shop:a b;100;3600000:x";
    assertEquals(await client.keys("*"), [key]);
    assertEquals(await client.strlen(key), 808);
    const expiry = await client.pttl(key);
    assertGreater(expiry, 0);
    assertLessOrEqual(expiry, HOUR + 1);

    const short = store.open([{ name: "short", limit: 1, window: 50 }]);
    assert((await short.take("x")).admitted);
    await eventually(() => client.exists("shop:short;1;50:x"), (left) => left === 0, "it stays");
    assert((await short.take("x")).admitted);
    client.disconnect();
  },
});

Deno.test({
  name: "a client with eval alone will do; what is at the key is not overwritten",
  ignore,
  async fn() {
    await using redis = await RedisServer.start();
    const client = new Redis({ path: redis.path });
    const bare = {
      eval: (script: string, keys: number, ...rest: string[]) => client.eval(script, keys, ...rest),
    };
    const counter = redisStore(bare).open([{ name: "a", limit: 1, window: HOUR }]);
    assertEquals(await counter.take("x"), {
      admitted: true,
      policy: 0,
      remaining: 0,
      reset: HOUR,
    });
    await client.rpush("rate-limit:a;1;3600000:y", "somebody's");
    await assertRejects(async () => await counter.take("y"), Error, "WRONGTYPE");
    client.disconnect();
  },
});
