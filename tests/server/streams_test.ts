import { text } from "../../mod.ts";
import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { FOLLOWER, MemoryServer, request, settle, unprinted } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");
const OLD_GET = request("GET / HTTP/1.0", ["Connection: keep-alive"]);
const encoder = new TextEncoder();

/** A stream that a test feeds, and what became of it. */
class Feed {
  readonly cancelled: unknown[] = [];
  readonly readable: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<unknown>;

  constructor() {
    this.readable = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      cancel: (reason) => void this.cancelled.push(reason),
    });
  }

  async give(...chunks: readonly unknown[]): Promise<void> {
    for (const chunk of chunks) {
      this.#controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
    }
    await settle();
  }

  async end(): Promise<void> {
    this.#controller.close();
    await settle();
  }

  async fail(error: unknown): Promise<void> {
    this.#controller.error(error);
    await settle();
  }
}

function streaming(init?: ResponseInit): { readonly server: MemoryServer; readonly feed: Feed } {
  const feed = new Feed();
  const server = new MemoryServer((_, { url }) =>
    url.pathname === "/follower" ? text("follower") : new Response(feed.readable, init)
  );
  return { server, feed };
}

Deno.test("a stream of one chunk is sent with its length", async () => {
  const server = new MemoryServer(() => new Response(ReadableStream.from([encoder.encode("hi")])));
  const { answers } = await server.converse(GET);
  assertEquals(answers.map(({ content, framing }) => [content, framing]), [["hi", "length"]]);
});

Deno.test("a stream of no chunk is sent with a length of zero", async () => {
  const server = new MemoryServer(() => new Response(ReadableStream.from([])));
  const { answers } = await server.converse(GET + GET);
  assertEquals(answers.map((answer) => field(answer, "content-length")), ["0", "0"]);
});

Deno.test("a stream of several chunks is chunked, each sent as it comes", async () => {
  const { server, feed } = streaming();
  const client = server.connect();
  client.send(GET);
  await feed.give("hello");
  let [answer] = readAnswers(client.received);
  assertEquals([answer.content, answer.framing, answer.whole], ["hello", "chunked", false]);
  await feed.give(" world");
  [answer] = readAnswers(client.received);
  assertEquals([answer.content, answer.whole], ["hello world", false]);
  await feed.end();
  [answer] = readAnswers(client.read());
  assertEquals([answer.content, answer.whole], ["hello world", true]);
  assertEquals(field(answer, "content-length"), undefined);
  client.send(FOLLOWER);
  await settle();
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["follower"]);
});

Deno.test("the head waits for the first chunk, and no longer", async () => {
  const { server, feed } = streaming();
  const client = server.connect();
  client.send(GET);
  await settle();
  assertEquals(client.read(), "");
  await feed.give("a");
  assertEquals(readAnswers(client.read())[0].content, "a");
});

Deno.test("chunks of no octets end nothing", async () => {
  const { server, feed } = streaming();
  const client = server.connect();
  client.send(GET);
  await feed.give("", "a", "", "", "b", "");
  await feed.end();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content, answer.whole, answer.framing], ["ab", true, "chunked"]);
});

Deno.test("a stream to HTTP/1.0 ends with the connection, which it is told", async () => {
  const { server, feed } = streaming();
  const client = server.connect();
  client.send(OLD_GET + FOLLOWER);
  await feed.give("a");
  await feed.give("b");
  assertEquals(client.finished, false);
  await feed.end();
  const [answer, ...others] = readAnswers(client.read());
  assertEquals([answer.content, answer.framing, others], ["ab", "close", []]);
  assertEquals(field(answer, "connection"), "close");
  assert(client.finished);
});

Deno.test("a stream of one chunk to HTTP/1.0 has a length, and the connection persists", async () => {
  const server = new MemoryServer(() => new Response("hi"));
  const { client, answers } = await server.converse(OLD_GET + OLD_GET);
  assertEquals(answers.map(({ content, framing }) => [content, framing]), [
    ["hi", "length"],
    ["hi", "length"],
  ]);
  assertEquals(client.finished, false);
});

Deno.test("a stream of a declared length is sent with it, to HTTP/1.0 too", async () => {
  for (const wire of [GET, OLD_GET]) {
    const { server, feed } = streaming({ headers: { "Content-Length": "4" } });
    const client = server.connect();
    client.send(wire);
    await feed.give("ab");
    await feed.give("cd");
    await feed.end();
    const [answer] = readAnswers(client.read());
    assertEquals([answer.content, answer.framing, answer.whole], ["abcd", "length", true]);
    assertEquals(client.finished, false);
  }
});

Deno.test("transfer codings of a handler are ignored when it streams", async () => {
  const { server, feed } = streaming({ headers: { "Transfer-Encoding": "gzip" } });
  const client = server.connect();
  client.send(GET);
  await feed.give("ab");
  await feed.give("cd");
  await feed.end();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content, answer.framing], ["abcd", "chunked"]);
});

/** Streams that end in their middle: what was sent must not look whole. */
const CUT: [why: string, length: string | undefined, act: (feed: Feed) => Promise<void>][] = [
  ["that errs", undefined, (feed) => feed.fail(new Error("of the stream"))],
  ["that gives a string", undefined, async (feed) => await feed.give({ toString: () => "x" })],
  ["shorter than its length", "4", (feed) => feed.end()],
  ["longer than its length", "4", (feed) => feed.give("cde")],
  ["that errs at the end of its length", "4", async (feed) => {
    await feed.give("c");
    await feed.fail(new Error("of the stream"));
  }],
];

for (const [why, length, act] of CUT) {
  for (const version of ["HTTP/1.1", "HTTP/1.0"]) {
    Deno.test(`a stream ${why} behind its first chunk cuts ${version}`, async () => {
      const { server, feed } = streaming(
        length === undefined ? {} : { headers: { "Content-Length": length } },
      );
      const printed = await unprinted(async () => {
        const client = server.connect();
        client.send(request(`GET / ${version}`) + FOLLOWER);
        await feed.give("a");
        await feed.give("b");
        await act(feed);
        const [answer, ...others] = readAnswers(client.read());
        assertEquals([answer.whole, others], [false, []]);
        assertEquals(answer.content.slice(0, 2), "ab");
        // A close that lingers would make it look whole to HTTP/1.0.
        assertEquals([client.closed, client.finished], [true, false]);
      });
      // Whoever watches learns of it, though there is nobody left to answer.
      assertEquals([server.errors.length, printed], [1, []]);
      assertEquals(server.server.stats().requests, { total: 1, inFlight: 0 });
    });
  }
}

Deno.test("a stream cut in its middle is reset where only its close would have ended it", async () => {
  for (const [line, wasReset] of [["GET / HTTP/1.0", true], ["GET / HTTP/1.1", false]] as const) {
    const { server, feed } = streaming();
    await unprinted(async () => {
      const client = server.connect();
      client.send(request(line));
      await feed.give("a");
      await feed.give("b");
      await feed.fail(new Error("of the stream"));
      assertEquals([client.closed, client.wasReset], [true, wasReset]);
    });
  }
});

Deno.test("a stream that only its close ends is not reset once it is whole", async () => {
  const { server, feed } = streaming();
  const client = server.connect();
  client.send(OLD_GET);
  await feed.give("a");
  await feed.give("b");
  client.end();
  await feed.end();
  assertEquals([client.closed, client.wasReset], [true, false]);
});

Deno.test("a stream whose last octets are not taken in time is reset", async () => {
  const { server, feed } = streaming();
  const client = server.connect();
  client.send(OLD_GET);
  await feed.give("a");
  await feed.give("b");
  client.takeOnly(0);
  await feed.give("c");
  await feed.end();
  assertEquals(client.closed, false);
  server.clock.advance(60_000);
  assertEquals([client.closed, client.wasReset], [true, true]);
});

/** Streams that cannot be sent from the start: nothing has left, so it is a 500. */
const STILLBORN: [why: string, length: string | undefined, act: (feed: Feed) => Promise<void>][] = [
  ["that errs", undefined, (feed) => feed.fail(new Error("of the stream"))],
  ["whose first chunk is a number", undefined, (feed) => feed.give(1)],
  ["whose first chunk is an ArrayBuffer", undefined, (feed) => feed.give(new ArrayBuffer(4))],
  ["whose first chunk is longer than its length", "4", (feed) => feed.give("abcde")],
  ["that ends behind less than its length", "4", async (feed) => {
    feed.give("abc");
    await feed.end();
  }],
];

for (const [why, length, act] of STILLBORN) {
  Deno.test(`a stream ${why} is a 500, and the next request is served`, async () => {
    const { server, feed } = streaming(
      length === undefined ? {} : { headers: { "Content-Length": length } },
    );
    const client = server.connect();
    client.send(GET + FOLLOWER);
    await act(feed);
    const answers = readAnswers(client.read());
    assertEquals(answers.map(({ status }) => status), [500, 200]);
    assertEquals(server.errors.length, 1);
  });
}

Deno.test("an error of a stream goes to onError while nothing was sent", async () => {
  const { server, feed } = streaming();
  const client = server.connect();
  client.send(GET);
  await feed.fail(new Error("of the stream"));
  assertStringIncludes(String(server.errors[0]), "of the stream");
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["error"]);
});

Deno.test("a client that takes nothing stops a stream", async () => {
  let pulled = 0;
  const server = new MemoryServer(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled += 10_000;
          controller.enqueue(new Uint8Array(10_000));
        },
      }),
    )
  );
  const client = server.connect();
  client.takeOnly(0);
  client.send(GET);
  for (let turn = 0; turn < 20; turn++) await settle();
  const atFirst = pulled;
  assertLessOrEqual(atFirst, 120_000);
  client.takeOnly(100_000);
  for (let turn = 0; turn < 20; turn++) await settle();
  assert(pulled > atFirst, "the stream goes on when there is room");
  assertLessOrEqual(pulled, atFirst + 200_000);
});

Deno.test("a stream that a slow client takes arrives whole", async () => {
  const size = 30;
  let chunks = 0;
  const server = new MemoryServer(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          if (chunks++ === size) controller.close();
          else controller.enqueue(new Uint8Array(10_000).fill(97));
        },
      }),
    )
  );
  const client = server.connect();
  client.takeOnly(0);
  client.send(GET);
  for (let turn = 0; turn < 100; turn++) {
    client.takeOnly(3_333);
    await settle();
  }
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content, answer.whole], ["a".repeat(size * 10_000), true]);
});

Deno.test("octets that a client takes slowly are not written over", async () => {
  const server = new MemoryServer((_, { url }) => text(url.pathname.repeat(50)));
  const wires = Array.from({ length: 300 }, (_, i) => request(`GET /${i} HTTP/1.1`));
  const client = server.connect();
  const other = server.connect();
  client.takeOnly(0);
  client.send(wires.join(""));
  for (let turn = 0; turn < 2000 && server.server.stats().octets.out < 1e6; turn++) {
    client.takeOnly(1_000);
    other.send(FOLLOWER);
    await Promise.resolve();
  }
  await settle();
  const answers = readAnswers(client.read());
  assertEquals(
    answers.map(({ content }) => content),
    wires.map((_, i) => `/${i}`.repeat(50)),
  );
});

Deno.test("a stream that is always ready, to a network that is, gives others their turn", async () => {
  let hadTurn = false;
  let chunks = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(10));
      if (hadTurn || ++chunks === 20_000) controller.close();
    },
  });
  const { transport } = new MemoryServer(() => new Response(stream));
  const client = transport.connect();
  client.send(GET);
  await new Promise((resolve) => setTimeout(resolve, 0));
  hadTurn = true;
  await settle();
  assertLessOrEqual(chunks, 19_999);
  assert(client.received.endsWith("0\r\n\r\n"));
});
