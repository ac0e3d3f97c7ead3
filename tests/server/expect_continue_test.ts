/** Clients that wait to be told to go on with their content (RFC 9110 §10.1.1). */
import { type Handler, text } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { FOLLOWER, MemoryServer, post, request, settle } from "./memory_server.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

const echo: Handler = async (request) => text(await request.text());

function statuses(answers: readonly { readonly status: number }[]): number[] {
  return answers.map(({ status }) => status);
}

const EXPECTING = ["Expect: 100-continue"];

Deno.test("a client that waits is told to go on when its content is first read", async () => {
  const gate = Promise.withResolvers<void>();
  const server = new MemoryServer(async (request) => {
    await gate.promise;
    return text(await request.text());
  });
  const client = server.connect();
  const [head, content] = post("hello", EXPECTING).split("hello");
  client.send(head + (content ?? ""));
  await settle();
  assertEquals(client.read(), "");
  gate.resolve();
  await settle();
  assertEquals(client.read(), CONTINUE);
  client.send("hello");
  await settle();
  const answers = readAnswers(client.read());
  assertEquals(answers.map(({ content }) => content), ["hello"]);
  assertEquals(field(answers[0], "connection"), undefined);
  client.send(FOLLOWER);
  await settle();
  assertEquals(statuses(readAnswers(client.read())), [200]);
});

Deno.test("a client that waits is told to go on once, however often there is a read", async () => {
  const server = new MemoryServer(async (request) => {
    const reader = request.body!.getReader();
    let octets = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      octets += piece.value.length;
    }
    return text(String(octets));
  });
  const client = server.connect();
  client.send(post("hello", EXPECTING).slice(0, -5));
  for (const octet of "hello") {
    await settle();
    client.send(octet);
  }
  await settle();
  assertEquals(statuses(readAnswers(client.read())), [100, 200]);
});

/** Clients that are never told to go on. */
const UNTOLD: [why: string, wire: string, content: string][] = [
  ["of HTTP/1.0", request("POST / HTTP/1.0", ["Content-Length: 5", ...EXPECTING]), "hello"],
  ["without content", request("POST / HTTP/1.1", EXPECTING), ""],
  ["with content of no octet", request("POST / HTTP/1.1", ["Content-Length: 0", ...EXPECTING]), ""],
  ["that sends some of it at once", post("hello", EXPECTING).slice(0, -4), "ello"],
];

for (const [why, wire, content] of UNTOLD) {
  Deno.test(`a client ${why} is not told to go on`, async () => {
    const server = new MemoryServer(echo);
    const client = server.connect();
    client.send(wire);
    await settle();
    client.send(content);
    await settle();
    assertEquals(statuses(readAnswers(client.read())), [200]);
  });
}

Deno.test("an answer to a client that still waits says close, and nothing is read away", async () => {
  const server = new MemoryServer(() => text("no", { status: 403 }));
  const client = server.connect();
  client.send(post("hello", EXPECTING).slice(0, -5));
  await settle();
  const answers = readAnswers(client.read());
  assertEquals(statuses(answers), [403]);
  assertEquals(field(answers[0], "connection"), "close");
  assert(client.finished);
  client.send(`hello${FOLLOWER}`);
  await settle();
  assertEquals(client.read(), "");
  assertEquals(server.server.stats().requests.total, 1);
});

Deno.test("content too large is told without a word to go on", async () => {
  const server = new MemoryServer(echo, { limits: { content: 4 } });
  const { answers } = await server.converse(post("hello", EXPECTING).slice(0, -5));
  assertEquals(statuses(answers), [413]);
});

// Limits of content.
