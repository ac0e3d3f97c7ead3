import { type Context, type Handler, text } from "../mod.ts";
import { memoryStore, rateLimit, type RateLimitClock } from "../src/middleware/rate_limit.ts";
import { systemClock } from "../src/middleware/rate_limit/store.ts";

let sink = 0;

/** A clock that goes on by as much as keeps the window of a key about full. */
class SteadyClock implements RateLimitClock {
  #now = 0;

  now(): number {
    return this.#now += 0.01;
  }

  after(): () => void {
    return () => {};
  }
}

const POLICIES = [{ name: "default", limit: 100, window: 1_000 }];
const TWO_POLICIES = [
  { name: "burst", limit: 10, window: 100 },
  { name: "default", limit: 100, window: 1_000 },
];

/** The plainest exact version: an array of times for each key, filtered at each request. */
function takePlainly(times: Map<string, number[]>, key: string, now: number): boolean {
  const [{ limit, window }] = POLICIES;
  const within = (times.get(key) ?? []).filter((time) => now - time < window);
  const isAdmitted = within.length < limit;
  if (isAdmitted) within.push(now);
  times.set(key, within);
  return isAdmitted;
}

for (const count of [1, 1_000, 50_000]) {
  const keys = Array.from(
    { length: count },
    (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
  );
  const group = `rate limit: one decision, ${count} keys`;
  const plain = new Map<string, number[]>();
  const plainClock = new SteadyClock();
  const counters = [POLICIES, TWO_POLICIES].map((policies) =>
    memoryStore({ clock: new SteadyClock(), maxOctets: 1 << 30 }).open(policies)
  );
  let next = 0;
  Deno.bench({
    group,
    name: "array of times, filtered",
    baseline: true,
    fn: () => {
      sink += Number(takePlainly(plain, keys[next++ % count], plainClock.now()));
    },
  });
  for (const [index, counter] of counters.entries()) {
    Deno.bench({
      group,
      name: index === 0 ? "store in memory" : "store in memory, two policies",
      fn: () => {
        sink += Number(counter.take(keys[next++ % count]).admitted);
      },
    });
  }
}

/** As the server makes it: an address of its own for each connection. */
const contexts = Array.from({ length: 1_000 }, (_, i): Context => (
  { remoteAddr: { transport: "tcp", hostname: `10.0.${i >> 8}.${i & 255}`, port: 1 } } as Context
));
const contexts6 = Array.from({ length: 1_000 }, (_, i): Context => (
  {
    remoteAddr: { transport: "tcp", hostname: `2001:db8:0:${i.toString(16)}::1`, port: 1 },
  } as Context
));
const request = new Request("http://localhost/");
const answer = text("ok");
const bare: Handler = () => answer;

/** Admits all, so that each answer gets its fields. */
const LIMIT = { limit: 1_000_000, window: 1 };
const STACKS: [name: string, handler: Handler, contexts: readonly Context[]][] = [
  ["handler alone", bare, contexts],
  ["limited, fields: false", rateLimit({ ...LIMIT, fields: false })(bare), contexts],
  ["limited", rateLimit(LIMIT)(bare), contexts],
  ["limited, IPv6", rateLimit(LIMIT)(bare), contexts6],
  ["refused", rateLimit({ limit: 1, window: 3_600_000 })(bare), contexts],
];

for (const [index, [name, handler, contexts]] of STACKS.entries()) {
  let next = 0;
  Deno.bench({
    group: "rate limit: middleware",
    name,
    baseline: index === 0,
    fn: () => {
      sink += (handler(request, contexts[next++ % contexts.length]) as Response).status;
    },
  });
}

Deno.bench("rate limit: the clock", () => {
  sink += systemClock.now();
});

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
