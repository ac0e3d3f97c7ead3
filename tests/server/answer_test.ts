import { bytes, type Handler, html, json, redirect, text } from "../../mod.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { type Answer, field, fieldValues, readAnswers } from "./answers.ts";
import { MemoryServer, request, settle } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

/** What a handler answers, sent as it is. */
const SENT: [why: string, handler: Handler, expected: Partial<Answer>][] = [
  ["text", () => text("hällo"), { status: 200, content: "h\xc3\xa4llo", framing: "length" }],
  ["text of no character", () => text(""), { content: "", framing: "length" }],
  ["json", () => json({ a: [1] }), { content: '{"a":[1]}', framing: "length" }],
  ["html", () => html("<p>hi"), { content: "<p>hi", framing: "length" }],
  ["bytes", () => bytes(Uint8Array.of(0, 13, 10, 255)), { content: "\0\r\n\xff" }],
  ["a redirect", () => redirect("/a"), { status: 302, content: "", framing: "length" }],
  ["long text", () => text("x".repeat(100_000)), { content: "x".repeat(100_000) }],
  ["long octets", () => bytes(new Uint8Array(100_000)), { content: "\0".repeat(100_000) }],
  ["a native text", () => new Response("hi"), { content: "hi", framing: "length" }],
  ["a native null", () => new Response(null), { content: "", framing: "length" }],
  ["a native form", () => new Response(new URLSearchParams("a=b")), { content: "a=b" }],
  ["a native blob", () => new Response(new Blob(["hi"])), { content: "hi", framing: "length" }],
  ["a promise", () => Promise.resolve(text("hi")), { content: "hi" }],
  ["a promise of a native one", () => Promise.resolve(new Response("hi")), { content: "hi" }],
  ["a clone", () => text("hi").clone(), { content: "hi" }],
  ["a native 404", () => new Response("no", { status: 404 }), { status: 404, content: "no" }],
  ["the reason phrase that a status has", () => text("", { status: 429 }), {
    reason: "Too Many Requests",
  }],
  ["a status without a reason phrase", () => text("", { status: 599 }), {
    status: 599,
    reason: "",
  }],
  ["a reason phrase of its own", () => text("", { statusText: "All right" }), {
    reason: "All right",
  }],
  ["a native reason phrase", () => new Response("", { statusText: "All right" }), {
    reason: "All right",
  }],
  ["a reason phrase beyond ASCII", () => text("", { statusText: "Sch\xf6n" }), {
    reason: "Sch\xf6n",
  }],
  ["204", () => new Response(null, { status: 204 }), { status: 204, framing: "none" }],
  ["304", () => new Response(null, { status: 304 }), { status: 304, framing: "none" }],
  ["205", () => new Response(null, { status: 205 }), { status: 205, framing: "length" }],
  ["a length that is right", () => text("hello", { headers: { "Content-Length": "5" } }), {
    content: "hello",
    framing: "length",
  }],
  [
    "a native length that is right",
    () => new Response("hello", { headers: { "Content-Length": "5" } }),
    { content: "hello" },
  ],
  [
    "chunked, said by the handler",
    () => text("hello", { headers: { "Transfer-Encoding": "gzip, chunked" } }),
    {
      content: "hello",
      framing: "length",
    },
  ],
  [
    "chunked, said by a native one",
    () => new Response("hello", { headers: { "Transfer-Encoding": "chunked" } }),
    {
      content: "hello",
      framing: "length",
    },
  ],
];

for (const [why, handler, expected] of SENT) {
  Deno.test(`a server sends ${why}, and serves the next request`, async () => {
    const server = new MemoryServer(handler);
    const { client, answers } = await server.converse(GET + GET);
    assertEquals(answers.length, 2);
    for (const answer of answers) {
      const seen = Object.keys(expected).map((key) => [key, answer[key as keyof Answer]]);
      assertEquals(Object.fromEntries(seen), expected);
      assert(answer.whole);
      assertEquals(field(answer, "date"), "Thu, 01 Jan 2026 00:00:00 GMT");
      assertEquals(field(answer, "connection"), undefined);
    }
    assertEquals(server.errors, []);
    assertEquals(client.finished, false);
  });
}

/** What HEAD gets, without content: the fields of GET but those known only by making it. */
const BARE: [why: string, handler: Handler, length: string | undefined][] = [
  ["text", () => text("hällo"), "6"],
  ["octets", () => bytes(new Uint8Array(70_000)), "70000"],
  ["a native null", () => new Response(null), "0"],
  ["a native text", () => new Response("hello"), undefined],
  [
    "a native text with its length",
    () => new Response("hello", { headers: { "Content-Length": "5" } }),
    "5",
  ],
  [
    "a length that only the handler knows",
    () => new Response(null, { headers: { "Content-Length": "1234" } }),
    "1234",
  ],
  ["204", () => new Response(null, { status: 204 }), undefined],
  [
    "204 with a length",
    () => new Response(null, { status: 204, headers: { "Content-Length": "5" } }),
    undefined,
  ],
  ["205", () => new Response(null, { status: 205 }), "0"],
  ["304", () => new Response(null, { status: 304 }), undefined],
  [
    "304 with a length",
    () => new Response(null, { status: 304, headers: { "Content-Length": "5" } }),
    "5",
  ],
];

for (const [why, handler, length] of BARE) {
  Deno.test(`a server answers HEAD with ${why} without content`, async () => {
    const server = new MemoryServer(handler);
    const head = request("HEAD / HTTP/1.1");
    const { answers } = await server.converse(head + head, ["HEAD", "HEAD"]);
    assertEquals(answers.map((answer) => field(answer, "content-length")), [length, length]);
    assertEquals(answers.map((answer) => field(answer, "transfer-encoding")), [
      undefined,
      undefined,
    ]);
    assertEquals(server.errors, []);
  });
}

for (const [status, length] of [[204, undefined], [304, "5"]] as const) {
  Deno.test(`a server sends ${status} to GET without content, whatever its length`, async () => {
    const server = new MemoryServer(() =>
      new Response(null, { status, headers: { "Content-Length": "5" } })
    );
    const { answers } = await server.converse(GET + GET);
    assertEquals(answers.map((answer) => answer.status), [status, status]);
    assertEquals(field(answers[0], "content-length"), length);
  });
}

for (const [why, method, status] of [["HEAD", "HEAD", 200], ["205", "GET", 205]] as const) {
  Deno.test(`a server cancels the stream that ${why} does not send`, async () => {
    const reasons: unknown[] = [];
    const server = new MemoryServer(() => {
      const response = new Response(
        new ReadableStream({ cancel: (reason) => void reasons.push(reason) }),
        status === 200 ? {} : { status: 200 },
      );
      // The constructor takes no content with 205, a getter does.
      if (status !== 200) Object.defineProperty(response, "status", { value: status });
      return response;
    });
    const { answers } = await server.converse(request(`${method} / HTTP/1.1`), [method]);
    assertEquals([answers[0].status, answers[0].content], [status, ""]);
    assertEquals(reasons.length, 1);
  });
}

/** What cannot be sent as it is: nothing has left yet, so it is a 500. */
const BROKEN: [why: string, handler: () => unknown, message: string][] = [
  ["undefined", () => undefined, "no Response"],
  ["null", () => null, "no Response"],
  ["a string", () => "hello", "no Response"],
  ["an object", () => ({ status: 200 }), "no Response"],
  ["no more than the prototype of a response", () => Object.create(Response.prototype), ""],
  ["a promise of nothing", () => Promise.resolve(), "no Response"],
  ["a Request", () => new Request("http://a/"), "no Response"],
  ["a length too short", () => text("hello", { headers: { "Content-Length": "4" } }), "declared 4"],
  ["a length too long", () => text("hello", { headers: { "Content-Length": "6" } }), "declared 6"],
  [
    "a native length too short",
    () => new Response("hello", { headers: { "Content-Length": "4" } }),
    "declared 4",
  ],
  [
    "a native length too long",
    () => new Response("hello", { headers: { "Content-Length": "6" } }),
    "declared 6",
  ],
  [
    "a length of a null",
    () => new Response(null, { headers: { "Content-Length": "6" } }),
    "declared 6",
  ],
  ["a length of letters", () => text("hello", { headers: { "Content-Length": "five" } }), "five"],
  ["two lengths", () => text("hello", { headers: { "Content-Length": "5, 5" } }), "5, 5"],
  [
    "a length of letters, native",
    () => new Response("hello", { headers: { "Content-Length": "+5" } }),
    "+5",
  ],
  ["an empty length", () => text("", { headers: { "Content-Length": "" } }), '""'],
  ["an error response", () => Response.error(), "status"],
  ["a throw", () => {
    throw new Error("of the handler");
  }, "of the handler"],
  ["a rejection", () => Promise.reject(new Error("of the handler")), "of the handler"],
];

for (const [why, handler, message] of BROKEN) {
  Deno.test(`a server answers ${why} with 500, and serves the next request`, async () => {
    const server = new MemoryServer(handler as Handler);
    const { client, answers } = await server.converse(GET + GET);
    assertEquals(answers.map(({ status }) => status), [500, 500]);
    assertEquals(server.errors.length, 2);
    assertStringIncludes(String(server.errors[0]), message);
    assertEquals(client.finished, false);
    assertEquals(server.refusals, []);
  });
}

for (const method of ["GET", "HEAD"]) {
  Deno.test(`a server answers ${method} with a used response with 500`, async () => {
    const used = new Response("hello");
    await used.text();
    const server = new MemoryServer(() => used);
    const { answers } = await server.converse(request(`${method} / HTTP/1.1`), [method]);
    assertEquals(answers.map(({ status }) => status), [500]);
  });

  Deno.test(`a server answers ${method} with a response read in part with 500`, async () => {
    const used = new Response(ReadableStream.from([new Uint8Array(1), new Uint8Array(2)]));
    const reader = used.body!.getReader();
    await reader.read();
    reader.releaseLock();
    const server = new MemoryServer(() => used);
    const { answers } = await server.converse(request(`${method} / HTTP/1.1`), [method]);
    assertEquals(answers.map(({ status }) => status), [500]);
  });
}

Deno.test("a server answers a locked response with 500", async () => {
  const locked = new Response("hello");
  locked.body!.getReader();
  const server = new MemoryServer(() => locked);
  const { answers } = await server.converse(GET);
  assertEquals(answers.map(({ status }) => status), [500]);
});

Deno.test("a server answers a known response that was read with 500", async () => {
  const known = text("hello");
  await known.text();
  const server = new MemoryServer(() => known);
  const { answers } = await server.converse(GET);
  assertEquals(answers.map(({ status }) => status), [500]);
});

Deno.test("a native response is sent once, a known one again and again", async () => {
  const native = new Response("native");
  const known = text("known", { headers: { "X-Own": "1" } });
  const server = new MemoryServer((_, { url }) => url.pathname === "/native" ? native : known);
  const wires = ["/native", "/native", "/known", "/known"].map((path) =>
    request(`GET ${path} HTTP/1.1`)
  );
  const { answers } = await server.converse(wires.join(""));
  assertEquals(answers.map(({ content }) => content), ["native", "error", "known", "known"]);
});

Deno.test("changes to the headers of a response reach the wire", async () => {
  const server = new MemoryServer((_, { url }) => {
    const response = url.pathname === "/known" ? text("hi") : new Response("hi");
    response.headers.set("X-Added", "1");
    response.headers.delete("Content-Type");
    return response;
  });
  const wire = request("GET /known HTTP/1.1") + request("GET /native HTTP/1.1");
  const { answers } = await server.converse(wire);
  for (const answer of answers) {
    assertEquals([field(answer, "x-added"), field(answer, "content-type")], ["1", undefined]);
  }
});

Deno.test("Set-Cookie lines stay apart, other fields are joined", async () => {
  const headers = () =>
    [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"], ["Vary", "a"], [
      "Vary",
      "b",
    ]] as [string, string][];
  const server = new MemoryServer((_, { url }) =>
    url.pathname === "/known"
      ? text("hi", { headers: headers() })
      : new Response("hi", { headers: headers() })
  );
  const wire = request("GET /known HTTP/1.1") + request("GET /native HTTP/1.1");
  const { answers } = await server.converse(wire);
  for (const answer of answers) {
    assertEquals(fieldValues(answer, "set-cookie"), ["a=1", "b=2"]);
    assertEquals(fieldValues(answer, "vary"), ["a, b"]);
  }
});

Deno.test("a Date of the handler is the only one", async () => {
  const date = "Sun, 06 Nov 1994 08:49:37 GMT";
  const server = new MemoryServer(() => text("hi", { headers: { date } }));
  const { answers } = await server.converse(GET);
  assertEquals(field(answers[0], "date"), date);
});

Deno.test("the Date follows the clock", async () => {
  const server = new MemoryServer(() => text("hi"));
  const client = server.connect();
  server.clock.advance(5_000);
  client.send(GET);
  await settle();
  assertEquals(field(readAnswers(client.read())[0], "date"), "Thu, 01 Jan 2026 00:00:05 GMT");
});

/** What a handler says of the connection, the version of the client, and what becomes of it. */
const CONNECTIONS: [said: string, version: string, line: string | undefined, closes: boolean][] = [
  ["close", "HTTP/1.1", "close", true],
  ["Close", "HTTP/1.1", "close", true],
  ["foo, close", "HTTP/1.1", "foo, close", true],
  ["keep-alive", "HTTP/1.1", undefined, false],
  ["foo", "HTTP/1.1", "foo", false],
  ["foo, bar", "HTTP/1.1", "foo, bar", false],
  ["content-length, Transfer-Encoding", "HTTP/1.1", undefined, false],
  ["keep-alive", "HTTP/1.0", "close", true],
  ["foo", "HTTP/1.0", "foo, close", true],
  ["", "HTTP/1.1", undefined, false],
  [", foo,, ,bar,", "HTTP/1.1", "foo, bar", false],
  [" ,", "HTTP/1.0", "close", true],
];

for (const [said, version, line, closes] of CONNECTIONS) {
  for (const kind of ["known", "native"]) {
    Deno.test(`a ${kind} response that says Connection: ${said} to ${version}`, async () => {
      const init = { headers: { Connection: said } };
      const server = new MemoryServer(() =>
        kind === "known" ? text("hi", init) : new Response("hi", init)
      );
      const { client, answers } = await server.converse(request(`GET / ${version}`));
      assertEquals(field(answers[0], "connection"), line);
      assertEquals(client.finished, closes);
    });
  }
}

Deno.test("HTTP/1.0 that asks to persist is told that it does", async () => {
  const server = new MemoryServer(() => text("hi"));
  const wire = request("GET / HTTP/1.0", ["Connection: keep-alive"]);
  const { answers } = await server.converse(wire + wire);
  assertEquals(answers.map((answer) => field(answer, "connection")), ["keep-alive", "keep-alive"]);
});

Deno.test("OPTIONS of the server asks no handler", async () => {
  const server = new MemoryServer(() => {
    throw new Error("nobody is asked");
  });
  const { answers } = await server.converse(request("OPTIONS * HTTP/1.1"));
  assertEquals([answers[0].status, answers[0].framing], [204, "none"]);
  assertEquals(server.errors, []);
});

Deno.test("every answer has a status line of HTTP/1.1", async () => {
  const server = new MemoryServer(() => text("hi"));
  const client = server.connect();
  client.send(request("GET / HTTP/1.0"));
  await settle();
  assertMatch(client.read(), /^HTTP\/1\.1 200 OK\r\n/);
});
