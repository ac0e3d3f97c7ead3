/** How many requests are under way at once. */
import { type Context, text } from "../../mod.ts";
import { defer } from "../../src/deferred.ts";
import {
  limitConcurrency,
  type LimitConcurrencyOptions,
} from "../../src/middleware/limit_concurrency.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { eventually, startLocal } from "../transport/servers.ts";

const NO_CONTEXT = {} as Context;

/** A handler that answers when it is told to, behind a limit. */
function limited(options: LimitConcurrencyOptions) {
  const under: ((error?: Error) => void)[] = [];
  const handler = limitConcurrency(options)(() => {
    const answer = defer<Response>();
    under.push((error) => error ? answer.reject(error) : answer.resolve(text("ok")));
    return answer.promise;
  });
  const ask = (signal?: AbortSignal) =>
    Promise.resolve(handler(new Request("http://localhost/", { signal }), NO_CONTEXT));
  return { under, ask };
}

async function settled() {
  await new Promise((resolve) => setTimeout(resolve));
}

Deno.test("beyond the limit the answer is 503, until a request has ended", async () => {
  const { under, ask } = limited({ max: 2, retryAfter: 7 });
  const first = ask();
  const second = ask();
  const third = await ask();
  assertEquals([third.status, third.headers.get("retry-after")], [503, "7"]);
  under[0]();
  assertEquals((await first).status, 200);
  const fourth = ask();
  await settled();
  assertEquals(under.length, 3);
  under[1](new Error("of the handler"));
  await assertRejects(() => second, Error, "of the handler");
  under[2]();
  assertEquals((await fourth).status, 200);
});

Deno.test("requests wait in order while there is room, and leave with their client", async () => {
  const { under, ask } = limited({ max: 1, queue: 2 });
  const leaving = new AbortController();
  const first = ask();
  const second = ask(leaving.signal);
  const third = ask();
  assertEquals((await ask()).status, 503);
  leaving.abort(new Error("left"));
  await assertRejects(() => second, Error, "left");
  const fourth = ask();
  assertEquals((await ask()).status, 503);
  assertEquals(under.length, 1);
  for (const [index, answer] of [first, third, fourth].entries()) {
    await settled();
    assertEquals(under.length, index + 1);
    under[index]();
    assertEquals((await answer).status, 200);
  }
  await settled();
  const last = ask();
  assertEquals(under.length, 4);
  under[3]();
  await last;
});

Deno.test("a client that has left already does not wait", async () => {
  const { under, ask } = limited({ max: 1, queue: 1 });
  const first = ask();
  await assertRejects(() => ask(AbortSignal.abort(new Error("left"))), Error, "left");
  under[0]();
  await first;
});

Deno.test("a handler that answers or throws at once leaves at once", () => {
  const limit = limitConcurrency({ max: 1 });
  const request = new Request("http://localhost/");
  const handler = limit(() => text("at once"));
  for (let i = 0; i < 3; i++) {
    assertEquals((handler(request, NO_CONTEXT) as Response).status, 200);
    assertThrows(
      () =>
        limit(() => {
          throw new Error("at once");
        })(request, NO_CONTEXT),
      Error,
      "at once",
    );
  }
});

Deno.test("until: sent waits for the answer and for its end", async () => {
  const sent = defer<never>();
  sent.promise.catch(() => {});
  const context = { completed: sent.promise } as unknown as Context;
  const handler = limitConcurrency({ max: 1, until: "sent" })(() => text("ok"));
  const ask = async () => (await handler(new Request("http://localhost/"), context)).status;
  assertEquals(await ask(), 200);
  assertEquals(await ask(), 503);
  sent.reject(new Error("the client is gone"));
  await settled();
  assertEquals(await ask(), 200);
});

const MISTAKES: [options: unknown, type: typeof TypeError | typeof RangeError][] = [
  [{}, TypeError],
  [undefined, TypeError],
  [{ max: 0 }, RangeError],
  [{ max: 1.5 }, RangeError],
  [{ max: 1, queue: -1 }, RangeError],
  [{ max: 1, retryAfter: -1 }, RangeError],
  [{ max: 1, until: "gone" }, TypeError],
  [{ max: 1, most: 1 }, TypeError],
];

for (const [options, type] of MISTAKES) {
  Deno.test(`limitConcurrency() objects to ${JSON.stringify(options)}`, () => {
    assertThrows(() => limitConcurrency(options as LimitConcurrencyOptions), type);
  });
}

Deno.test("a stream is under way until it was sent, over sockets", async () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const limit = limitConcurrency({ max: 1, until: "sent" });
  await using local = await startLocal(limit(() => {
    return new Response(
      new ReadableStream({
        start(own) {
          controller = own;
          own.enqueue(Uint8Array.of(65));
        },
      }),
    );
  }));
  const first = await fetch(local.origin);
  const second = await fetch(local.origin);
  assertEquals([second.status, await second.text()], [
    503,
    "Service Unavailable: too many requests under way\n",
  ]);
  controller!.close();
  assertEquals(await first.text(), "A");
  const third = await eventually(
    () => fetch(local.origin),
    ({ status }) => status === 200,
    "the limit is free again",
  );
  await third.body?.cancel();
});
