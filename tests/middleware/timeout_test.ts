/** What becomes of a handler that takes too long. */
import { type Context, text } from "../../mod.ts";
import { defer } from "../../src/deferred.ts";
import { timeout, type TimeoutOptions } from "../../src/middleware/timeout.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../assert.ts";
import { FakeClock } from "../server/fake_clock.ts";
import { eventually, startLocal } from "../transport/servers.ts";

const NO_CONTEXT = {} as Context;

/** A handler that answers when it is told to, behind a timeout of a second. */
function slow(options: TimeoutOptions = {}) {
  const clock = new FakeClock();
  const answer = defer<Response>();
  let request: Request | undefined;
  const handler = timeout(1_000, { clock, ...options })((own) => {
    request = own;
    return answer.promise;
  });
  const response = Promise.resolve(handler(new Request("http://localhost/"), NO_CONTEXT));
  return { clock, answer, response, request: request! };
}

Deno.test("an answer in time is the answer, and its timer stops", async () => {
  const { clock, answer, response, request } = slow();
  clock.advance(900);
  answer.resolve(text("in time"));
  assertEquals(await (await response).text(), "in time");
  assertEquals(request.signal.aborted, false);
  clock.advance(1_000);
  assertEquals([clock.timers, request.signal.aborted], [0, false]);
});

Deno.test("an error in time is the error", async () => {
  const { clock, answer, response } = slow();
  answer.reject(new Error("of the handler"));
  await assertRejects(() => response, Error, "of the handler");
  clock.advance(1_000);
  assertEquals(clock.timers, 0);
});

Deno.test("too late it is 503, the signal aborts, and the late answer is cancelled", async () => {
  const { clock, answer, response, request } = slow();
  clock.advance(999);
  assertEquals(request.signal.aborted, false);
  clock.advance(500);
  assertEquals((await response).status, 503);
  assert(request.signal.aborted);
  assertInstanceOf(request.signal.reason, DOMException);
  assertEquals(request.signal.reason.name, "TimeoutError");
  const cancelled = defer<unknown>();
  answer.resolve(new Response(new ReadableStream({ cancel: cancelled.resolve })));
  assertInstanceOf(await cancelled.promise, TypeError);
  clock.advance(1_000);
  assertEquals(clock.timers, 0);
});

Deno.test("what comes too late may be anything", async () => {
  for (const late of [text("late"), undefined as unknown as Response, Response.error()]) {
    const { clock, answer, response } = slow();
    clock.advance(1_500);
    assertEquals((await response).status, 503);
    answer.resolve(late);
    await answer.promise;
  }
  const { clock, answer, response } = slow();
  clock.advance(1_500);
  assertEquals((await response).status, 503);
  answer.reject(new Error("too late to matter"));
  await assertRejects(() => answer.promise);
});

Deno.test("the answer may be another, or fail", async () => {
  const other = slow({ answer: () => text("a moment", { status: 504 }) });
  other.clock.advance(1_500);
  assertEquals((await other.response).status, 504);
  const failing = slow({
    answer: () => {
      throw new Error("of the answer");
    },
  });
  failing.clock.advance(1_500);
  await assertRejects(() => failing.response, Error, "of the answer");
});

Deno.test("a handler that answers or throws at once needs no timer", () => {
  const clock = new FakeClock();
  const limit = timeout(1_000, { clock });
  const request = new Request("http://localhost/");
  assertInstanceOf(limit(() => text("at once"))(request, NO_CONTEXT), Response);
  assertThrows(
    () =>
      limit(() => {
        throw new Error("at once");
      })(request, NO_CONTEXT),
    Error,
    "at once",
  );
  assertEquals(clock.timers, 0);
});

Deno.test("many requests share one timer, and each has its own time", async () => {
  const clock = new FakeClock();
  const handler = timeout(1_000, { clock })(() => new Promise(() => {}));
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const response = handler(new Request("http://localhost/"), NO_CONTEXT) as Promise<Response>;
    response.then(({ status }) => statuses.push(status));
    clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(clock.timers, 1);
    assertEquals(statuses.length, i);
  }
  clock.advance(1_000);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals([statuses, clock.timers], [[503, 503, 503], 0]);
});

Deno.test("a request that another server made keeps its own signal", async () => {
  const controller = new AbortController();
  let seen: Request | undefined;
  const handler = timeout(1_000)(async (own) => {
    seen = own;
    return await Promise.resolve(text(await own.text()));
  });
  const request = new Request("http://localhost/", {
    method: "POST",
    body: "content",
    signal: controller.signal,
  });
  assertEquals(await (await handler(request, NO_CONTEXT)).text(), "content");
  controller.abort(new Error("left"));
  assertEquals(seen?.signal.reason, controller.signal.reason);
});

Deno.test("a request that was read already is handed on as it is", async () => {
  const request = new Request("http://localhost/", { method: "POST", body: "content" });
  await request.text();
  let seen: Request | undefined;
  await timeout(1_000)((own) => {
    seen = own;
    return text("ok");
  })(request, NO_CONTEXT);
  assertStrictEquals(seen, request);
});

const MISTAKES: [
  why: string,
  time: unknown,
  options: unknown,
  type: typeof TypeError | typeof RangeError,
][] = [
  ["no time", undefined, {}, TypeError],
  ["a time of nothing", 0, {}, RangeError],
  ["a time that timers do not have", 2 ** 31, {}, RangeError],
  ["an answer that is no function", 1, { answer: text("") }, TypeError],
  ["a clock that is none", 1, { clock: Date }, TypeError],
  ["a name that is none", 1, { handler: 1 }, TypeError],
];

for (const [why, time, options, type] of MISTAKES) {
  Deno.test(`timeout() objects to ${why}`, () => {
    const make = () => timeout(time as number, options as TimeoutOptions);
    assertThrows(make, type, "Cannot set a timeout");
  });
}

for (const kind of ["lazy", "native"] as const) {
  Deno.test(`over sockets the ${kind} request's signal aborts`, async () => {
    const clock = new FakeClock();
    const aborted = defer<unknown>();
    let called = 0;
    await using local = await startLocal(
      timeout(1_000, { clock })((request) => {
        called++;
        request.signal.addEventListener("abort", () => aborted.resolve(request.signal.reason));
        return new Promise(() => {});
      }),
      { request: kind },
    );
    const response = fetch(local.origin);
    await eventually(() => called, (count) => count === 1, "the handler is called");
    clock.advance(1_500);
    assertEquals((await response).status, 503);
    await (await response).text();
    assertEquals((await aborted.promise as Error).name, "TimeoutError");
    assertEquals(local.errors, []);
  });
}
