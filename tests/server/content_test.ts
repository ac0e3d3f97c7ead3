import { type Context, text } from "../../mod.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLessOrEqual,
  assertRejects,
} from "../assert.ts";
import { field, readAnswers } from "./answers.ts";
import {
  FOLLOWER,
  MemoryServer,
  post,
  request,
  sendOctetByOctet,
  settle,
  unhandledRejections,
} from "./memory_server.ts";

function chunked(...chunks: readonly string[]): string {
  const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  return request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"], `${coded}0\r\n\r\n`);
}

function statuses(answers: readonly { readonly status: number }[]): number[] {
  return answers.map(({ status }) => status);
}

/** Ways to read content, and what they give for `{"a":1}`. */
const READERS: [how: string, read: (request: Request) => unknown, expected: unknown][] = [
  ["text()", (request) => request.text(), '{"a":1}'],
  ["json()", (request) => request.json(), { a: 1 }],
  ["bytes()", async (request) => [...await request.bytes()].length, 7],
  ["arrayBuffer()", async (request) => (await request.arrayBuffer()).byteLength, 7],
  ["blob()", async (request) => (await request.blob()).size, 7],
  ["body", (request) => new Response(request.body).text(), '{"a":1}'],
  ["clone()", (request) => request.clone().text(), '{"a":1}'],
  ["new Request()", (request) => new Request(request).text(), '{"a":1}'],
];

for (const [how, read, expected] of READERS) {
  for (
    const [framing, wire] of [["a length", post('{"a":1}')], ["chunks", chunked('{"a"', ":1}")]]
  ) {
    for (
      const [pace, send] of [["whole", undefined], ["octet by octet", sendOctetByOctet]] as const
    ) {
      Deno.test(`${how} reads content with ${framing}, sent ${pace}`, async () => {
        const seen: unknown[] = [];
        const server = new MemoryServer(async (request) => {
          if (request.method === "POST") seen.push(await read(request));
          return text("ok");
        });
        const client = server.connect();
        if (send === undefined) client.send(wire + FOLLOWER);
        else send(client, wire + FOLLOWER);
        await settle();
        assertEquals(statuses(readAnswers(client.read())), [200, 200]);
        assertEquals(seen, [expected]);
      });
    }
  }
}

Deno.test("formData() reads a form", async () => {
  const server = new MemoryServer(async (request) =>
    text(String((await request.formData()).get("a")))
  );
  const { answers } = await server.converse(
    post("a=b%20c", ["Content-Type: application/x-www-form-urlencoded"]),
  );
  assertEquals(answers.map(({ content }) => content), ["b c"]);
});

for (const method of ["GET", "HEAD"]) {
  Deno.test(`${method} with content has no body, and its content is read away`, async () => {
    const bodies: unknown[] = [];
    const server = new MemoryServer(async (request) => {
      bodies.push(request.body, await request.text());
      return text("ok");
    });
    const wire = request(`${method} / HTTP/1.1`, ["Content-Length: 5"], "hello");
    const { answers } = await server.converse(wire + FOLLOWER, [method]);
    assertEquals(statuses(answers), [200, 200]);
    assertEquals(bodies.slice(0, 2), [null, ""]);
  });
}

Deno.test("content is read once: a second read rejects with TypeError", async () => {
  const server = new MemoryServer(async (request) => {
    await request.text();
    await assertRejects(() => request.text(), TypeError);
    await assertRejects(() => request.json(), TypeError);
    await assertRejects(() => request.blob(), TypeError);
    return text("ok");
  });
  const { answers } = await server.converse(post("hello"));
  assertEquals(statuses(answers), [200]);
});

// Expect: 100-continue (RFC 9110 §10.1.1).

Deno.test("malformed chunks may be caught; the answer closes all the same", async () => {
  const errors: unknown[] = [];
  const server = new MemoryServer(async (request) => {
    await request.text().catch((error: unknown) => errors.push(error));
    return text("caught");
  });
  const wire = request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"]);
  const { client, answers } = await server.converse(`${wire}x\r\n${FOLLOWER}`);
  assertEquals(answers.map(({ status, content }) => [status, content]), [[200, "caught"]]);
  assertEquals(field(answers[0], "connection"), "close");
  assert(client.finished);
  assertInstanceOf(errors[0], ProtocolError);
  assertEquals(errors[0].reason, "malformed-chunk");
  assertEquals(server.refusals, []);
});

Deno.test("malformed chunks behind the answer close without another", async () => {
  const server = new MemoryServer(() => text("ok"));
  const wire = request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"]);
  const { client, answers } = await server.converse(`${wire}x\r\n${FOLLOWER}`);
  assertEquals(statuses(answers), [200]);
  assert(client.finished);
  // Whoever watches learns of it all the same.
  assertEquals(server.refusals, ["malformed-chunk"]);
  assertEquals(server.server.stats().refused, { "malformed-chunk": 1 });
});

// Back-pressure on content.

Deno.test("a handler that does not read makes the client wait", async () => {
  const gate = Promise.withResolvers<void>();
  const server = new MemoryServer(async (request) => {
    await gate.promise;
    return text(String((await request.bytes()).length));
  });
  const client = server.connect();
  assertEquals(client.send(post("x".repeat(200_000)).slice(0, -200_000)), undefined);
  assertEquals(client.send("x".repeat(50_000)), undefined);
  const wait = client.send("x".repeat(50_000));
  assertInstanceOf(wait, Promise);
  let resumed = false;
  wait.then(() => resumed = true);
  await settle();
  assertEquals(resumed, false);
  gate.resolve();
  await wait;
  client.send("x".repeat(100_000));
  await settle();
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["200000"]);
});

Deno.test("a reader that takes its time makes the client wait", async () => {
  const server = new MemoryServer(async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    await new Promise(() => {});
    return text("never");
  });
  const client = server.connect();
  client.send(post("x".repeat(500_000)).slice(0, -500_000));
  client.send("x");
  await settle();
  let sent = 1;
  let wait: Promise<void> | undefined;
  while (wait === undefined && sent < 500_000) {
    wait = client.send("x".repeat(10_000));
    sent += 10_000;
  }
  assertLessOrEqual(sent, 80_000);
});

Deno.test("a client that waits goes on when its exchange is refused", async () => {
  const server = new MemoryServer(() => new Promise<Response>(() => {}), {
    timeouts: { handler: 1_000 },
  });
  const client = server.connect();
  const wait = client.send(post("x".repeat(100_000)));
  assertInstanceOf(wait, Promise);
  let resumed = false;
  wait.then(() => resumed = true);
  server.clock.advance(2_000);
  await settle();
  assertEquals(statuses(readAnswers(client.read())), [503]);
  assertEquals([resumed, client.closed], [true, false]);
});

Deno.test("a large content is echoed as it comes to a client that takes it slowly", async () => {
  const size = 600_000;
  const server = new MemoryServer((request) => new Response(request.body));
  const client = server.connect();
  client.takeOnly(0);
  const wire = request("POST / HTTP/1.1", ["Transfer-Encoding: chunked"]);
  client.send(wire);
  let received = "";
  let waited = 0;
  for (let sent = 0; sent < size; sent += 20_000) {
    const wait = client.send(`4e20\r\n${"x".repeat(20_000)}\r\n`);
    let resumed = wait === undefined;
    wait?.then(() => resumed = true);
    for (let turn = 0; !resumed; turn++) {
      waited++;
      assertLessOrEqual(turn, 100);
      client.takeOnly(7_000);
      await settle();
    }
    received += client.read();
  }
  client.send(`0\r\n\r\n`);
  for (let turn = 0; turn < 200 && !received.endsWith("0\r\n\r\n"); turn++) {
    client.takeOnly(7_000);
    await settle();
    received += client.read();
  }
  const [answer] = readAnswers(received);
  assertEquals([answer.content.length, answer.whole], [size, true]);
  assert(waited > 10, "the client was made to wait");
  client.takeOnly(Infinity);
  client.send(FOLLOWER);
  await settle();
  assertEquals(statuses(readAnswers(client.read())), [200]);
});

// Requests that are kept.

Deno.test("a request that is kept still knows its head; its content is gone", async () => {
  const kept: { request: Request; context: Context }[] = [];
  const server = new MemoryServer((request, context) => {
    kept.push({ request, context });
    return text("ok");
  });
  const client = server.connect();
  client.send(post("first", ["X-Own: 1"]));
  await settle();
  client.send(request("PUT /other HTTP/1.1", ["Content-Length: 3", "X-Own: 2"], "abc").repeat(9));
  await settle();
  const [first] = kept;
  assertEquals(first.request.method, "POST");
  assertEquals(first.request.url, "http://test/");
  assertEquals(first.context.url.pathname, "/");
  assertEquals(first.request.headers.get("x-own"), "1");
  assertEquals([...first.request.headers].length, 3);
  assertEquals(first.request.signal.aborted, false);
  assertEquals(await first.context.completed, { status: 200, contentOctets: 2 });
  for (const { request } of kept) await assertRejects(() => request.text(), TypeError);
});

Deno.test("a reader that is kept rejects with TypeError once the answer is complete", async () => {
  const results: unknown[] = [];
  const server = new MemoryServer((request) => {
    request.body!.getReader().read().then((piece) => results.push(piece), (error) => {
      results.push(error);
    });
    return text("ok");
  });
  const client = server.connect();
  client.send(post("hello").slice(0, -5));
  await settle();
  assertEquals(statuses(readAnswers(client.read())), [200]);
  assertInstanceOf(results[0], TypeError);
});

/** Reads that nobody waits for. */
const UNHELD: [how: string, read: (request: Request) => unknown][] = [
  ["text()", (request) => request.text()],
  ["json()", (request) => request.json()],
  ["bytes()", (request) => request.bytes()],
  ["arrayBuffer()", (request) => request.arrayBuffer()],
  ["blob()", (request) => request.blob()],
  ["formData()", (request) => request.formData()],
  ["body", (request) => request.body],
  ["clone()", (request) => request.clone()],
];

for (const [how, read] of UNHELD) {
  for (const leaves of ["end", "reset"] as const) {
    Deno.test(`a ${how} that nobody awaits ends nothing (${leaves})`, async () => {
      const server = new MemoryServer((request) => {
        read(request);
        return new Promise(() => {});
      });
      const rejections = await unhandledRejections(async () => {
        const client = server.connect();
        client.send(
          post("hello", ["Content-Type: application/x-www-form-urlencoded"]).slice(0, -2),
        );
        await settle();
        client[leaves]();
        await settle();
      });
      assertEquals(rejections, []);
    });
  }

  Deno.test(`a ${how} that nobody awaits ends nothing (the answer is complete)`, async () => {
    const server = new MemoryServer((request) => {
      read(request);
      return text("ok");
    });
    const rejections = await unhandledRejections(async () => {
      await server.converse(post("hello").slice(0, -2));
    });
    assertEquals(rejections, []);
  });
}

Deno.test("content that is answered with itself keeps its connection, however long", async () => {
  const server = new MemoryServer((request) => new Response(request.body));
  const client = server.connect();
  client.send(request("POST / HTTP/1.1", ["Content-Length: 200000"]));
  client.send("x".repeat(200_000));
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content.length, field(answer, "connection")], [200_000, undefined]);
  assertEquals(client.finished, false);
});

Deno.test("a response of expected content keeps its connection", async () => {
  const server = new MemoryServer((request) => new Response(request.body));
  const client = server.connect();
  client.send(request("POST / HTTP/1.1", ["Expect: 100-continue", "Content-Length: 5"]));
  await settle();
  assertEquals(client.read(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  await settle();
  const [answer] = readAnswers(client.read());
  assertEquals([answer.content, field(answer, "connection")], ["hello", undefined]);
  assertEquals(client.finished, false);
});
