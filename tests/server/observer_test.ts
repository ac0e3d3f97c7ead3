/** What observers of a context are told, as metrics and logs need it. */
import { type Context, text } from "../../mod.ts";
import { type ExchangeEnd, type Observable, OBSERVE } from "../../src/exchange_observer.ts";
import { assert, assertEquals, assertInstanceOf } from "../assert.ts";
import { MemoryServer, post, request, settle, unprinted } from "./memory_server.ts";
import { statuses, WaitingServer } from "./waiting_server.ts";

const GET = request("GET / HTTP/1.1");

/** Notes what an observer is told. */
function observe(context: Context, ends: ExchangeEnd[]): void {
  (context as Context & Observable)[OBSERVE]({ exchangeEnded: (end) => void ends.push(end) });
}

function figures({ status, contentOctets, receivedOctets, minorVersion }: ExchangeEnd) {
  return [status, contentOctets, receivedOctets, minorVersion];
}

/** Requests, answers, and status, octets sent, octets received, and minor version. */
const ENDS: [why: string, wire: string, make: () => Response, figures: number[]][] = [
  ["text", GET, () => text("hello"), [200, 5, 0, 1]],
  ["text beyond ASCII", GET, () => text("hällo", { status: 404 }), [404, 6, 0, 1]],
  ["a native text", GET, () => new Response("hello"), [200, 5, 0, 1]],
  ["a stream", GET, () => stream(3, 4), [200, 7, 0, 1]],
  ["no content", GET, () => new Response(null, { status: 204 }), [204, 0, 0, 1]],
  ["HEAD", request("HEAD / HTTP/1.1"), () => text("hello"), [200, 0, 0, 1]],
  ["HTTP/1.0", request("GET / HTTP/1.0"), () => text("hello"), [200, 5, 0, 0]],
  ["a stream to HTTP/1.0", request("GET / HTTP/1.0"), () => stream(3, 4), [200, 7, 0, 0]],
];

function stream(...lengths: number[]): Response {
  return new Response(ReadableStream.from(lengths.map((length) => new Uint8Array(length))));
}

for (const [why, wire, make, expected] of ENDS) {
  Deno.test(`an observer is told how the exchange ended: ${why}`, async () => {
    const ends: ExchangeEnd[] = [];
    const server = new WaitingServer();
    server.connect().send(wire);
    observe(server.contexts[0], ends);
    await server.answer(make());
    assertEquals(ends.map(figures), [expected]);
    assertEquals(ends[0].error, undefined);
  });
}

Deno.test("an observer is told how much content was read", async () => {
  const ends: ExchangeEnd[] = [];
  const server = new MemoryServer(async (request, context) => {
    observe(context, ends);
    return text(await request.text());
  });
  await server.converse(post("hello"));
  assertEquals(ends.map(figures), [[200, 5, 5, 1]]);
});

Deno.test("an observer is told the status that was sent in place of an error", async () => {
  const ends: ExchangeEnd[] = [];
  const server = new MemoryServer((_, context) => {
    observe(context, ends);
    throw new Error("of the handler");
  });
  await server.converse(GET);
  assertEquals(ends.map(figures), [[500, 5, 0, 1]]);
});

Deno.test("an observer is told once the network has the answer, not before", async () => {
  const ends: ExchangeEnd[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.takeOnly(10);
  client.send(GET);
  observe(server.contexts[0], ends);
  await server.answer(text("ok"));
  assertEquals(ends, []);
  client.takeOnly(Infinity);
  await settle();
  assertEquals(ends.map(figures), [[200, 2, 0, 1]]);
});

Deno.test("an observer is told how much was sent to a client that went away", async () => {
  const ends: ExchangeEnd[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.takeOnly(0);
  client.send(GET);
  observe(server.contexts[0], ends);
  await server.answer(text("x".repeat(1000)));
  client.reset();
  await settle();
  assertEquals(ends.map(figures), [[200, 0, 0, 1]]);
  assertInstanceOf(ends[0].error, DOMException);
});

Deno.test("an observer is told of a stream that ended in its middle", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const ends: ExchangeEnd[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  observe(server.contexts[0], ends);
  await server.answer(
    new Response(new ReadableStream({ start: (own) => void (controller = own) })),
  );
  controller.enqueue(new Uint8Array(7));
  await settle();
  controller.enqueue(new Uint8Array(5));
  await settle();
  client.reset();
  await settle();
  assertEquals(ends.map(figures), [[200, 12, 0, 1]]);
  assert(ends[0].error !== undefined);
});

Deno.test("an observer is told of a client that went away before there was an answer", async () => {
  const ends: ExchangeEnd[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  observe(server.contexts[0], ends);
  client.reset();
  await settle();
  assertEquals(ends.map(figures), [[0, 0, 0, 1]]);
  await server.answer(text("late"));
  assertEquals(ends.length, 1);
});

Deno.test("an observer that comes late is told at once", async () => {
  const ends: ExchangeEnd[] = [];
  const server = new WaitingServer();
  const staying = server.connect();
  const leaving = server.connect();
  staying.send(GET);
  leaving.send(GET);
  await server.answer(text("hello"));
  leaving.send("");
  await server.answer(text("hello"));
  leaving.send(GET);
  leaving.reset();
  await settle();
  for (const context of server.contexts) observe(context, ends);
  assertEquals(ends.map(figures), [[200, 5, 0, 1], [200, 5, 0, 1], [0, 0, 0, 1]]);
});

Deno.test("each of several observers is told, though one throws", async () => {
  const ends: ExchangeEnd[] = [];
  const server = new WaitingServer();
  const client = server.connect();
  client.send(GET);
  const [context] = server.contexts;
  observe(context, ends);
  (context as Context & Observable)[OBSERVE]({
    exchangeEnded() {
      throw new Error("of an observer");
    },
  });
  observe(context, ends);
  const printed = await unprinted(() => server.answer(text("hello")));
  client.send(GET);
  await server.answer(text("on it goes"));
  assertEquals(ends.map(figures), [[200, 5, 0, 1], [200, 5, 0, 1]]);
  assertEquals([printed.length, statuses(client.read())], [1, [200, 200]]);
});
