import fc from "fast-check";
import { type Context, type Handler, json, type NetAddress, routes, text } from "../../mod.ts";
import {
  rateLimit,
  type RateLimitDecision,
  type RateLimitOptions,
  type RateLimitStore,
  RateLimitStoreTimeout,
  type RateLimitVerdict,
} from "../../src/middleware/rate_limit.ts";
import { KnownResponse } from "../../src/known_response.ts";
import { RateLimitFields } from "../../src/middleware/rate_limit/fields.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../assert.ts";
import { startLocal } from "../transport/servers.ts";
import { HandClock } from "./hand_clock.ts";
import { readList } from "./structured_fields.ts";

const request = new Request("http://localhost/");
const LIMIT = { limit: 2, window: 10_000 };

function from(hostname: string): Context {
  return { remoteAddr: { transport: "tcp", hostname, port: 1 } } as unknown as Context;
}

/** Status, and what the fields say. */
function told({ status, headers }: Response) {
  return [status, headers.get("ratelimit"), headers.get("retry-after")];
}

/** A store that gives what it is told to. */
function storeOf(take: () => unknown): RateLimitStore {
  return { open: () => ({ take: take as () => RateLimitVerdict }) };
}

Deno.test("rateLimit() admits as many as the limit within any window", () => {
  const clock = new HandClock();
  const handler = rateLimit({ ...LIMIT, clock })(() => text("ok"));
  // Synchronous: the answer itself, not a promise of it.
  const ask = (hostname = "10.0.0.1") => handler(request, from(hostname)) as Response;
  assertEquals(told(ask()), [200, '"default";r=1;t=10', null]);
  clock.advance(4_000);
  assertEquals(told(ask()), [200, '"default";r=0;t=6', null]);
  assertEquals(told(ask()), [429, '"default";r=0;t=6', "6"]);
  assertEquals(told(ask("10.0.0.2")), [200, '"default";r=1;t=10', null]);
  clock.advance(5_999);
  assertEquals(told(ask()), [429, '"default";r=0;t=1', "1"]);
  clock.advance(1);
  // Only what was admitted counts, so there is room for one, and no more.
  assertEquals(told(ask()), [200, '"default";r=0;t=4', null]);
  assertEquals(told(ask()), [429, '"default";r=0;t=4', "4"]);
});

Deno.test("rateLimit() admits by all policies or by none", () => {
  const clock = new HandClock();
  const policies = [
    { name: "burst", limit: 2, window: 1_000 },
    { name: "minute", limit: 3, window: 60_000 },
  ];
  const handler = rateLimit({ policies, clock })(() => text("ok"));
  const ask = () => handler(request, from("10.0.0.1")) as Response;
  const first = ask();
  assertEquals(told(first), [200, '"burst";r=1;t=1', null]);
  assertEquals(first.headers.get("ratelimit-policy"), '"burst";q=2;w=1, "minute";q=3;w=60');
  assertEquals(told(ask()), [200, '"burst";r=0;t=1', null]);
  assertEquals(told(ask()), [429, '"burst";r=0;t=1', "1"]);
  clock.advance(1_000);
  // The refused one has taken nothing from the minute.
  assertEquals(told(ask()), [200, '"minute";r=0;t=59', null]);
  assertEquals(told(ask()), [429, '"minute";r=0;t=59', "59"]);
  clock.advance(59_000);
  assertEquals(told(ask()), [200, '"burst";r=1;t=1', null]);
});

Deno.test("a refusal is short text that no cache keeps", async () => {
  const handler = rateLimit({ limit: 1, window: 90_000, clock: new HandClock() })(() => text("ok"));
  await handler(request, from("10.0.0.1"));
  const refused = await handler(request, from("10.0.0.1"));
  assertEquals([...refused.headers], [
    ["cache-control", "no-store"],
    ["content-type", "text/plain;charset=UTF-8"],
    ["ratelimit", '"default";r=0;t=90'],
    ["ratelimit-policy", '"default";q=1;w=90'],
    ["retry-after", "90"],
  ]);
  assertEquals(await refused.text(), "Too many requests: come back in 90 seconds\n");
});

Deno.test("fields: false leaves the fields off, and the answer as it is", async () => {
  const answer = text("ok");
  const handler = rateLimit({ ...LIMIT, fields: false })(() => answer);
  for (let i = 0; i < 2; i++) assertStrictEquals(handler(request, from("10.0.0.1")), answer);
  const refused = await handler(request, from("10.0.0.1"));
  assertEquals(told(refused), [429, null, "10"]);
});

/** Answers of handlers, which must stay as they are: a handler may give the same one again. */
const ANSWERS: [what: string, make: () => Response, content: string][] = [
  ["known text", () => text("ok", { status: 201, statusText: "Made" }), "ok"],
  ["known text whose headers were looked at", () => {
    const answer = text("ok");
    answer.headers.set("x-own", "1");
    return answer;
  }, "ok"],
  ["known JSON", () => json({ ok: true }), '{"ok":true}'],
  ["the platform's text", () => new Response("ok", { headers: { "x-own": "1" } }), "ok"],
  ["the platform's stream", () => new Response(new Blob(["ok"]).stream()), "ok"],
  ["no content", () => new Response(null, { status: 204, statusText: "None" }), ""],
  ["immutable headers", () => Response.redirect("http://localhost/"), ""],
];

for (const [what, make, content] of ANSWERS) {
  Deno.test(`the fields are added to ${what}`, async () => {
    for (const isLate of [false, true]) {
      const own = make();
      const before = [...own.headers];
      const next: Handler = () => isLate ? Promise.resolve(own) : own;
      const answer = await rateLimit({ ...LIMIT, clock: new HandClock() })(next)(
        request,
        from("10.0.0.1"),
      );
      assertEquals([answer.status, answer.statusText], [own.status, own.statusText]);
      const added = [["ratelimit", '"default";r=1;t=10'], [
        "ratelimit-policy",
        '"default";q=2;w=10',
      ]];
      assertEquals([...answer.headers], [...before, ...added].sort());
      // A known response may be sent again; any other is sent once, and may be changed in place.
      if (own instanceof KnownResponse) {
        assertNotStrictEquals<unknown>(answer, own);
        assertEquals([...own.headers], before);
      }
      assertEquals(await answer.text(), content);
    }
  });
}

/** What handlers give that is no final answer; the server judges it. */
const NO_ANSWERS: [what: string, value: unknown][] = [
  ["nothing", undefined],
  ["text", "ok"],
  ["an error", Response.error()],
  ["an upgrade", Object.create(Response.prototype, { status: { value: 101 } })],
];

for (const [what, value] of NO_ANSWERS) {
  Deno.test(`${what} is handed on as it is`, () => {
    const handler = rateLimit(LIMIT)(() => value as Response);
    assertStrictEquals(handler(request, from("10.0.0.1")), value);
  });
}

Deno.test("limits within limits: both tell, in one list each", async () => {
  const clock = new HandClock();
  const outer = rateLimit({ policies: [{ name: "all", limit: 9, window: 1_000 }], clock });
  const inner = rateLimit({ policies: [{ name: "few", limit: 3, window: 2_000 }], clock });
  const answer = await outer(inner(() => text("ok")))(request, from("10.0.0.1"));
  assertEquals(answer.headers.get("ratelimit"), '"few";r=2;t=2, "all";r=8;t=1');
  assertEquals(readList(answer.headers.get("ratelimit-policy")!).length, 2);
});

Deno.test("the fields are what RFC 9651 can read, whatever the names and numbers", () => {
  const name = fc.string({
    unit: fc.integer({ min: 32, max: 126 }).map((c) => String.fromCharCode(c)),
  })
    .filter((text) => text !== "");
  const policy = fc.record({
    name,
    limit: fc.integer({ min: 1, max: 999_999_999_999 }),
    window: fc.integer({ min: 1, max: 34_560_000_000 }),
  });
  fc.assert(fc.property(
    fc.array(policy, { minLength: 1, maxLength: 4 }),
    fc.nat(),
    fc.nat(),
    fc.double({ min: 0, max: 34_560_000_000, noNaN: true }),
    (policies, index, remaining, reset) => {
      const spokesman = index % policies.length;
      const verdict = { admitted: true, policy: spokesman, remaining, reset };
      const [, declared, , left] = new RateLimitFields(policies).list(verdict);
      assertEquals(
        readList(declared),
        policies.map(({ name, limit, window }) => ({
          value: name,
          parameters: { q: limit, w: Math.ceil(window / 1_000) },
        })),
      );
      assertEquals(readList(left), [{
        value: policies[spokesman].name,
        parameters: { r: remaining, t: Math.ceil(reset / 1_000) },
      }]);
    },
  ));
});

Deno.test("key decides, at once or later; undefined is not limited", async () => {
  const keys: (string | undefined | Promise<string | undefined>)[] = [
    "a",
    "a",
    Promise.resolve("a"),
    undefined,
    Promise.resolve(undefined),
    "b",
  ];
  const limiter = rateLimit({ limit: 1, window: 1_000, key: () => keys.shift() });
  const handler = limiter(() => text("ok"));
  const statuses: number[] = [];
  while (keys.length > 0) statuses.push((await handler(request, from("10.0.0.1"))).status);
  assertEquals(statuses, [200, 429, 429, 200, 200, 200]);
  assertEquals(limiter.stats(), { allowed: 2, refused: 2, storeErrors: 0 });
});

for (const key of [null, 7, Promise.resolve(7), Promise.resolve(null)]) {
  Deno.test(`a key that is ${key instanceof Promise ? "a promise of " : ""}no text is an error`, async () => {
    const handler = rateLimit({ ...LIMIT, key: (() => key) as unknown as () => string })(() =>
      text("never")
    );
    await assertRejects(
      async () => await handler(request, from("10.0.0.1")),
      TypeError,
      "key must give a string, or undefined",
    );
  });
}

/** How a store may fail. */
const FAILURES: [what: string, take: () => unknown, error: ErrorConstructor][] = [
  ["throws", () => {
    throw new RangeError("broken");
  }, RangeError],
  ["rejects", () => Promise.reject(new RangeError("broken")), RangeError],
  ["gives nothing", () => undefined, TypeError],
  ["gives no verdict", () => Promise.resolve({ admitted: true, policy: 7 }), TypeError],
  [
    "gives what is no number",
    () => ({ admitted: true, policy: 0, remaining: NaN, reset: 1 }),
    TypeError,
  ],
  [
    "gives a number of another kind",
    () => ({ admitted: true, policy: 0, remaining: 5n, reset: 1 }),
    TypeError,
  ],
];

for (const [what, take, kind] of FAILURES) {
  Deno.test(`a store that ${what}: the request is let through, or refused with 503`, async () => {
    for (const onStoreError of ["allow", "refuse"] as const) {
      const errors: unknown[] = [];
      const decisions: RateLimitDecision[] = [];
      const limiter = rateLimit({
        ...LIMIT,
        store: storeOf(take),
        onStoreError,
        onStoreFailure: (error) => errors.push(error),
        onDecision: (decision) => decisions.push(decision),
      });
      const answer = await limiter(() => text("ok"))(request, from("10.0.0.1"));
      const expected = onStoreError === "allow" ? [200, null, null] : [503, null, "1"];
      assertEquals(told(answer), expected);
      assertEquals(
        await answer.text(),
        onStoreError === "allow" ? "ok" : "Cannot count requests now: come back in 1 second\n",
      );
      assertEquals(errors.length, 1);
      assertInstanceOf(errors[0], kind);
      assertEquals(decisions, [{ outcome: "store-error", key: "10.0.0.1" }]);
      assertEquals(limiter.stats(), { allowed: 0, refused: 0, storeErrors: 1 });
    }
  });
}

Deno.test("a store that hangs is waited for until its deadline; what it says later is ignored", async () => {
  const clock = new HandClock();
  const late: ((verdict: RateLimitVerdict | PromiseLike<never>) => void)[] = [];
  const store = storeOf(() => new Promise((resolve) => late.push(resolve)));
  const errors: unknown[] = [];
  const limiter = rateLimit({
    ...LIMIT,
    store,
    storeTimeout: 100,
    onStoreError: "refuse",
    onStoreFailure: (error) => errors.push(error),
    clock,
  });
  let handled = 0;
  const handler = limiter(() => text(`${++handled}`));
  const answers = [1, 2, 3].map(() => handler(request, from("10.0.0.1")));
  clock.advance(99);
  late[0]({ admitted: true, policy: 0, remaining: 1, reset: 5 });
  assertEquals((await answers[0]).status, 200);
  assertEquals(clock.waiting, 2);
  clock.advance(1);
  assertEquals([(await answers[1]).status, (await answers[2]).status], [503, 503]);
  late[1]({ admitted: true, policy: 0, remaining: 1, reset: 5 });
  late[2](Promise.reject(new Error("too late")));
  await new Promise((next) => setTimeout(next));
  assertEquals([handled, errors.length, clock.waiting], [1, 2, 0]);
  assertInstanceOf(errors[0], RateLimitStoreTimeout);
  assertEquals(
    errors[0].message,
    "Cannot count the request: the store did not answer within 100 ms",
  );
  assertEquals(limiter.stats(), { allowed: 1, refused: 0, storeErrors: 2 });
});

Deno.test("onDecision learns of every request that has a key", async () => {
  const decisions: unknown[] = [];
  const limiter = rateLimit({
    limit: 1,
    window: 1_000,
    clock: new HandClock(),
    onDecision: (decision, { url }, { remoteAddr }) =>
      decisions.push([decision, url, (remoteAddr as NetAddress).hostname]),
  });
  const handler = limiter(() => text("ok"));
  await handler(request, from("10.0.0.1"));
  await handler(request, from("10.0.0.1"));
  const common = { key: "10.0.0.1", policy: "default", remaining: 0 };
  assertEquals(decisions, [
    [{ outcome: "allowed", ...common }, "http://localhost/", "10.0.0.1"],
    [{ outcome: "refused", ...common }, "http://localhost/", "10.0.0.1"],
  ]);
});

Deno.test("hooks that throw or reject are printed, and change nothing", async () => {
  const printed: unknown[] = [];
  const { error: print } = console;
  console.error = (error: unknown) => void printed.push(error);
  try {
    const thrown = new Error("of a hook");
    const hooks: ((...args: unknown[]) => unknown)[] = [() => {
      throw thrown;
    }, () => Promise.reject(thrown)];
    for (const hook of hooks) {
      const store = storeOf(() => Promise.reject(new Error("broken")));
      const failing = rateLimit({ ...LIMIT, store, onStoreFailure: hook, onDecision: hook });
      assertEquals((await failing(() => text("ok"))(request, from("10.0.0.1"))).status, 200);
      const working = rateLimit({ ...LIMIT, onDecision: hook });
      assertEquals((await working(() => text("ok"))(request, from("10.0.0.1"))).status, 200);
    }
    await new Promise((next) => setTimeout(next));
    assertEquals(printed, Array(6).fill(thrown));
  } finally {
    console.error = print;
  }
});

Deno.test("what the handler throws is the handler's, not the store's", async () => {
  const limiter = rateLimit({ ...LIMIT, onStoreError: "allow" });
  const handler = limiter(() => {
    throw new RangeError("of the handler");
  });
  assertThrows(() => handler(request, from("10.0.0.1")), RangeError, "of the handler");
  const late = limiter(() => Promise.reject(new RangeError("of the handler")));
  await assertRejects(async () => await late(request, from("10.0.0.1")), RangeError);
  assertEquals(limiter.stats(), { allowed: 2, refused: 0, storeErrors: 0 });
});

const KINDS: [options: object, kind: typeof TypeError | typeof RangeError, message: string][] = [
  [{}, TypeError, "Cannot set limit to undefined: it must be a number"],
  [{ limit: 1 }, TypeError, "Cannot set window to undefined: it must be a number"],
  [{ limit: "1", window: 1 }, TypeError, "Cannot set limit to 1: it must be a number"],
  [{ limit: 0, window: 1 }, RangeError, "Cannot set limit to 0: it must be a whole number, 1 to"],
  [{ limit: 1.5, window: 1 }, RangeError, "Cannot set limit to 1.5"],
  [{ limit: NaN, window: 1 }, RangeError, "Cannot set limit to NaN"],
  [{ limit: 1, window: Infinity }, RangeError, "Cannot set window to Infinity"],
  [{ limit: 1, window: 34_560_000_001 }, RangeError, "1 to 34560000000"],
  [{ limit: 1e9, window: 1 }, RangeError, "Cannot count 1000000000 requests in 67108864 octets"],
  [{ policies: [] }, TypeError, "Cannot limit by no policy"],
  [{ policies: [null] }, TypeError, "Cannot limit by null"],
  [{ ...LIMIT, policies: [LIMIT] }, TypeError, "Cannot set limit or window beside policies"],
  [{ policies: [LIMIT, LIMIT] }, RangeError, "two policies of the same name"],
  [{ policies: [{ ...LIMIT, name: "é" }] }, RangeError, 'Cannot name a policy "é"'],
  [{ policies: [{ ...LIMIT, name: "" }] }, RangeError, "1–64 printable ASCII characters"],
  [{ policies: [{ ...LIMIT, name: 7 }] }, TypeError, "Cannot name a policy 7"],
  [{ policies: [{ ...LIMIT, per: 7 }] }, TypeError, "there are name, limit, window"],
  [{ ...LIMIT, max: 7 }, TypeError, "Cannot set max: there are limit, window, policies, key"],
  [{ ...LIMIT, key: "ip" }, TypeError, "Cannot call key: it must be a function"],
  [{ ...LIMIT, key: () => "a", ipv6Prefix: 64 }, TypeError, "Cannot set ipv6Prefix beside key"],
  [{ ...LIMIT, ipv6Prefix: 129 }, RangeError, "Cannot set ipv6Prefix to 129"],
  [{ ...LIMIT, ipv6Prefix: 0 }, RangeError, "Cannot set ipv6Prefix to 0"],
  [{ ...LIMIT, store: {} }, TypeError, "Cannot call store.open"],
  [{ ...LIMIT, storeTimeout: 0 }, RangeError, "Cannot set storeTimeout to 0"],
  [{ ...LIMIT, storeTimeout: Infinity }, RangeError, "Cannot set storeTimeout to Infinity"],
  [{ ...LIMIT, onStoreError: "ignore" }, TypeError, 'it is "allow" or "refuse"'],
  [{ ...LIMIT, onStoreFailure: true }, TypeError, "Cannot call onStoreFailure"],
  [{ ...LIMIT, onDecision: true }, TypeError, "Cannot call onDecision"],
  [{ ...LIMIT, fields: "yes" }, TypeError, "Cannot set fields to yes"],
  [{ ...LIMIT, clock: {} }, TypeError, "Cannot call clock.now"],
];

for (const [options, kind, message] of KINDS) {
  Deno.test(`rateLimit() objects: ${message}`, () => {
    assertThrows(() => rateLimit(options as RateLimitOptions), kind, message);
  });
}

Deno.test("over sockets: the fields arrive, the refusal keeps the connection, HEAD has no content", async () => {
  const clock = new HandClock();
  const limiter = rateLimit({ ...LIMIT, clock });
  const api = routes({
    "GET /": () => text("Hello"),
    "POST /native": async (request) => new Response(await request.text()),
  }, { use: [limiter] });
  await using local = await startLocal(api.fetch);
  const first = await fetch(`${local.origin}/`);
  assertEquals(told(first), [200, '"default";r=1;t=10', null]);
  assertEquals(await first.text(), "Hello");
  const second = await fetch(`${local.origin}/native`, { method: "POST", body: "content" });
  assertEquals(told(second), [200, '"default";r=0;t=10', null]);
  assertEquals(await second.text(), "content");
  const third = await fetch(`${local.origin}/native`, { method: "POST", body: "unread" });
  assertEquals(told(third), [429, '"default";r=0;t=10', "10"]);
  assertEquals(await third.text(), "Too many requests: come back in 10 seconds\n");
  const head = await fetch(`${local.origin}/`, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [429, ""]);
  clock.advance(10_000);
  assertEquals(await (await fetch(`${local.origin}/`)).text(), "Hello");
  assertEquals(limiter.stats(), { allowed: 3, refused: 2, storeErrors: 0 });
  assertEquals([local.errors, local.refusals], [[], []]);
});

Deno.test("over sockets: of many clients at once exactly the limit is admitted", async () => {
  const limiter = rateLimit({ limit: 50, window: 3_600_000 });
  await using local = await startLocal(limiter(() => text("ok")));
  const statuses = await Promise.all(Array.from({ length: 200 }, async () => {
    const answer = await fetch(local.origin);
    await answer.body?.cancel();
    return answer.status;
  }));
  assertEquals(statuses.filter((status) => status === 200).length, 50);
  assertEquals(statuses.filter((status) => status === 429).length, 150);
  assert(limiter.stats().allowed === 50);
});
