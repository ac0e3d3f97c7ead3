import { bytes, text } from "../../mod.ts";
import { assert, assertEquals, assertLessOrEqual } from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import { MemoryServer, post, request, settle } from "./memory_server.ts";

function requests(count: number): string {
  return Array.from({ length: count }, (_, i) => request(`GET /${i} HTTP/1.1`)).join("");
}

function paths(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `/${i}`);
}

Deno.test("sixteen pipelined requests are answered in one write", async () => {
  const server = new MemoryServer((_, { url }) => text(url.pathname));
  const { client, answers } = await server.converse(requests(16));
  assertEquals(answers.map(({ content }) => content), paths(16));
  assertEquals(client.writes, 1);
});

Deno.test("pipelined requests with content are answered in one write", async () => {
  const server = new MemoryServer((_, { url }) => text(url.pathname));
  const { client, answers } = await server.converse(post("hello") + post("world") + requests(1));
  assertEquals(answers.map(({ content }) => content), ["/", "/", "/0"]);
  assertEquals(client.writes, 1);
});

Deno.test("many pipelined answers go in as few writes as they fit", async () => {
  const server = new MemoryServer((_, { url }) => text(url.pathname));
  const { client, answers } = await server.converse(requests(500));
  assertEquals(answers.map(({ content }) => content), paths(500));
  const octets = server.server.stats().octets.out;
  // What is collected leaves at 16 384 octets, and the answer that did not fit behind it.
  assertLessOrEqual(client.writes, 2 * Math.ceil(octets / 16_384));
});

Deno.test("answers keep the order of their requests, however long they take", async () => {
  const gates = new Map(paths(3).map((path) => [path, Promise.withResolvers<void>()]));
  const server = new MemoryServer(async (_, { url }) => {
    await gates.get(url.pathname)!.promise;
    return text(url.pathname);
  });
  const client = server.connect();
  client.send(requests(3));
  gates.get("/2")!.resolve();
  gates.get("/1")!.resolve();
  await settle();
  assertEquals(client.read(), "");
  gates.get("/0")!.resolve();
  await settle();
  assertEquals(readAnswers(client.read()).map(({ content }) => content), paths(3));
});

Deno.test("one request of a connection is handled at a time", async () => {
  let running = 0;
  let most = 0;
  const server = new MemoryServer(async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return text("ok");
  });
  const { answers } = await server.converse(requests(20));
  assertEquals(answers.length, 20);
  assertEquals(most, 1);
});

Deno.test("an answer does not wait for half a request behind it", () => {
  const server = new MemoryServer((_, { url }) => text(url.pathname));
  const client = server.connect();
  client.send(`${requests(2)}GET /2 HT`);
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["/0", "/1"]);
  client.send("TP/1.1\r\nHost: test\r\n\r\n");
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["/2"]);
});

Deno.test("octets behind a request that closes are ignored", async () => {
  const seen: string[] = [];
  const server = new MemoryServer((_, { url }) => {
    seen.push(url.pathname);
    return text("ok");
  });
  const closing = request("GET /last HTTP/1.1", ["Connection: close"]);
  const { client, answers } = await server.converse(requests(1) + closing + requests(5));
  assertEquals(answers.length, 2);
  assertEquals(seen, ["/0", "/last"]);
  assertEquals(client.writes, 1);
});

for (const kind of ["known", "native"]) {
  Deno.test(`octets behind a ${kind} answer that closes are ignored (RFC 9112 §9.6)`, async () => {
    const seen: string[] = [];
    const server = new MemoryServer((_, { url }) => {
      seen.push(url.pathname);
      const init = { headers: { Connection: "close" } };
      return kind === "known" ? text("ok", init) : new Response("ok", init);
    });
    const { client, answers } = await server.converse(requests(3));
    assertEquals(answers.map((answer) => field(answer, "connection")), ["close"]);
    assert(client.finished);
    client.send(requests(1));
    await settle();
    assertEquals([client.read(), seen], ["", ["/0"]]);
  });
}

Deno.test("a client that takes no answers has no more of its requests handled", async () => {
  let handled = 0;
  const server = new MemoryServer(() => {
    handled++;
    return text("x".repeat(1000));
  });
  const client = server.connect();
  client.takeOnly(0);
  const wait = client.send(requests(1000));
  await settle();
  assert(wait instanceof Promise);
  assertLessOrEqual(handled, 80);
  client.takeOnly(Infinity);
  await wait;
  await settle();
  assertEquals(handled, 1000);
  assertEquals(readAnswers(client.read()).length, 1000);
});

for (const octets of [1_000, 16_384, 65_536, 200_000]) {
  for (const isAsync of [false, true]) {
    const how = isAsync ? "later" : "at once";
    Deno.test(`answers of ${octets} octets made ${how} all come, however they are taken`, async () => {
      const answer = () => bytes(new Uint8Array(octets));
      const server = new MemoryServer(() => isAsync ? Promise.resolve().then(answer) : answer());
      const client = server.connect();
      const wire = requests(12);
      // Whole requests, several at once, parts of one.
      const cuts = [0, 1, 2, 5, 5.5, 8, 8.1, 8.9, 12].map((count) => count * wire.length / 12);
      let waits = false;
      let next = 1;
      let received = "";
      const isWhole = () => received.length >= 12 * (received.indexOf("\r\n\r\n") + 4 + octets);
      for (let turn = 0; turn < 2_000 && !isWhole(); turn++) {
        if (!waits && next < cuts.length) {
          waits = true;
          const wait = client.send(
            wire.slice(Math.floor(cuts[next - 1]), Math.floor(cuts[next++])),
          );
          if (wait === undefined) waits = false;
          else wait.then(() => waits = false);
        }
        client.takeOnly(turn % 3 === 0 ? 0 : 20_000);
        await settle();
        received += client.read();
      }
      const answers = readAnswers(received);
      assertEquals(answers.map(({ content }) => content.length), Array(12).fill(octets));
    });
  }
}
