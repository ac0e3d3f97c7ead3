// What the limit must do on every version of Node; see ../on_node.ts.
import { routes, serve, text } from "@culvert/http";
import { memoryStore, rateLimit, RateLimitStoreTimeout } from "@culvert/http/rate-limit";
import { denoKvStore } from "@culvert/http/rate-limit/deno-kv";
import { redisStore } from "@culvert/http/rate-limit/redis";
import assert from "node:assert/strict";
import { test } from "node:test";

/** Serves while a check runs. */
async function serving(handler, check) {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  try {
    const { port } = await server.listening;
    await check(`http://127.0.0.1:${port}/`);
  } finally {
    await server.shutdown({ deadline: 0 });
  }
}

/** Status, and what the fields say. */
async function ask(url, init) {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return [response.status, response.headers.get("ratelimit"), response.headers.get("retry-after")];
}

test("over sockets: known and native answers have the fields, refusals keep the connection", () => {
  const limiter = rateLimit({ limit: 3, window: 3_600_000 });
  const api = routes({
    "GET /": () => text("Hello"),
    "GET /native": () => new Response("Hello"),
    "POST /": async (request) => new Response(new Blob([await request.text()]).stream()),
  }, { use: [limiter] });
  return serving(api, async (url) => {
    assert.deepEqual(await ask(url), [200, '"default";r=2;t=3600', null]);
    assert.deepEqual((await ask(`${url}native`)).slice(0, 1), [200]);
    const init = { method: "POST", body: "content" };
    assert.equal(await (await fetch(url, init)).text(), "content");
    const [status, left, retryAfter] = await ask(url, init);
    assert.equal(status, 429);
    assert.match(left, /^"default";r=0;t=3\d{3}$/);
    assert.match(retryAfter, /^3\d{3}$/);
    assert.deepEqual(limiter.stats(), { allowed: 3, refused: 1, storeErrors: 0 });
  });
});

test("a handler that answers at once is answered at once", () => {
  const handler = rateLimit({ limit: 1, window: 1_000 })(() => text("ok"));
  const context = { remoteAddr: { transport: "tcp", hostname: "::ffff:192.0.2.1", port: 1 } };
  assert.equal(handler(new Request("http://localhost/"), context).status, 200);
  assert.equal(handler(new Request("http://localhost/"), context).status, 429);
});

test("a store that hangs is waited for until the deadline", async () => {
  const failures = [];
  const limiter = rateLimit({
    limit: 1,
    window: 1_000,
    key: () => "all",
    store: { open: () => ({ take: () => new Promise(() => {}) }) },
    storeTimeout: 5,
    onStoreError: "refuse",
    onStoreFailure: (error) => failures.push(error),
  });
  await serving(limiter(() => text("never")), async (url) => {
    assert.deepEqual(await ask(url), [503, null, "1"]);
    assert.ok(failures[0] instanceof RateLimitStoreTimeout);
  });
});

test("the stores load, and speak to the clients that they are for", async () => {
  const policies = [{ name: "default", limit: 1, window: 1_000 }];
  assert.equal(memoryStore().open(policies).take("a").admitted, true);
  const calls = [];
  const redis = {
    eval: (script, options) => (calls.push([script.length > 100, options]), [1, 0, 0, 1_000]),
    evalSha: () => Promise.reject(new Error("NOSCRIPT No matching script")),
  };
  const expected = { admitted: true, policy: 0, remaining: 0, reset: 1_000 };
  assert.deepEqual(await redisStore(redis).open(policies).take("a"), expected);
  assert.deepEqual(calls, [[true, {
    keys: ["rate-limit:default;1;1000:a"],
    arguments: ["1", "1001", "1", "1000000"],
  }]]);
  const entries = new Map();
  const kv = {
    get: ([...key]) => entries.get(key.join()) ?? { value: null, versionstamp: null },
    atomic() {
      return { check: () => this.atomic(), set: (key, value) => this.changed(key, value) };
    },
    changed(key, value) {
      entries.set(key.join(), { value, versionstamp: "1" });
      return { commit: () => ({ ok: true }) };
    },
  };
  const counter = denoKvStore(kv).open(policies);
  const takes = await Promise.all([counter.take("a"), counter.take("a")]);
  assert.deepEqual(takes.map(({ admitted }) => admitted), [true, false]);
});
