import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import { PATH_AND_QUERY, PATHNAME, SCHEME } from "../../src/handler.ts";
import { ask, QUESTIONS } from "./questions.ts";
import {
  lazyRequest,
  lazyRequestOf,
  nativeRequest,
  receive,
  type Received,
  ScriptedSource,
} from "./requests.ts";

const FORM = [
  '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n',
  '--x\r\nContent-Disposition: form-data; name="c"; filename="d.txt"\r\n',
  "Content-Type: text/plain\r\n\r\ne\r\n--x--\r\n",
].join("");

const NEVER = new ScriptedSource([], false, new Error("Nobody should read this"));

const MESSAGES: [what: string, received: Received][] = [
  ["a GET", receive("GET /a?b HTTP/1.1\r\nHost: c\r\nAccept: d\r\naccept: e\r\n\r\n")],
  ["a GET with content", receive(post("", "abc").replace("POST", "GET"))],
  ["an HTTP/1.0 request", receive("GET /a/../b HTTP/1.0\r\n\r\n")],
  ["absolute-form", receive("GET http://b/c HTTP/1.1\r\nHost: a\r\n\r\n")],
  ["OPTIONS *", receive("OPTIONS * HTTP/1.1\r\nHost: a:81\r\n\r\n")],
  ["a POST of nothing", receive(post("", ""))],
  ["a POST of JSON", receive(post("Content-Type: application/json\r\n", '{"a":["é"]}'))],
  ["a POST in pieces", receive(post("", "abcde\xc3\xa9f").slice(0, -5), "de\xc3", "\xa9f")],
  ["a POST with a byte order mark", receive(post("", "\xef\xbb\xbf1"))],
  ["a POST of other octets", receive(post("Cookie: a=1\r\nCookie: b=2\r\n", "\0\xff\r\n"))],
  ["a chunked POST", receive(chunked("3\r\nabc\r\n1\r\nd\r\n0\r\nx: y\r\n\r\n"))],
  ["a chunked POST of nothing", receive(chunked("0\r\n\r\n"))],
  [
    "a form",
    receive(post("Content-Type: application/x-www-form-urlencoded\r\n", "a=b&c=%20d&a=")),
  ],
  ["a form in parts", receive(post("Content-Type: multipart/form-data; boundary=x\r\n", FORM))],
  ["PATCH", receive("PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na")],
];

/** What leaves the content in another state than it found it. */
const READERS = [
  ...["text", "json", "bytes", "arrayBuffer", "blob", "formData", "body in a loop", "body.cancel"],
  ...["body in a loop that is left", "body locked, then bodyUsed", "body read, then what is left"],
  ...["body.tee", "clone", "clone, then both", "new Request", "new Request of a URL"],
];

for (const [what, received] of MESSAGES) {
  Deno.test(`LazyRequest of ${what} answers every question as a Request does`, async () => {
    for (const question of Object.keys(QUESTIONS)) {
      for (const later of [false, true]) {
        const expected = await ask(nativeRequest(received), [question]);
        assertEquals(await ask(lazyRequest(received, { later }), [question]), expected, question);
      }
    }
  });

  Deno.test(`LazyRequest of ${what} is read twice as a Request is`, async () => {
    for (const first of READERS) {
      for (const second of READERS) {
        const questions = [first, "bodyUsed", second, "bodyUsed", "body is locked"];
        const expected = await ask(nativeRequest(received), questions);
        const answers = await ask(lazyRequest(received), questions);
        assertEquals(answers, expected, `${first}, then ${second}`);
      }
    }
  });
}

Deno.test("LazyRequest rejects a second read with a TypeError", async () => {
  const request = lazyRequest(receive(post("", "abc")));
  assertEquals(request.bodyUsed, false);
  const first = request.text();
  assertEquals(request.bodyUsed, true);
  const error = await assertRejects(() => request.json(), TypeError);
  assertEquals(error.message, "Cannot read the content: it has been read already");
  assertEquals(await first, "abc");
});

Deno.test("LazyRequest keeps a method's case (RFC 9110 §9.1)", () => {
  for (const method of ["get", "Post", "pATCH"]) {
    const request = lazyRequest(receive(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`));
    assertEquals(request.method, method);
  }
});

Deno.test("LazyRequest of get in lower case has no body, so that it can be handed on", async () => {
  const request = lazyRequest(receive(post("", "abc").replace("POST", "get")));
  assertEquals([request.body, await request.text()], [null, ""]);
  assertEquals(await request.clone().text(), "");
});

Deno.test("LazyRequest has the scheme of its connection (RFC 9110 §7.4)", () => {
  const received = receive("GET /a HTTP/1.1\r\nHost: b:443\r\n\r\n");
  assertEquals(lazyRequest(received, { scheme: "https" }).url, "https://b/a");
  assertEquals(lazyRequest(received, { scheme: "http" }).url, "http://b:443/a");
});

Deno.test("LazyRequest has its pathname at hand", () => {
  for (const [target, pathname] of [["/b?c", "/b"], ["/b/..?c", "/"], ["http://d/e", "/e"]]) {
    const { head } = receive(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    assertEquals(lazyRequestOf(head, NEVER)[PATHNAME], pathname);
  }
});

Deno.test("LazyRequest has the parts of its URL at hand", () => {
  const targets = [
    "/",
    "/b?c",
    "/b/..?c=/d",
    "/a b",
    "/%7e",
    '/"',
    "//x/y",
    "http://d",
    "HTTPS://d/e?f",
  ];
  for (const target of targets) {
    const { head } = receive(`GET ${target.replace(" ", "%20")} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const request = lazyRequestOf(head, NEVER);
    const { protocol, pathname, search } = new URL(request.url);
    assertEquals(request[PATH_AND_QUERY], pathname + search, target);
    assertEquals(`${request[SCHEME]}:`, protocol, target);
  }
});

Deno.test("LazyRequest can be inspected", () => {
  const request = lazyRequest(receive("GET /a HTTP/1.1\r\nHost: b\r\n\r\n"));
  assertStringIncludes(Deno.inspect(request), "http://b/a");
  assertStringIncludes(Deno.inspect(request.headers), "host");
});

Deno.test("LazyRequest can be fetched, its content too", async () => {
  await using server = Deno.serve({ port: 0, onListen: () => {} }, async (request) => {
    const { method, url, headers } = request;
    return Response.json([method, new URL(url).pathname, headers.get("x-a"), await request.text()]);
  });
  const host = `Host: 127.0.0.1:${server.addr.port}\r\n`;
  const get = receive(`GET /a HTTP/1.1\r\n${host}X-A: b\r\n\r\n`);
  assertEquals(await (await fetch(lazyRequest(get))).json(), ["GET", "/a", "b", ""]);
  const section = `${host}X-A: b\r\nContent-Length: 5\r\n`;
  const put = receive(`PUT /a HTTP/1.1\r\n${section}\r\nabc`, "de");
  for (const later of [false, true]) {
    const request = lazyRequest(put, { later });
    assertEquals(await (await fetch(request)).json(), ["PUT", "/a", "b", "abcde"]);
    assertEquals(request.bodyUsed, true);
  }
});

Deno.test("LazyRequest hands on changes of its headers", () => {
  const request = lazyRequest(receive("GET /a HTTP/1.1\r\nHost: b\r\nX-A: c\r\n\r\n"));
  request.headers.set("x-a", "d");
  request.headers.append("x-b", "e");
  for (const other of [request.clone(), new Request(request), new Request("http://f/", request)]) {
    assertEquals([other.headers.get("x-a"), other.headers.get("x-b")], ["d", "e"]);
  }
  request.headers.delete("x-a");
  assertEquals([...request.headers], [["host", "b"], ["x-b", "e"]]);
  assertEquals(request.clone().headers.get("x-a"), null);
});

Deno.test("LazyRequest opens its content only when it is asked for", async () => {
  const source = new ScriptedSource([Uint8Array.of(97)]);
  const request = lazyRequestOf(receive(post("", "a")).head, source);
  assertEquals([request.method, request.bodyUsed, source.reads], ["POST", false, 0]);
  assert(request.body instanceof ReadableStream);
  assertEquals(source.reads, 0);
  assertEquals(await request.text(), "a");
});

Deno.test("LazyRequest reads no more of its stream than is asked for", async () => {
  const source = new ScriptedSource([Uint8Array.of(97), Uint8Array.of(98)]);
  const request = lazyRequestOf(receive(post("", "ab")).head, source);
  const reader = request.body!.getReader();
  assertEquals(await reader.read(), { value: Uint8Array.of(97), done: false });
  assertEquals(source.reads, 1);
  await reader.cancel();
  assertEquals([source.reads, source.cancelled], [1, true]);
});

for (const later of [false, true]) {
  const when = later ? "later" : "at once";

  Deno.test(`LazyRequest rejects with what its content fails of ${when}`, async () => {
    for (const read of ["text", "json", "bytes", "arrayBuffer", "blob"] as const) {
      const failure = new RangeError("It is gone");
      const source = new ScriptedSource([Uint8Array.of(97)], later, failure);
      const request = lazyRequestOf(receive(post("", "ab")).head, source);
      assertStrictEquals(await assertRejects(() => request[read]()), failure);
    }
  });

  Deno.test(`LazyRequest has a stream that fails as its content does ${when}`, async () => {
    const failure = new RangeError("It is gone");
    const source = new ScriptedSource([Uint8Array.of(97)], later, failure);
    const reader = lazyRequestOf(receive(post("", "ab")).head, source).body!.getReader();
    assertEquals((await reader.read()).done, false);
    assertStrictEquals(await assertRejects(() => reader.read()), failure);
  });

  Deno.test(`LazyRequest ends nothing when nobody awaits a read that fails ${when}`, async () => {
    const head = receive(post("", "ab")).head;
    for (const read of ["text", "json", "bytes", "arrayBuffer", "blob", "formData"] as const) {
      lazyRequestOf(head, new ScriptedSource([], later, new Error("It is gone")))[read]();
      const twice = lazyRequestOf(head, new ScriptedSource([Uint8Array.of(97)], later));
      await twice.bytes();
      twice[read]();
    }
    // Turns of the event loop, in which an unhandled rejection would fail this test.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
  });
}

Deno.test("LazyRequest gathers content of which some is there and some comes later", async () => {
  const pieces = ["a", "b", "c", "d"].map((text) => new TextEncoder().encode(text));
  for (const late of [0, 1, 2, 3, 4]) {
    let reads = 0;
    const read = () => reads++ === late ? Promise.resolve(pieces[late]) : pieces[reads - 1];
    const request = lazyRequestOf(receive(post("", "abcd")).head, { read, cancel: () => {} });
    assertEquals(await request.text(), "abcd");
  }
});

Deno.test("LazyRequest fills buffers that its reader brings", async () => {
  for (const later of [false, true]) {
    const pieces = ["abc", "d"].map((text) => new TextEncoder().encode(text));
    const source = new ScriptedSource(pieces, later);
    const stream = lazyRequestOf(receive(post("", "abcd")).head, source).body!;
    const reader = stream.getReader({ mode: "byob" });
    let text = "";
    for (;;) {
      const { value, done } = await reader.read(new Uint8Array(2));
      text += new TextDecoder().decode(value);
      if (done) break;
    }
    assertEquals(text, "abcd");
  }
});

Deno.test("LazyRequest gives memory that nobody else uses", async () => {
  const shared = new TextEncoder().encode("abcd");
  const source = () => new ScriptedSource([shared.subarray(1, 3)]);
  const { head } = receive(post("", "bc"));
  const { value } = await lazyRequestOf(head, source()).body!.getReader().read();
  const read = await lazyRequestOf(head, source()).bytes();
  const buffer = await lazyRequestOf(head, source()).arrayBuffer();
  value!.fill(0);
  read.fill(0);
  new Uint8Array(buffer).fill(0);
  assertEquals([value!.length, read.length, buffer.byteLength], [2, 2, 2]);
  assertEquals(new TextDecoder().decode(shared), "abcd");
});

Deno.test("LazyRequest.body is left by a loop that fails as the platform's stream would be", async () => {
  for (const later of [false, true]) {
    for (const early of [false, true]) {
      const failure = new Error("The client is gone");
      const source = new ScriptedSource([new Uint8Array([97])], later, failure);
      const { body } = lazyRequestOf(receive(post("", "ab")).head, source);
      // The platform's stream is made before the loop, or behind it.
      if (early) body!.getReader().releaseLock();
      const loop = async () => {
        for await (const _ of body!);
      };
      assertStrictEquals(await assertRejects(loop), failure);
      assertEquals(body!.locked, false);
      assertStrictEquals(await assertRejects(() => body!.cancel()), failure);
      assertStrictEquals(await assertRejects(() => body!.getReader().read()), failure);
    }
  }
});

Deno.test("LazyRequest.body tells its source once that a loop was left", async () => {
  for (const early of [false, true]) {
    const source = new ScriptedSource([new Uint8Array([97]), new Uint8Array([98])]);
    const { body } = lazyRequestOf(receive(post("", "ab")).head, source);
    if (early) body!.getReader().releaseLock();
    for await (const _ of body!) break;
    assertEquals([source.cancelled, source.reads], [true, 1]);
  }
});

Deno.test("LazyRequest.signal aborts with the reason, whenever it is looked at", () => {
  const reason = new Error("It is gone");
  for (const early of [false, true]) {
    const request = lazyRequestOf(receive(post("", "ab")).head, new ScriptedSource([]));
    if (early) assertEquals(request.signal.aborted, false);
    request.abort(reason);
    request.abort(new Error("again"));
    assertStrictEquals(request.signal, request.signal);
    assertStrictEquals(request.signal.reason, reason);
    assertThrows(() => request.signal.throwIfAborted(), Error, "It is gone");
  }
});

Deno.test("LazyRequest.signal aborts those it was handed on to", async () => {
  const request = lazyRequestOf(receive(post("", "ab")).head, new ScriptedSource([]));
  const others = [request.clone(), new Request(request, { method: "POST", body: "" })];
  const heard = Promise.all(
    others.map(({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)))
    ),
  );
  const reason = new Error("It is gone");
  request.abort(reason);
  assertEquals(await heard, [reason, reason]);
});

Deno.test("LazyRequest makes one native Request, and that is no stand-in", () => {
  const request = lazyRequestOf(receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n").head, NEVER);
  assertInstanceOf(request, Request);
  assertStrictEquals(request.native(), request.native());
  assertNotStrictEquals<unknown>(request.native(), request);
  assertStrictEquals(Object.getPrototypeOf(request.native()), Request.prototype);
});

function post(fields: string, content: string): string {
  const framing = `Content-Length: ${content.length}\r\n`;
  return `POST /a HTTP/1.1\r\nHost: b\r\n${fields}${framing}\r\n${content}`;
}

function chunked(coded: string): string {
  return `POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n${coded}`;
}
