/** What becomes of an answer: `context.completed`. */
import { type Completion, type Context, text } from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import {
  FOLLOWER,
  MemoryServer,
  post,
  request,
  settle,
  unhandledRejections,
  unprinted,
} from "./memory_server.ts";
import { statuses, WaitingServer } from "./waiting_server.ts";

const GET = request("GET / HTTP/1.1");

/** Answers, and what their completion says. */
const COMPLETED: [why: string, make: () => Response, completion: Completion][] = [
  ["text", () => text("hello"), { status: 200, contentOctets: 5 }],
  ["text beyond ASCII", () => text("hällo"), { status: 200, contentOctets: 6 }],
  ["long text", () => text("x".repeat(50_000)), { status: 200, contentOctets: 50_000 }],
  ["a native text", () => new Response("hello", { status: 404 }), {
    status: 404,
    contentOctets: 5,
  }],
  ["204", () => new Response(null, { status: 204 }), { status: 204, contentOctets: 0 }],
  ["a stream", () => new Response(ReadableStream.from([new Uint8Array(3), new Uint8Array(4)])), {
    status: 200,
    contentOctets: 7,
  }],
];

for (const [why, make, completion] of COMPLETED) {
  for (const access of ["before", "behind"]) {
    Deno.test(`completed resolves for ${why}, looked at ${access} the answer`, async () => {
      const server = new WaitingServer();
      const client = server.connect();
      client.send(GET);
      const early = access === "before" ? server.contexts[0].completed : undefined;
      await server.answer(make());
      const completed = early ?? server.contexts[0].completed;
      assertEquals(await completed, completion);
      assert(completed === server.contexts[0].completed);
    });
  }
}

Deno.test("completed waits until the network has taken the answer", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.takeOnly(10);
  client.send(GET);
  let isCompleted = false;
  server.contexts[0].completed.then(() => isCompleted = true);
  await server.answer(text("ok"));
  assertEquals(isCompleted, false);
  client.takeOnly(Infinity);
  await settle();
  assertEquals(isCompleted, true);
});

Deno.test("completed of HEAD counts no content", async () => {
  const server = new WaitingServer();
  server.connect().send(request("HEAD / HTTP/1.1"));
  await server.answer(text("hello"));
  assertEquals(await server.contexts[0].completed, { status: 200, contentOctets: 0 });
});

Deno.test("completed tells the status that was sent in place of an error", async () => {
  const contexts: Context[] = [];
  const server = new MemoryServer((_, context) => {
    contexts.push(context);
    throw new Error("of the handler");
  });
  await server.converse(GET);
  assertEquals(await contexts[0].completed, { status: 500, contentOctets: 5 });
});

Deno.test("completed rejects where a stream errs in its middle", async () => {
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  const { completed } = server.contexts[0];
  let chunks = 0;
  await unprinted(async () => {
    await server.answer(
      new Response(
        new ReadableStream({
          async pull(controller) {
            await settle();
            if (chunks++ === 2) controller.error(new Error("of the stream"));
            else controller.enqueue(new Uint8Array(1));
          },
        }),
      ),
    );
    for (let turn = 0; turn < 5; turn++) await settle();
  });
  await assertRejects(() => completed, DOMException, "of the stream");
});

Deno.test("completed rejects where a stream errs with nothing, and nothing more is sent", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const server = new WaitingServer();
  const client = server.connect();
  client.takeOnly(1);
  client.send(GET);
  await unprinted(async () => {
    await server.answer(
      new Response(new ReadableStream({ start: (own) => void (controller = own) })),
    );
    controller.enqueue(new Uint8Array(1));
    await settle();
    controller.error(undefined);
    await settle();
  });
  client.takeOnly(Infinity);
  await settle();
  assertEquals([client.closed, client.read()], [true, "H"]);
  await assertRejects(() => server.contexts[0].completed, DOMException);
});

Deno.test("completed of an answer that waits rejects where a later exchange is cut", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const server = new WaitingServer();
  const client = server.connect();
  client.takeOnly(0);
  client.send(GET + GET);
  await server.answer(text("x".repeat(1_000)));
  await unprinted(async () => {
    await server.answer(
      new Response(new ReadableStream({ start: (own) => void (controller = own) })),
    );
    controller.enqueue(new Uint8Array(1));
    await settle();
    controller.error(undefined);
    await settle();
  });
  for (const { completed } of server.contexts) await assertRejects(() => completed, DOMException);
});

Deno.test("no promise of ours that nobody holds ends the process", async () => {
  const rejections = await unhandledRejections(async () => {
    for (const leave of ["end", "reset"] as const) {
      for (const answer of [text("ok"), new Response(ReadableStream.from([new Uint8Array(9)]))]) {
        const server = new WaitingServer();
        const client = server.connect();
        client.takeOnly(0);
        client.send(post("hello").slice(0, -2));
        const [request] = server.requests;
        void server.contexts[0].completed;
        void request.signal;
        void request.body?.getReader().read().catch(() => {});
        client[leave]();
        await server.answer(answer.clone());
        client.reset();
        await settle();
      }
    }
  });
  assertEquals(rejections, []);
});

Deno.test("others are served while a client goes away", async () => {
  const server = new WaitingServer();
  const leaving = server.connect();
  const staying = server.connect();
  leaving.send(GET);
  staying.send(GET);
  leaving.reset();
  await server.answer(text("late"));
  await server.answer(text("ok"));
  assertEquals(statuses(staying.read()), [200]);
  staying.send(FOLLOWER);
  await server.answer(text("ok"));
  assertEquals(statuses(staying.read()), [200]);
});
