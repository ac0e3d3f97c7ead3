/** Every store decides as the plainest limiter does, whatever the times, keys and policies. */
import fc from "fast-check";
import { memoryStore, type RateLimitPolicy } from "../../src/middleware/rate_limit.ts";
import { denoKvStore } from "../../src/middleware/rate_limit/deno_kv_store.ts";
import { takeAll } from "../../src/middleware/rate_limit/take_all.ts";
import { assert, assertEquals, assertLessOrEqual, assertRejects, assertThrows } from "../assert.ts";
import { HandClock } from "./hand_clock.ts";
import { PlainLimiter } from "./plain_limiter.ts";

const POLICIES = fc.array(
  fc.record({ limit: fc.integer({ min: 1, max: 9 }), window: fc.integer({ min: 1, max: 60 }) }),
  { minLength: 1, maxLength: 3 },
).map((list): RateLimitPolicy[] => list.map((policy, i) => ({ name: `${i}`, ...policy })));

/** Requests: how long after the last one, whether in parts of a millisecond, and by which key. */
const REQUESTS = fc.array(
  fc.record({
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.constantFrom(0.1, 0.7, 59)),
    key: fc.constantFrom("a", "b", "c"),
  }),
  { maxLength: 120 },
);

Deno.test("the store in memory decides as the plainest limiter does", () => {
  fc.assert(fc.property(POLICIES, REQUESTS, (policies, requests) => {
    const clock = new HandClock();
    const counter = memoryStore({ clock }).open(policies);
    const plain = new PlainLimiter(policies);
    for (const { wait, key } of requests) {
      clock.advance(wait);
      assertEquals(counter.take(key), plain.take(key, clock.now()));
    }
  }));
});

Deno.test("takeAll() decides over a batch as the plainest limiter does", () => {
  const sizes = fc.array(fc.record({
    wait: fc.integer({ min: 0, max: 30 }),
    size: fc.integer({ min: 1, max: 12 }),
  }));
  fc.assert(fc.property(POLICIES, sizes, (policies, batches) => {
    const plain = new PlainLimiter(policies);
    let times = new Float64Array(0);
    let now = 1_700_000_000_000;
    for (const { wait, size } of batches) {
      now += wait;
      const taken = takeAll(times, size, now, policies);
      times = taken.times as Float64Array<ArrayBuffer>;
      assertEquals(taken.verdicts, Array.from({ length: size }, () => plain.take("", now)));
      assertLessOrEqual(times.length, Math.max(...policies.map(({ limit }) => limit)));
    }
  }));
});

Deno.test("the store in Deno KV decides as the plainest limiter does", async () => {
  using kv = await Deno.openKv(":memory:");
  let run = 0;
  await fc.assert(
    fc.asyncProperty(POLICIES, REQUESTS, async (policies, requests) => {
      let now = 1_700_000_000_000;
      const store = denoKvStore(kv, { prefix: [run++], now: () => now });
      const counter = store.open(policies);
      const plain = new PlainLimiter(policies);
      for (const { wait, key } of requests) {
        now += Math.floor(wait);
        assertEquals(await counter.take(key), plain.take(key, now));
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("a clock that is set back stands still", () => {
  let now = 1_000;
  const counter = memoryStore({ clock: { now: () => now } })
    .open([{ name: "a", limit: 1, window: 100 }]);
  counter.take("a");
  now = 0;
  assertEquals(counter.take("a"), { admitted: false, policy: 0, remaining: 0, reset: 100 });
  now = 1_100;
  assert(counter.take("a").admitted);
  const policies = [{ name: "a", limit: 1, window: 100 }];
  const { verdicts } = takeAll(Float64Array.of(1_000), 1, 0, policies);
  assertEquals(verdicts, [{ admitted: false, policy: 0, remaining: 0, reset: 100 }]);
});

Deno.test("memory grows with the requests that count, not with the limit", () => {
  const clock = new HandClock();
  const store = memoryStore({ clock });
  const counter = store.open([{ name: "a", limit: 1_000, window: 1_000 }]);
  counter.take("a");
  const one = store.octets;
  assertLessOrEqual(one, 512);
  for (let i = 0; i < 99; i++) counter.take("a");
  assertEquals(store.octets - one, (128 - 4) * 8);
  // Half a window later the same room serves again.
  for (let i = 0; i < 1_000; i++) {
    clock.advance(100);
    counter.take("a");
  }
  assertEquals(store.octets - one, (128 - 4) * 8);
});

Deno.test("no matter how many keys there are, memory stays within its bound", () => {
  const store = memoryStore({ maxOctets: 65_536, clock: new HandClock() });
  const counter = store.open([{ name: "a", limit: 50, window: 1_000 }]);
  for (let i = 0; i < 10_000; i++) {
    counter.take(`key${i % 3_000}`.padEnd(i % 200, "x"));
    assertLessOrEqual(store.octets, 65_536);
  }
  assert(store.keys > 50 && store.keys < 300, `${store.keys}`);
});

Deno.test("the key that was idle for longest is forgotten; one that is refused is not idle", () => {
  const store = memoryStore({ maxOctets: 65_536, clock: new HandClock() });
  const counter = store.open([{ name: "a", limit: 1, window: 1_000 }]);
  counter.take("idle");
  counter.take("busy");
  for (let i = 0; i < 1_000; i++) {
    counter.take(`key${i}`);
    assertEquals(counter.take("busy").admitted, false, `${i}`);
  }
  assert(counter.take("idle").admitted);
});

Deno.test("what is out of date is forgotten as requests come", () => {
  const clock = new HandClock();
  const store = memoryStore({ clock });
  const counter = store.open([{ name: "a", limit: 1, window: 1_000 }]);
  for (let i = 0; i < 100; i++) counter.take(`key${i}`);
  assertEquals(store.keys, 100);
  clock.advance(999);
  counter.take("another");
  assertEquals(store.keys, 101);
  clock.advance(1);
  for (let i = 0; i < 50; i++) counter.take("another");
  assertEquals(store.keys, 1);
  clock.advance(1_000);
  counter.take("last");
  assertEquals([store.keys, store.octets > 0], [1, true]);
});

Deno.test("openings of one store have keys of their own, and share its bound", () => {
  const store = memoryStore({ clock: new HandClock(), maxOctets: 65_536 });
  const first = store.open([{ name: "a", limit: 1, window: 1_000 }]);
  const second = store.open([{ name: "a", limit: 1, window: 1_000 }]);
  assert(first.take("a").admitted && second.take("a").admitted);
  assert(!first.take("a").admitted && !second.take("a").admitted);
  for (let i = 0; i < 1_000; i++) second.take(`key${i}`);
  assertLessOrEqual(store.octets, 65_536);
  assert(first.take("a").admitted);
});

Deno.test("memoryStore() objects to what it cannot do", () => {
  const policies = [{ name: "a", limit: 10_000, window: 1_000 }];
  assertThrows(() => memoryStore({ maxOctets: 65_535 }), RangeError, "65536 or more");
  assertThrows(() => memoryStore({ maxOctets: 1.5 }), RangeError, "whole number");
  assertThrows(() => memoryStore({ size: 1 } as object), TypeError, "there are maxOctets, clock");
  assertThrows(() => memoryStore({ clock: {} as HandClock }), TypeError, "no function now");
  assertThrows(
    () => memoryStore({ maxOctets: 65_536 }).open(policies),
    RangeError,
    "Cannot count 10000 requests in 65536 octets: maxOctets must be 131328 or more",
  );
});

Deno.test("denoKvStore(): two processes never admit one more, and refusals change nothing", async () => {
  const kv = await Deno.openKv(":memory:");
  const policies = [{ name: "a", limit: 20, window: 60_000 }];
  const counters = [denoKvStore(kv), denoKvStore(kv)].map((store) => store.open(policies));
  const verdicts = await Promise.all(
    Array.from({ length: 100 }, (_, i) => counters[i % 2].take("a")),
  );
  assertEquals(verdicts.filter(({ admitted }) => admitted).length, 20);
  const key = ["rate-limit", "a;20;60000", "a"];
  const { versionstamp, value } = await kv.get<Float64Array>(key);
  assertEquals((await counters[0].take("a")).admitted, false);
  assertEquals([(await kv.get(key)).versionstamp, value!.length], [versionstamp, 20]);
  assert((await counters[0].take("b")).admitted);
  kv.close();
  await assertRejects(async () => await counters[0].take("a"));
});

Deno.test("denoKvStore() gives up where others always come first", async () => {
  const commits: object[] = [];
  const change = {
    check: (entry: object) => (commits.push(entry), change),
    set: () => change,
    commit: () => Promise.resolve({ ok: false }),
  };
  const kv = {
    get: () => Promise.resolve({ value: null, versionstamp: null }),
    atomic: () => change,
  };
  const counter = denoKvStore(kv, { attempts: 3 }).open([{ name: "a", limit: 1, window: 1 }]);
  const takes = await Promise.allSettled([counter.take("a"), counter.take("a")]);
  assertEquals(takes.map(({ status }) => status), ["rejected", "rejected"]);
  assertEquals(commits.length, 3);
  await assertRejects(async () => await counter.take("a"), Error, "changed 3 times meanwhile");
});

Deno.test("denoKvStore() counts keys of any length, each by itself", async () => {
  using kv = await Deno.openKv(":memory:");
  const counter = denoKvStore(kv).open([{ name: "a", limit: 1, window: 60_000 }]);
  const keys = ["", "\ud800", "é".repeat(256), "x".repeat(257), "x".repeat(30_000)];
  for (const key of keys) {
    assert((await counter.take(key)).admitted, key.slice(0, 9));
    assert(!(await counter.take(key)).admitted, key.slice(0, 9));
  }
});

Deno.test("denoKvStore() tries again while another process writes to the file", async () => {
  using kv = await Deno.openKv(":memory:");
  const locked = new TypeError("database is locked");
  const errors: Error[] = [locked, locked, new TypeError("disk is full")];
  const failing = {
    get: (key: Deno.KvKey) => errors.length > 0 ? Promise.reject(errors.shift()) : kv.get(key),
    atomic: () => kv.atomic(),
  };
  const counter = denoKvStore(failing).open([{ name: "a", limit: 1, window: 60_000 }]);
  await assertRejects(async () => await counter.take("a"), TypeError, "disk is full");
  assertEquals(errors, []);
  errors.push(locked);
  assert((await counter.take("a")).admitted);
  errors.push(locked, locked);
  const impatient = denoKvStore(failing, { attempts: 2 }).open([{
    name: "a",
    limit: 1,
    window: 1,
  }]);
  await assertRejects(async () => await impatient.take("a"), TypeError, "database is locked");
});

Deno.test("denoKvStore() objects to what it cannot do", async () => {
  using kv = await Deno.openKv(":memory:");
  assertThrows(() => denoKvStore({} as Deno.Kv), TypeError, "no functions get and atomic");
  assertThrows(() => denoKvStore(kv, { attempts: 0 }), RangeError, "1 to 1000");
  assertThrows(() => denoKvStore(kv, { tries: 1 } as object), TypeError, "Cannot set tries");
  const policies = [{ name: "a", limit: 8_001, window: 1 }];
  assertThrows(() => denoKvStore(kv).open(policies), RangeError, "8000 or less");
  const most = denoKvStore(kv, { now: () => 1 })
    .open([{ name: "a", limit: 8_000, window: 1_000 }]);
  const takes = Array.from({ length: 8_001 }, () => most.take("a"));
  assertEquals((await Promise.all(takes)).filter(({ admitted }) => admitted).length, 8_000);
});
