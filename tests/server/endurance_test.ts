/** What one client, or one callback of the application, must not do to the others. */
import { text } from "../../mod.ts";
import { serveOver } from "../../src/serve.ts";
import { MemoryTransport } from "../../src/transport/memory.ts";
import { assert, assertEquals, assertLessOrEqual, assertThrows } from "../assert.ts";
import { readAnswers } from "./answers.ts";
import {
  MemoryServer,
  post,
  request,
  settle,
  unhandledRejections,
  unprinted,
} from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");
const CHUNKED = ["Transfer-Encoding: chunked"];

Deno.test("a stream that errs while its client takes nothing ends no process", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const rejections = await unhandledRejections(async () => {
    await unprinted(async () => {
      const server = new MemoryServer(() =>
        new Response(new ReadableStream({ start: (own) => void (controller = own) }))
      );
      const client = server.connect();
      client.takeOnly(1);
      client.send(GET);
      controller.enqueue(new Uint8Array(1));
      await settle();
      controller.enqueue(new Uint8Array(1_000_000));
      await settle();
      controller.error(new Error("upstream broke"));
      await settle();
      client.takeOnly(Infinity);
      await settle();
      assertEquals(client.closed, true);
    });
  });
  assertEquals(rejections, []);
});

Deno.test("a known response outlives the clients that did not wait for it", async () => {
  const hello = text("hello");
  const gates: (() => void)[] = [];
  const server = new MemoryServer(async () => {
    await new Promise<void>((resolve) => gates.push(resolve));
    return hello;
  });
  const leaving = server.connect();
  leaving.send(GET);
  leaving.reset();
  gates.pop()!();
  await settle();
  const staying = server.connect();
  staying.send(GET);
  gates.pop()!();
  await settle();
  assertEquals(readAnswers(staying.read()).map(({ content }) => content), ["hello"]);
});

Deno.test("chunks that come together are read together, however small", async () => {
  const pieces: number[] = [];
  const server = new MemoryServer(async ({ body }) => {
    for await (const piece of body!) pieces.push(piece.length);
    return text("read");
  });
  const client = server.connect();
  client.send(request("POST / HTTP/1.1", CHUNKED));
  for (let i = 0; i < 3; i++) {
    client.send("1\r\nx\r\n".repeat(10_000));
    await settle();
  }
  client.send("0\r\n\r\n");
  await settle();
  assertEquals(pieces.reduce((sum, length) => sum + length, 0), 30_000);
  assertLessOrEqual(pieces.length, 6);
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["read"]);
});

Deno.test("what is wrong behind good chunks is told behind them", async () => {
  const pieces: string[] = [];
  let failure: unknown;
  const server = new MemoryServer(async ({ body }) => {
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        pieces.push(next.value);
      }
    } catch (error) {
      failure = error;
      throw error;
    }
    return text("read");
  });
  const { client, answers } = await server.converse(
    request("POST / HTTP/1.1", CHUNKED, "1\r\na\r\n1\r\nb\r\nx\r\n"),
  );
  assertEquals(pieces.join(""), "ab");
  assert(failure instanceof Error);
  assertEquals(answers.map(({ status }) => status), [400]);
  assertEquals([server.refusals, client.finished], [["malformed-chunk"], true]);
});

Deno.test("a request that was kept reads nothing of another exchange", async () => {
  let kept: Request | undefined;
  const failures: unknown[] = [];
  const server = new MemoryServer(async (own) => {
    if (kept === undefined) kept = own;
    else await kept.text().catch((error) => failures.push(error));
    return text("ok");
  }, { limits: { content: 100 } });
  const client = server.connect();
  client.send(post("a"));
  await settle();
  client.send(post("x".repeat(300)));
  await settle();
  assertEquals(readAnswers(client.read()).map(({ status }) => status), [200, 200]);
  assertEquals(failures.map((error) => error instanceof TypeError), [true]);
  assertEquals([client.finished, server.refusals], [false, []]);
  await kept!.text().catch((error) => failures.push(error));
  assertEquals(failures[1] instanceof TypeError, true);
});

const FAILING: [why: string, onRefusal: () => void | Promise<void>][] = [
  ["rejects", () => Promise.reject(new Error("no"))],
  ["throws", () => assert(false)],
];

for (const [why, onRefusal] of FAILING) {
  Deno.test(`an onRefusal that ${why} decides over nothing`, async () => {
    const rejections = await unhandledRejections(async () => {
      const printed = await unprinted(async () => {
        const server = new MemoryServer(() => text("ok"), { onRefusal });
        const { client, answers } = await server.converse("BAD\r\n\r\n");
        assertEquals(answers.map(({ status }) => status), [400]);
        assertEquals(client.finished, true);
      });
      assertEquals(printed.length, 1);
    });
    assertEquals(rejections, []);
  });
}

Deno.test("an onListen that throws leaves nothing that listens", () => {
  const transport = new MemoryTransport();
  const onListen = () => {
    throw new Error("not now");
  };
  assertThrows(() => serveOver(transport)({ onListen }, () => text("ok")), Error, "not now");
  assertThrows(() => transport.connect(), TypeError, "nobody listens");
});

Deno.test("an error that cannot be printed ends nothing", async () => {
  const trap = () => {
    throw new Error("trapped");
  };
  const error = new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap, has: trap });
  const rejections = await unhandledRejections(async () => {
    await unprinted(async () => {
      const server = new MemoryServer(() => Promise.reject(error), { onError: undefined });
      const { answers } = await server.converse(GET);
      assertEquals(answers.map(({ status }) => status), [500]);
    });
  });
  assertEquals(rejections, []);
});

Deno.test("deadlines follow a time that nobody sets, where the clock has one", () => {
  let time = Date.UTC(2026, 0, 1);
  let elapsed = 0;
  let tick = () => {};
  const transport = new MemoryTransport();
  serveOver(transport)({
    onListen() {},
    clock: {
      now: () => time,
      elapsed: () => elapsed,
      every(_, action) {
        tick = action;
        return () => {};
      },
    },
  }, () => text("ok"));
  const client = transport.connect();
  client.send(GET);
  tick();
  time += 3_600_000;
  tick();
  assertEquals(client.closed, false);
  elapsed += 66_000;
  // The first tick comes late, so it judges nobody.
  tick();
  tick();
  assertEquals(client.closed, true);
});

Deno.test("a signal that outlives a server keeps nothing of it", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (
    ...args: Parameters<typeof remove>
  ) => (listeners--, remove(...args));
  const server = new MemoryServer(() => text("ok"), { signal });
  assertEquals(listeners, 1);
  await server.server.shutdown();
  await settle();
  assertEquals(listeners, 0);
});

for (const method of ["TRACK", "connect", "Trace", "track"]) {
  Deno.test(`the method ${method}, which no Request has, is 501`, async () => {
    const server = new MemoryServer(() => text("never"));
    const { answers } = await server.converse(request(`${method} / HTTP/1.1`));
    assertEquals(answers.map(({ status }) => status), [501]);
    assertEquals(server.refusals, ["unsupported-method"]);
  });
}
