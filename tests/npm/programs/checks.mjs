// What must hold on every version of Node; see ../on_node.ts.
import { bytes, json, routes, serve, text } from "@culvert/http";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { once } from "node:events";
import { isDisturbed, Readable } from "node:stream";
import * as consumers from "node:stream/consumers";
import { test } from "node:test";

const [major] = process.versions.node.split(".").map(Number);
const cert = readFileSync(process.env.CERT, "utf8");
const key = readFileSync(process.env.KEY, "utf8");
const MIB = 1 << 20;

/** Serves while a check runs. */
async function serving(handler, check, options = {}) {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen() {}, ...options }, handler);
  try {
    const { port } = await server.listening;
    await check(`http://127.0.0.1:${port}`, server, port);
  } finally {
    await server.shutdown({ deadline: 0 });
  }
}

test("a route table answers fetch", () =>
  serving(
    routes({
      "GET /users/:id": (_request, { params, route }) => json({ id: params.id, route }),
      "POST /echo": async (request) => json(await request.json(), { status: 201 }),
    }),
    async (origin) => {
      assert.deepEqual(await (await fetch(`${origin}/users/a%20b`)).json(), {
        id: "a b",
        route: "/users/:id",
      });
      const body = JSON.stringify({ list: [1, 2] });
      const made = await fetch(`${origin}/echo`, { method: "POST", body });
      assert.deepEqual([made.status, await made.json()], [201, { list: [1, 2] }]);
      const wrong = await fetch(`${origin}/echo`);
      assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "OPTIONS, POST"]);
      assert.equal((await fetch(`${origin}/nowhere`)).status, 404);
    },
  ));

test("content of every kind is read", () =>
  serving(async (request, { url }) => {
    const content = await request[url.pathname.slice(1)]();
    if (content instanceof FormData) return json(Object.fromEntries(content));
    if (content instanceof Blob) return text(await content.text());
    if (content instanceof ArrayBuffer) return bytes(new Uint8Array(content));
    return content instanceof Uint8Array ? bytes(content) : json(content);
  }, async (origin) => {
    for (const method of ["blob", "arrayBuffer", "bytes"]) {
      const answer = await fetch(`${origin}/${method}`, { method: "PUT", body: "content" });
      assert.equal(await answer.text(), "content", method);
    }
    for (const method of ["text", "json"]) {
      const answer = await fetch(`${origin}/${method}`, { method: "PUT", body: '"content"' });
      assert.equal(await answer.text(), method === "text" ? '"\\"content\\""' : '"content"');
    }
    const form = new FormData();
    form.append("name", "Ada");
    const answer = await fetch(`${origin}/formData`, { method: "POST", body: form });
    assert.deepEqual(await answer.json(), { name: "Ada" });
  }));

test("64 MiB stream through a handler, unchanged", () =>
  serving((request) => new Response(request.body), async (origin) => {
    const length = 64 * MIB;
    const response = await fetch(origin, {
      method: "POST",
      body: pattern(length),
      duplex: "half",
    });
    let seen = 0;
    for await (const chunk of response.body) {
      for (let i = 0; i < chunk.length; i += 4099) assert.equal(chunk[i], (seen + i) % 251);
      seen += chunk.length;
    }
    assert.equal(seen, length);
  }, { limits: { content: Infinity } }));

test("a slow reader holds up the stream that it reads", () => {
  let made = 0;
  const endless = new ReadableStream({
    pull(controller) {
      made += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
  }, { highWaterMark: 0 });
  return serving(() => new Response(endless), async (_origin, _server, port) => {
    const socket = connect(port, "127.0.0.1");
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    for (let before = -1; made === 0 || made !== before;) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.ok(made < 64 * MIB, `${made} octets were made for nobody`);
    socket.destroy();
  });
});

test("a slow handler holds up the client that it reads from", async () => {
  const { promise, resolve } = defer();
  await serving(async (request) => {
    await promise;
    return text(`${(await request.bytes()).length}`);
  }, async (_origin, server, port) => {
    const socket = connect(port, "127.0.0.1");
    const length = 64 * MIB;
    socket.write(
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.end(Buffer.alloc(length));
    for (let before = -1; server.stats().octets.in !== before;) {
      before = server.stats().octets.in;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.ok(server.stats().octets.in < MIB, `${server.stats().octets.in} octets were received`);
    resolve();
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    assert.match(answer, /^HTTP\/1\.1 200 .*\r\n\r\n67108864$/s);
  }, { limits: { content: Infinity } });
});

test("signal aborts when the client leaves", async () => {
  const arrived = defer();
  const aborted = defer();
  await serving((request) => {
    request.signal.addEventListener("abort", () => aborted.resolve());
    arrived.resolve();
    return new Promise(() => {});
  }, async (origin) => {
    const controller = new AbortController();
    const answer = fetch(origin, { signal: controller.signal });
    await arrived.promise;
    controller.abort();
    await assert.rejects(answer, { name: "AbortError" });
    await aborted.promise;
  });
});

test("shutdown() answers what is under way, and closes what is idle", async () => {
  const arrived = defer();
  const answer = defer();
  await serving(({ url }) => {
    if (!url.endsWith("/slow")) return text("quick");
    arrived.resolve();
    return answer.promise;
  }, async (origin, server) => {
    assert.equal(await (await fetch(origin)).text(), "quick");
    const slow = fetch(`${origin}/slow`);
    await arrived.promise;
    const stopped = server.shutdown();
    await assert.rejects(fetch(origin));
    answer.resolve(text("done"));
    const response = await slow;
    assert.equal(response.headers.get("connection"), "close");
    assert.equal(await response.text(), "done");
    await stopped;
    assert.equal(server.stats().connections.open, 0);
  });
});

test("TLS, and the request knows of it", () =>
  serving(
    async (request) => text(`${request.url} ${await request.text()}`),
    async (_, server, port) => {
      const options = { host: "127.0.0.1", port, servername: "localhost", ca: cert, method: "PUT" };
      const request = httpsRequest({ ...options, headers: { host: "localhost" } });
      request.end("x".repeat(100_000));
      const [response] = await once(request, "response");
      let content = "";
      for await (const chunk of response) content += chunk;
      assert.equal(content, `https://localhost/ ${"x".repeat(100_000)}`);
      const plain = connect(port, "127.0.0.1");
      plain.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      plain.on("error", () => {});
      plain.resume();
      await once(plain, "close");
      assert.equal(server.stats().requests.total, 1);
    },
    { cert, key },
  ));

test("a certificate that is none is an error at once", () => {
  assert.throws(
    () => serve({ port: 0, cert: "no", key: "PEM" }, () => text("")),
    { code: "ERR_OSSL_PEM_NO_START_LINE" },
  );
});

test("a port that is taken is Node's own error", () =>
  serving(() => text(""), async (_origin, _server, port) => {
    const second = serve({ hostname: "127.0.0.1", port, onListen() {} }, () => text(""));
    await assert.rejects(second.finished, { code: "EADDRINUSE", syscall: "listen", port });
    await second.shutdown();
  }));

test("a socket where none may be is Node's own error", async () => {
  const server = serve({ path: "/nowhere/at/all/socket", onListen() {} }, () => text(""));
  await assert.rejects(server.listening, (error) => /^E(ACCES|NOENT)$/.test(error.code));
});

test("node:http is a client: keep-alive, fields, pipelining", () =>
  serving((request) => {
    return text(request.headers.get("x-many"), {
      headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]],
    });
  }, async (origin, _server, port) => {
    const request = httpRequest(origin, { headers: { "x-many": ["a", "b"] } });
    request.end();
    const [response] = await once(request, "response");
    response.setEncoding("utf8");
    const [content] = await once(response, "data");
    assert.deepEqual([content, response.headers["set-cookie"]], ["a, b", ["a=1", "b=2"]]);
    const socket = connect(port, "127.0.0.1");
    socket.end("GET / HTTP/1.1\r\nHost: a\r\nX-Many: 1\r\n\r\n".repeat(50));
    let answers = "";
    for await (const chunk of socket) answers += chunk;
    assert.equal(answers.match(/HTTP\/1\.1 200 OK/g).length, 50);
  }));

test("the lazy request stands in for a Request", () =>
  serving(
    async (request) => {
      assert.ok(request instanceof Request);
      assert.equal(Object.prototype.toString.call(request), "[object Request]");
      assert.equal(request.headers.get("content-type"), "text/plain;charset=UTF-8");
      assert.ok(request.headers instanceof Headers);
      assert.equal(new Headers(request.headers).get("content-type"), "text/plain;charset=UTF-8");
      assert.equal(request.cache, "default");
      const copy = request.clone();
      assert.deepEqual([await copy.text(), await request.text()], ["content", "content"]);
      await assert.rejects(request.text(), TypeError);
      return text("ok");
    },
    expectOk,
    { onError: failed },
  ));

/** Ways to read a stream that are Node's own. */
const READERS = {
  "a loop": async (stream) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  },
  "a reader": async (stream) => new TextDecoder().decode((await stream.getReader().read()).value),
  "Readable.fromWeb": (stream) => consumers.text(Readable.fromWeb(stream)),
  "consumers": (stream) => consumers.text(stream),
  "a Response": (stream) => new Response(stream).text(),
  "a Request": (stream) =>
    new Request("http://a/", { method: "POST", body: stream, duplex: "half" }).text(),
  "tee()": (stream) => new Response(stream.tee()[1]).text(),
  "pipeThrough()": (stream) => consumers.text(stream.pipeThrough(new TransformStream())),
  "pipeTo()": async (stream) => {
    const { readable, writable } = new TransformStream();
    const piped = stream.pipeTo(writable);
    const content = await consumers.text(readable);
    await piped;
    return content;
  },
  "ReadableStream.from": (stream) => consumers.text(ReadableStream.from(stream)),
};

for (const [how, read] of Object.entries(READERS)) {
  test(`request.body is read by ${how}`, () =>
    serving(async (request) => {
      assert.ok(request.body instanceof ReadableStream);
      assert.equal(isDisturbed(request.body), false);
      const content = await read(request.body);
      assert.equal(isDisturbed(request.body), true);
      return text(content);
    }, async (origin) => {
      const answer = await fetch(origin, { method: "POST", body: "content" });
      assert.equal(await answer.text(), "content");
    }));
}

test(`new Request(request) ${major < 24 ? "takes" : "does not take"} a lazy request`, () =>
  serving(
    async (request) => {
      if (major >= 24) {
        assert.throws(() => new Request(request), TypeError);
        assert.equal(await new Request(request.clone()).text(), "content");
      } else {
        assert.equal(await new Request(request).text(), "content");
      }
      return text("ok");
    },
    expectOk,
    { onError: failed },
  ));

test("new Request(url, request) takes what it can of a lazy request", () =>
  serving(
    async (request) => {
      const other = new Request("http://localhost/other", request);
      assert.deepEqual([other.url, other.method], ["http://localhost/other", "POST"]);
      assert.equal(other.headers.get("content-type"), "text/plain;charset=UTF-8");
      assert.equal(await other.text(), "content");
      return text("ok");
    },
    expectOk,
    { onError: failed },
  ));

test('request: "native" hands on anywhere', () =>
  serving(({ url }) => text(url), async (upstream) => {
    await serving(
      (request) => fetch(new Request(`${upstream}/new`, new Request(request))),
      expectNew,
      {
        request: "native",
        onError: failed,
      },
    );
    async function expectNew(origin) {
      assert.equal(
        await (await fetch(origin, { method: "POST", body: "x" })).text(),
        `${upstream}/new`,
      );
    }
  }));

/** Native responses, of which Node 20 and 22 let the content be read without its stream. */
const RESPONSES = {
  "text": () => new Response("Hello"),
  "no text": () => new Response(""),
  "nothing": () => new Response(null, { status: 204, headers: { a: "b" } }),
  "text beyond ASCII": () => new Response("Grüße, 世界"),
  "JSON": () => Response.json({ a: [1] }, { status: 201 }),
  "octets": () => new Response(Uint8Array.of(0, 255, 13, 10)),
  "a part of octets": () => new Response(Uint8Array.of(1, 2, 3, 4).subarray(1, 3)),
  "a buffer": () => new Response(new Uint16Array([1, 2]).buffer),
  "a form": () => new Response(new URLSearchParams({ a: "b c" })),
  "a blob": () => new Response(new Blob(["blob"], { type: "text/x" })),
  "a stream": () => new Response(new Blob(["stream"]).stream()),
  "fields": () => new Response("a", { headers: [["b", "1"], ["A", "2"], ["B", "3"]] }),
  "cookies": () => new Response("a", { headers: [["set-cookie", "a=1"], ["Set-Cookie", "b=2"]] }),
  "a field that was added": () => {
    const response = new Response("a");
    response.headers.set("x-added", "yes");
    return response;
  },
  "a clone": () => new Response("clone").clone(),
  "what fetch gave": () => fetch("data:text/plain,fetched"),
};

test("a native response is sent as it is read, and used then", async () => {
  for (const [what, make] of Object.entries(RESPONSES)) {
    let sent;
    const handler = async () => sent = await make();
    await serving(handler, async (origin) => {
      const expected = await make();
      const answer = await fetch(origin);
      assert.equal(answer.status, expected.status, what);
      for (const [name, value] of expected.headers) {
        assert.equal(answer.headers.get(name), expected.headers.get(name), `${what}: ${value}`);
      }
      assert.deepEqual(answer.headers.getSetCookie(), expected.headers.getSetCookie(), what);
      assert.deepEqual(await answer.arrayBuffer(), await expected.arrayBuffer(), what);
      assert.equal(sent.bodyUsed, expected.bodyUsed, what);
    });
  }
});

for (
  const [what, spoil] of [["read", (it) => it.text()], ["locked", (it) => it.body.getReader()]]
) {
  test(`a native response that is ${what} is an error`, async () => {
    const spoilt = new Response("spoilt");
    spoil(spoilt);
    await serving(() => spoilt, async (origin) => {
      assert.equal((await fetch(origin)).status, 500);
    }, { onError: () => text("failed", { status: 500 }) });
  });
}

test("known and native responses stand in for one another", () =>
  serving(({ url }) => {
    const known = text("known", { headers: { "x-a": "1" } });
    assert.ok(known instanceof Response);
    known.headers.set("x-b", "2");
    if (url.endsWith("/copy")) return new Response(known.body, known);
    return known;
  }, async (origin) => {
    for (const path of ["/", "/copy"]) {
      const response = await fetch(origin + path);
      const { headers } = response;
      assert.deepEqual([headers.get("x-a"), headers.get("x-b")], ["1", "2"], path);
      assert.equal(await response.text(), "known");
    }
  }, { onError: failed }));

test("a version that is too old is one clear error", () => {
  const { node } = process.versions;
  Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.8" } });
  try {
    assert.throws(() => serve(() => text("")), /Cannot serve on Node 18\.20\.8: it takes 20\.19/);
  } finally {
    Object.defineProperty(process, "versions", { value: { ...process.versions, node } });
  }
});

async function expectOk(origin) {
  const response = await fetch(origin, { method: "POST", body: "content" });
  assert.equal(await response.text(), "ok");
}

function failed(error) {
  return text(`${error?.stack}`, { status: 500 });
}

/** Octets that tell their own offset. */
function pattern(length) {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset === length) return controller.close();
      const chunk = new Uint8Array(MIB);
      for (let i = 0; i < MIB; i++) chunk[i] = (offset + i) % 251;
      offset += MIB;
      controller.enqueue(chunk);
    },
  });
}

function defer() {
  let resolve;
  const promise = new Promise((fulfil) => resolve = fulfil);
  return { promise, resolve };
}
