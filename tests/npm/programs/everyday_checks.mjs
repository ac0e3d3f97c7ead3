// The everyday middlewares on every version of Node; see ../on_node.ts.
import { compose, html, routes, serve, text } from "@culvert/http";
import { compress } from "@culvert/http/compress";
import { cors } from "@culvert/http/cors";
import { eventStream } from "@culvert/http/event-stream";
import { limitConcurrency } from "@culvert/http/limit-concurrency";
import { limitContent } from "@culvert/http/limit-content";
import { requestId, requestIdOf } from "@culvert/http/request-id";
import { nonceOf, secureHeaders } from "@culvert/http/secure-headers";
import { timeout } from "@culvert/http/timeout";
import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { test } from "node:test";
import { createBrotliDecompress, createGunzip } from "node:zlib";

const LONG = "All work and no play makes Jack a dull boy. ".repeat(3000);

/** Serves while a check runs. */
async function serving(handler, check, options = {}) {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen() {}, ...options }, handler);
  try {
    const { port } = await server.listening;
    await check(`http://127.0.0.1:${port}`);
  } finally {
    await server.shutdown({ deadline: 0 });
  }
}

/** One request whose answer's content is not decoded. */
async function ask(url, headers) {
  const [response] = await once(get(url, { headers, agent: false }), "response");
  return response;
}

async function whole(stream) {
  let content = "";
  for await (const piece of stream.setEncoding("utf8")) content += piece;
  return content;
}

test("cors: preflights, answers and errors", () =>
  serving(
    routes({
      "GET /": () => text("ok"),
      "GET /native": () => Response.redirect("http://localhost/"),
      "GET /error": () => Promise.reject(new Error("of the handler")),
    }, { use: [cors({ origin: ["https://app.example"], credentials: true })] }),
    async (origin) => {
      const headers = { origin: "https://app.example" };
      for (const [path, status] of [["/", 200], ["/native", 302], ["/error", 500], ["/no", 404]]) {
        const response = await fetch(origin + path, { headers, redirect: "manual" });
        await response.text();
        assert.equal(response.status, status);
        assert.equal(response.headers.get("access-control-allow-origin"), headers.origin);
      }
      const preflight = await fetch(origin, {
        method: "OPTIONS",
        headers: { ...headers, "access-control-request-method": "PUT" },
      });
      assert.equal(preflight.status, 204);
      assert.match(preflight.headers.get("access-control-allow-methods"), /PUT/);
    },
    { onError: () => text("failed", { status: 500 }) },
  ));

test("request ids and security headers, a nonce among them", () =>
  serving(
    compose(
      requestId({ trust: true }),
      secureHeaders({ contentSecurityPolicy: { scriptSrc: "'nonce'" } }),
    )((request, context) => html(`${requestIdOf(request)} ${nonceOf(context)}`)),
    async (origin) => {
      const response = await fetch(origin, { headers: { "x-request-id": "abc" } });
      const [id, nonce] = (await response.text()).split(" ");
      assert.deepEqual([id, response.headers.get("x-request-id")], ["abc", "abc"]);
      assert.ok(response.headers.get("content-security-policy").includes(`'nonce-${nonce}'`));
    },
  ));

test("content is limited, declared or chunked", () =>
  serving(limitContent(5)(async (request) => text(await request.text())), async (origin) => {
    const chunks = (...list) => new Blob(list).stream();
    for (
      const [body, status] of [
        ["12345", 200],
        ["123456", 413],
        [chunks("123", "45"), 200],
        [chunks("123", "456"), 413],
      ]
    ) {
      const response = await fetch(origin, { method: "POST", body, duplex: "half" });
      await response.text();
      assert.equal(response.status, status);
    }
  }));

test("a handler that takes too long is told so", async () => {
  let reason;
  const slow = timeout(50)((request) =>
    new Promise(() =>
      request.signal.addEventListener("abort", () => reason = request.signal.reason)
    )
  );
  for (const request of ["lazy", "native"]) {
    reason = undefined;
    await serving(slow, async (origin) => {
      const response = await fetch(origin);
      await response.text();
      assert.deepEqual([response.status, reason?.name], [503, "TimeoutError"]);
    }, { request });
  }
});

test("requests beyond the limit are turned away", async () => {
  let finish;
  const finished = new Promise((resolve) => finish = resolve);
  let called;
  const isCalled = new Promise((resolve) => called = resolve);
  const handler = limitConcurrency({ max: 1 })(() => {
    called();
    return finished.then(() => text("done"));
  });
  await serving(handler, async (origin) => {
    const first = fetch(origin);
    await isCalled;
    const second = await fetch(origin);
    assert.deepEqual([second.status, second.headers.get("retry-after")], [503, "1"]);
    finish();
    assert.equal(await (await first).text(), "done");
  });
});

test("what is compressed can be read, at hand or as a stream", () =>
  serving(
    compress()(({ url }) =>
      url.endsWith("stream")
        ? new Response(new Blob([LONG]).stream(), { headers: { "content-type": "text/plain" } })
        : text(url.endsWith("long") ? LONG : LONG.slice(0, 5000))
    ),
    async (origin) => {
      for (const path of ["/stream", "/long", "/short"]) {
        const expected = path === "/short" ? LONG.slice(0, 5000) : LONG;
        for (const [coding, decoder] of [["br", createBrotliDecompress], ["gzip", createGunzip]]) {
          const response = await ask(origin + path, { "accept-encoding": coding });
          assert.equal(response.headers["content-encoding"], coding);
          assert.equal(response.headers.vary, "Accept-Encoding");
          assert.ok(await whole(response.pipe(decoder())) === expected);
        }
      }
    },
  ));

for (const [coding, decoder] of [["br", createBrotliDecompress], ["gzip", createGunzip]]) {
  test(`events arrive one by one through ${coding}, and the source learns who left`, async () => {
    let events;
    let left;
    const isLeft = new Promise((resolve) => left = resolve);
    await serving(
      compress()((request) =>
        eventStream((own) => {
          events = own;
          own.signal.addEventListener("abort", left);
        }, { signal: request.signal })
      ),
      async (origin) => {
        const response = await ask(origin, { "accept-encoding": coding });
        assert.equal(response.headers["content-encoding"], coding);
        const plain = response.pipe(decoder()).setEncoding("utf8");
        plain.on("error", () => {});
        let seen = "";
        plain.on("data", (piece) => seen += piece);
        const moment = () => new Promise((resolve) => setTimeout(resolve, 5));
        while (events === undefined) await moment();
        for (let i = 0; i < 3; i++) {
          await events.send(`event ${i}`);
          while (!seen.endsWith(`data: event ${i}\n\n`)) await moment();
        }
        response.destroy();
        await isLeft;
      },
    );
  });
}
