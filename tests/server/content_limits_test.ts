/** How much content is read, and how much of what nobody read is read away. */
import { type Context, type Handler, routes, text } from "../../mod.ts";
import { ContentTooLarge } from "../../src/protocol/errors.ts";
import { assert, assertEquals, assertInstanceOf } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { FOLLOWER, MemoryServer, post, request, settle } from "./memory_server.ts";

const echo: Handler = async (request) => text(await request.text());

function chunked(...chunks: readonly string[]): string {
  const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  return request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"], `${coded}0\r\n\r\n`);
}

function statuses(answers: readonly { readonly status: number }[]): number[] {
  return answers.map(({ status }) => status);
}

for (const [framing, wire] of [["declared", post("hello")], ["chunked", chunked("hel", "lo")]]) {
  Deno.test(`${framing} content of as many octets as may be is read`, async () => {
    const server = new MemoryServer(echo, { limits: { content: 5 } });
    const { answers } = await server.converse(wire + FOLLOWER);
    assertEquals(answers.map(({ content }) => content), ["hello", ""]);
  });

  Deno.test(`${framing} content of one octet more is 413`, async () => {
    const server = new MemoryServer(echo, { limits: { content: 4 } });
    const { client, answers } = await server.converse(wire + FOLLOWER);
    assertEquals(statuses(answers), [413]);
    assertEquals(field(answers[0], "connection"), "close");
    assertEquals(server.refusals, ["content-too-large"]);
    assertEquals(server.errors, []);
    assert(client.finished);
  });

  Deno.test(`${framing} content too large is ContentTooLarge; who catches it answers`, async () => {
    const errors: unknown[] = [];
    const server = new MemoryServer(async (request) => {
      const error = await request.text().catch((error: unknown) => error);
      errors.push(error);
      return text("caught", { status: 200 });
    }, { limits: { content: 4 } });
    const { client, answers } = await server.converse(wire + FOLLOWER);
    assertEquals(answers.map(({ status, content }) => [status, content]), [[200, "caught"]]);
    assertEquals(field(answers[0], "connection"), "close");
    assertInstanceOf(errors[0], ContentTooLarge);
    assertEquals(errors[0].limit, 4);
    assertEquals(server.refusals, []);
    assert(client.finished);
  });

  Deno.test(`${framing} content too large that is not read is answered, and read away`, async () => {
    const server = new MemoryServer(() => text("ok"), { limits: { content: 4 } });
    const { answers } = await server.converse(wire + FOLLOWER);
    assertEquals(statuses(answers), [200, 200]);
  });

  Deno.test(`a route may allow more ${framing} content than the server`, async () => {
    const table = routes({ "POST /": { handler: echo, limits: { content: 5 } } });
    const server = new MemoryServer(table, { limits: { content: 4 } });
    const { answers } = await server.converse(wire);
    assertEquals(answers.map(({ content }) => content), ["hello"]);
  });

  Deno.test(`a route may allow less ${framing} content than the server`, async () => {
    const table = routes({ "POST /": { handler: echo, limits: { content: 4 } } });
    const server = new MemoryServer(table);
    const { answers } = await server.converse(wire);
    assertEquals(statuses(answers), [413]);
  });
}

Deno.test("a stream of content too large errs with ContentTooLarge", async () => {
  const errors: unknown[] = [];
  const server = new MemoryServer(async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    await reader.read().catch((error: unknown) => errors.push(error));
    return text("ok");
  }, { limits: { content: 4 } });
  const client = server.connect();
  const [head, rest] = [chunked("hel", "lo").slice(0, -13), chunked("hel", "lo").slice(-13)];
  client.send(head);
  await settle();
  client.send(rest);
  await settle();
  assertEquals(statuses(readAnswers(client.read())), [200]);
  assertInstanceOf(errors[0], ContentTooLarge);
});

Deno.test("content too large behind the head of its answer cuts the connection", async () => {
  const server = new MemoryServer((request) => {
    const { readable, writable } = new TransformStream();
    request.body!.pipeTo(writable).catch(() => {});
    return new Response(readable);
  }, { limits: { content: 4 } });
  const client = server.connect();
  client.send(request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"], "3\r\nhel\r\n"));
  await settle();
  client.send("2\r\nlo\r\n");
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.status, answer.content, answer.whole], [200, "hel", false]);
  assert(client.closed);
  assertEquals(server.refusals, ["content-too-large"]);
});

Deno.test("context.limits are those of the exchange", async () => {
  const seen: Context["limits"][] = [];
  const note: Handler = (_request, { limits }) => {
    seen.push({ content: limits.content, drain: limits.drain });
    return text("ok");
  };
  const table = routes({ "GET /own": { handler: note, limits: { drain: 7 } }, "GET /": note });
  const server = new MemoryServer(table, { limits: { content: 5 } });
  await server.converse(request("GET / HTTP/1.1") + request("GET /own HTTP/1.1"));
  assertEquals(seen, [{ content: 5, drain: 65_536 }, { content: 5, drain: 7 }]);
});

// Content that nobody reads.

for (
  const [octets, wire, persists] of [
    [10, post("x".repeat(10)), true],
    [11, post("x".repeat(11)), false],
    [10, chunked("xxxxx", "xxxxx"), true],
  ] as const
) {
  Deno.test(`unread content of ${octets} octets and a drain of 10: ${persists}`, async () => {
    const server = new MemoryServer(() => text("ok"), { limits: { drain: 10 } });
    const { client, answers } = await server.converse(wire + FOLLOWER);
    assertEquals(statuses(answers), persists ? [200, 200] : [200]);
    assertEquals(field(answers[0], "connection"), persists ? undefined : "close");
    assertEquals(client.finished, !persists);
  });
}

Deno.test("unread chunks beyond the drain close the connection behind the answer", async () => {
  const server = new MemoryServer(() => text("ok"), { limits: { drain: 10 } });
  const { client, answers } = await server.converse(chunked("xxxxxx", "xxxxx") + FOLLOWER);
  assertEquals(statuses(answers), [200]);
  assert(client.finished);
  assertEquals(server.refusals, []);
});

Deno.test("a route may set how much is read away", async () => {
  const table = routes({ "POST /": { handler: () => text("ok"), limits: { drain: 4 } } });
  const server = new MemoryServer(table);
  const { client, answers } = await server.converse(post("hello") + FOLLOWER);
  assertEquals(statuses(answers), [200]);
  assert(client.finished);
});

Deno.test("what is left of content that was read in part is read away", async () => {
  const server = new MemoryServer(async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    await reader.cancel();
    return text("ok");
  });
  const client = server.connect();
  client.send(post("hello").slice(0, -3));
  await settle();
  assertEquals(statuses(readAnswers(client.read())), [200]);
  client.send(`llo${FOLLOWER}`);
  await settle();
  assertEquals(server.server.stats().requests.total, 2);
});
