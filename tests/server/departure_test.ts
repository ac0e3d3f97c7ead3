import { text } from "../../mod.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "../assert.ts";
import { readAnswers } from "./answers.ts";
import {
  MemoryServer,
  post,
  request,
  settle,
  unhandledRejections,
  unprinted,
} from "./memory_server.ts";
import { statuses, WaitingServer } from "./waiting_server.ts";

const GET = request("GET / HTTP/1.1");

// A half-close (RFC 9112 §9.6).

Deno.test("a half-closed client gets its answer, then the connection closes", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  const { signal } = server.requests[0];
  assertEquals(signal.aborted, false);
  client.end();
  assertEquals(signal.aborted, true);
  assertEquals(signal.reason.name, "AbortError");
  await server.answer(text("ok"));
  assertEquals(statuses(client.read()), [200]);
  assert(client.closed);
  assertEquals(server.server.stats().connections.open, 0);
});

Deno.test("a signal that is first looked at behind the half-close is aborted", () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  client.end();
  assertEquals(server.requests[0].signal.aborted, true);
});

Deno.test('halfClose: "quiet" leaves the signal for resets', async () => {
  const server = new WaitingServer({ halfClose: "quiet" });
  const client = server.connect();
  client.send(GET);
  const { signal } = server.requests[0];
  client.end();
  assertEquals(signal.aborted, false);
  await server.answer(text("ok"));
  assertEquals([signal.aborted, client.closed], [false, true]);
  assertEquals(statuses(client.read()), [200]);

  const other = server.connect();
  other.send(GET);
  const { signal: otherSignal } = server.requests[1];
  other.end();
  other.reset();
  assertEquals(otherSignal.aborted, true);
});

Deno.test("a half-closed client gets the answers to all that it had asked", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET + GET);
  client.end();
  await server.answer(text("one"));
  await server.answer(text("two"));
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["one", "two"]);
  assert(client.closed);
});

Deno.test("the signal of a request that is read behind the half-close is aborted too", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET + GET);
  client.end();
  await server.answer(text("one"));
  assertEquals(server.requests.map(({ signal }) => signal.aborted), [true, true]);
});

Deno.test("a half-closed client gets a streamed answer whole", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  client.end();
  await server.answer(
    new Response(ReadableStream.from(["a", "b"].map((text) => new TextEncoder().encode(text)))),
  );
  assertEquals(readAnswers(client.read()).map(({ content, whole }) => [content, whole]), [
    ["ab", true],
  ]);
  assert(client.closed);
});

Deno.test("a client that half-closes without a request is closed without a word", () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.end();
  assertEquals([client.read(), client.closed], ["", true]);
  assertEquals(server.refusals, []);
});

Deno.test("a client that half-closes in the middle of a head is closed without a word", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send("GET / HT");
  client.end();
  await settle();
  assertEquals([client.read(), client.closed], ["", true]);
});

for (const pace of ["before", "while"]) {
  Deno.test(`content cut short by a half-close ${pace} it is read is never whole`, async () => {
    const gate = Promise.withResolvers<void>();
    const server = new MemoryServer(async (request) => {
      if (pace === "before") await gate.promise;
      return text(await request.text());
    });
    const client = server.connect();
    client.send(post("hello").slice(0, -2));
    await settle();
    client.end();
    gate.resolve();
    await settle();
    assertEquals(statuses(client.read()), [400]);
    assertEquals(server.refusals, ["incomplete-content"]);
    assert(client.closed);
  });
}

Deno.test("content that came whole before the half-close is read", async () => {
  const gate = Promise.withResolvers<void>();
  const server = new MemoryServer(async (request) => {
    await gate.promise;
    return text(await request.text());
  });
  const client = server.connect();
  client.send(post("hello"));
  client.end();
  gate.resolve();
  await settle();
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["hello"]);
});

// A reset.

Deno.test("a reset in the middle of content rejects its read", async () => {
  const errors: unknown[] = [];
  const server = new MemoryServer(async (request) => {
    try {
      return text(await request.text());
    } catch (error) {
      errors.push(error);
      throw error;
    }
  });
  const client = server.connect();
  client.send(post("hello").slice(0, -2));
  await settle();
  client.reset();
  await settle();
  assertEquals(errors.length, 1);
  assertInstanceOf(errors[0], DOMException);
  assertStringIncludes(errors[0].message, "reset by peer");
  assertEquals([client.read(), client.closed], ["", true]);
  assertEquals(server.errors, []);
});

Deno.test("a reset before content is read rejects the read", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(post("hello").slice(0, -2));
  client.reset();
  await assertRejects(() => server.requests[0].text(), DOMException);
  await assertRejects(() => server.requests[0].text());
});

Deno.test("a reset makes a stream of content err", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(post("hello").slice(0, -2));
  const reader = server.requests[0].body!.getReader();
  assertEquals((await reader.read()).value?.length, 3);
  const rest = reader.read();
  client.reset();
  await assertRejects(() => rest, DOMException);
});

Deno.test("a reset aborts the signal, and drops the answer", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  const { signal } = server.requests[0];
  client.reset();
  assertEquals(signal.aborted, true);
  await server.answer(text("late"));
  assertEquals([client.read(), client.closed], ["", true]);
  assertEquals(server.server.stats().requests, { total: 1, inFlight: 0 });
  await assertRejects(() => server.contexts[0].completed, DOMException);
});

Deno.test("a reset cancels the response that comes too late", async () => {
  const reasons: unknown[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  client.reset();
  await server.answer(
    new Response(new ReadableStream({ cancel: (why) => void reasons.push(why) })),
  );
  assertEquals(reasons.length, 1);
});

Deno.test("an error of a handler whose client is gone is nobody's", async () => {
  const gate = Promise.withResolvers<void>();
  const server = new MemoryServer(async () => {
    await gate.promise;
    throw new Error("of the handler");
  });
  const client = server.connect();
  client.send(GET);
  client.reset();
  const rejections = await unhandledRejections(async () => {
    gate.resolve();
    await settle();
  });
  assertEquals([rejections, server.errors], [[], []]);
});

Deno.test("a reset in the middle of an answer cancels its stream", async () => {
  const reasons: unknown[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  const { signal } = server.requests[0];
  const { completed } = server.contexts[0];
  await server.answer(
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel: (reason) => void reasons.push(reason),
      }),
    ),
  );
  assertEquals(signal.aborted, false);
  client.reset();
  await settle();
  assertEquals(reasons.length, 1);
  assertInstanceOf(reasons[0], DOMException);
  assertEquals(signal.aborted, true);
  await assertRejects(() => completed, DOMException);
});

Deno.test("a reset before its first chunk cancels a stream", async () => {
  const reasons: unknown[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  await server.answer(
    new Response(new ReadableStream({ cancel: (reason) => void reasons.push(reason) })),
  );
  client.reset();
  await settle();
  assertEquals(reasons.length, 1);
});

Deno.test("a refusal in place of a stream that never begins cancels it", async () => {
  const reasons: unknown[] = [];
  const server = new WaitingServer({ timeouts: { handler: 1_000 } });
  const client = server.connect();
  client.send(GET);
  await server.answer(
    new Response(new ReadableStream({ cancel: (reason) => void reasons.push(reason) })),
  );
  server.clock.advance(2_000);
  await settle();
  assertEquals(statuses(client.read()), [503]);
  assertEquals(reasons.length, 1);
});

Deno.test("a reset while an answer waits for the client rejects completed", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.takeOnly(0);
  client.send(GET);
  const { completed } = server.contexts[0];
  await server.answer(text("ok"));
  client.reset();
  await assertRejects(() => completed);
  await assertRejects(() => server.contexts[0].completed);
});

Deno.test("the signal does not abort on success, nor behind it", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  const { signal } = server.requests[0];
  await server.answer(text("ok"));
  assertEquals(signal.aborted, false);
  client.end();
  client.reset();
  assertEquals(signal.aborted, false);
  assertEquals(server.requests[0].signal.aborted, false);
});

// A client that has half-closed and may be gone.

Deno.test("a stream of a half-closed client that makes nothing more ends after the idle time", async () => {
  let cancelled: unknown;
  const server = new MemoryServer(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          if (cancelled === undefined) controller.enqueue(new Uint8Array(1));
          cancelled = "not yet";
          return new Promise(() => {});
        },
        cancel: (reason) => void (cancelled = reason),
      }, { highWaterMark: 0 }),
    ), { timeouts: { idle: 5_000 } });
  const client = server.connect();
  client.send(GET);
  await settle();
  assertEquals(statuses(client.read()), [200]);
  server.clock.advance(60_000);
  client.end();
  server.clock.advance(5_000);
  assertEquals([client.closed, cancelled], [false, "not yet"]);
  server.clock.advance(1_000);
  await settle();
  assertEquals(client.closed, true);
  assertInstanceOf(cancelled, DOMException);
  assertEquals(server.server.stats().requests.inFlight, 0);
});

Deno.test("a stream of a half-closed client that goes on is not ended", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const server = new MemoryServer(
    () => new Response(new ReadableStream({ start: (own) => void (controller = own) })),
    { timeouts: { idle: 5_000 } },
  );
  const client = server.connect();
  client.send(GET);
  controller.enqueue(new Uint8Array(1));
  client.end();
  for (let i = 0; i < 10; i++) {
    await settle();
    server.clock.advance(4_000);
    controller.enqueue(new Uint8Array(1));
  }
  controller.close();
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content.length, answer.whole], [11, true]);
});

for (const throwsLate of [false, true]) {
  const when = throwsLate ? "from its stream" : "";
  Deno.test(`a handler that throws its signal's reason ${when} is not reported`, async () => {
    const errors: unknown[] = [];
    const printed = await unprinted(async () => {
      const server = new MemoryServer(async ({ signal }) => {
        const reason = new Promise((resolve) => signal.addEventListener("abort", resolve))
          .then(() => signal.reason);
        if (!throwsLate) throw await reason;
        let chunks = 0;
        return new Response(
          new ReadableStream({
            async pull(controller) {
              if (chunks++ === 0) return controller.enqueue(new Uint8Array(1));
              controller.error(await reason);
            },
          }),
        );
      }, {
        onError(error) {
          errors.push(error);
          return text("reported", { status: 500 });
        },
      });
      const client = server.connect();
      client.send(GET);
      await settle();
      client.end();
      await settle();
      assertEquals(client.closed, true);
      assertEquals(server.server.stats().requests.inFlight, 0);
    });
    assertEquals([errors, printed], [[], []]);
  });
}
