import { text } from "../../mod.ts";
import { LoadError, loadTest } from "../../src/load/load.ts";
import {
  assert,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertRejects,
} from "../assert.ts";
import { startLocal } from "../transport/servers.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);

Deno.test("loadTest() over sockets: every request is answered once", async () => {
  let handled = 0;
  await using local = await startLocal(() => text(`answer ${handled++}`));
  const report = await loadTest({
    url: `${local.origin}/`,
    connections: 5,
    pipelining: 4,
    requests: 500,
  });
  assertEquals([handled, report.requests], [500, 500]);
  assertEquals([report.statuses, report.statusClasses], [{ "200": 500 }, { "2xx": 500 }]);
  assertEquals([report.errors.total, report.unsent, report.isComplete], [0, 0, true]);
  assertEquals([report.method, report.connections, report.pipelining], ["GET", 5, 4]);
  assertEquals(report.rate, undefined);
  assertGreater(report.octets, 500 * "answer 0".length);
  const { min, max, mean, percentiles } = report.latency;
  assert(0 < min && min <= percentiles["50"] && percentiles["50"] <= percentiles["99.99"]);
  assert(percentiles["99.99"] <= max && min <= mean && mean <= max);
  assertEquals(report.intervals.reduce((sum, { requests }) => sum + requests, 0), 500);
});

const SENT: [what: string, options: object, expected: string][] = [
  ["GET", {}, "GET null "],
  ["HEAD", { method: "HEAD" }, "HEAD null "],
  ["content", { content: "some", headers: { "X-A": "b" } }, "POST b some"],
  [
    "a large content, pipelined",
    { content: "x".repeat(50_000), method: "PUT" },
    `PUT null ${"x".repeat(50_000)}`,
  ],
  ["octets", { content: new Uint8Array([0x61]), method: "PUT" }, "PUT null a"],
];

for (const [what, options, expected] of SENT) {
  Deno.test(`loadTest() sends ${what}`, async () => {
    const seen = new Set<string>();
    await using local = await startLocal(async (request) => {
      seen.add(`${request.method} ${request.headers.get("x-a")} ${await request.text()}`);
      return text("Hi");
    });
    const report = await loadTest({ url: local.origin, requests: 20, pipelining: 2, ...options });
    assertEquals([...seen], [expected]);
    assertEquals([report.requests, report.errors.total], [20, 0]);
  });
}

const ANSWERS: [what: string, answer: () => Response][] = [
  ["no content", () => new Response(null, { status: 204 })],
  [
    "chunks",
    () => new Response(ReadableStream.from(["one", "two"]).pipeThrough(new TextEncoderStream())),
  ],
  ["the end of the connection", () => new Response("last", { headers: { Connection: "close" } })],
  ["a large content", () => text("x".repeat(300_000))],
];

for (const [what, answer] of ANSWERS) {
  Deno.test(`loadTest() reads ${what}`, async () => {
    await using local = await startLocal(() => answer());
    const report = await loadTest({ url: local.origin, requests: 30, connections: 3 });
    assertEquals([report.requests, report.errors.total], [30, 0]);
  });
}

Deno.test("loadTest() speaks TLS", async () => {
  const [cert, key] = await Promise.all(
    ["cert", "key"].map((part) => Deno.readTextFile(new URL(`localhost.${part}.pem`, FIXTURES))),
  );
  await using local = await startLocal(() => text("Hi"), { cert, key });
  const url = `https://localhost:${local.addr.port}/`;
  const report = await loadTest({ url, requests: 20, connections: 2, insecure: true });
  assertEquals([report.requests, report.errors.total], [20, 0]);
  const byAddress = { url: url.replace("localhost", "127.0.0.1"), requests: 5, insecure: true };
  assertEquals((await loadTest(byAddress)).requests, 5);
  await assertRejects(() => loadTest({ url, requests: 1 }), LoadError, `Cannot load ${url}: `);
});

Deno.test("loadTest() reaches IPv6 addresses and Unix domain sockets", async () => {
  await using six = await startLocal(() => text("Hi"), { hostname: "::1" });
  assertEquals((await loadTest({ url: six.origin, requests: 5 })).requests, 5);
  const folder = await Deno.makeTempDir();
  const unix = `${folder}/socket`;
  const server = Deno.serve({ path: unix, onListen() {} }, (request) => {
    return new Response(request.headers.get("host"));
  });
  try {
    const report = await loadTest({ url: "http://name.test/", unix, requests: 5 });
    assertEquals([report.requests, report.errors.total], [5, 0]);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("loadTest() counts statuses and errors", async () => {
  let handled = 0;
  await using local = await startLocal(() => {
    return new Response("", { status: handled++ % 4 === 0 ? 503 : 200 });
  });
  const { statusClasses, errors } = await loadTest({ url: local.origin, requests: 40 });
  assertEquals(statusClasses, { "2xx": 30, "5xx": 10 });
  assertEquals([errors.status, errors.total], [10, 10]);
});

/** Takes connections and treats each with `treat`, which gets its number. */
function listen(treat: (connection: Deno.TcpConn, number: number) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const done = (async () => {
    let number = 0;
    for await (const connection of listener) await treat(connection, number++).catch(() => {});
  })().catch(() => {});
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await done;
    },
  };
}

Deno.test("loadTest() tells what a broken server does", async () => {
  const octets = new TextEncoder();
  await using broken = listen(async (connection, number) => {
    await using _closed = { [Symbol.asyncDispose]: () => Promise.resolve(connection.close()) };
    await connection.read(new Uint8Array(1_000));
    // The first connection only looks whether somebody is there.
    if (number % 2 === 1) await connection.write(octets.encode("HTTP/1.1 200 OK\r\nContent-Le"));
    else if (number > 0) await connection.write(octets.encode("220 mail.test ESMTP\r\n"));
  });
  const { errors, requests } = await loadTest({ url: broken.url, connections: 1, requests: 4 });
  assertEquals(requests, 0);
  assertEquals(errors.closedEarly + errors.reset, 2);
  assertEquals([errors.malformed, errors.total], [2, 4]);
});

Deno.test("loadTest() rejects where nobody listens, and says so", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`;
  listener.close();
  const error = await assertRejects(() => loadTest({ url }), LoadError);
  assertEquals(error.message, `Cannot load ${url}: nobody listens there (connection refused)`);
  assertInstanceOf(error.cause, Error);
  const unix = { url: "http://a.test/", unix: "/nowhere/at/all" };
  await assertRejects(
    () => loadTest(unix),
    LoadError,
    "Cannot load http://a.test/: there is no such socket",
  );
});

Deno.test("loadTest() gives up where connections do not open in time, or nobody waits for them", async () => {
  // TLS to a server that says nothing: the connection is never ready.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `https://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`;
  try {
    const late = loadTest({ url, timeout: 50 });
    await assertRejects(() => late, LoadError, `Cannot load ${url}: no connection within 50.0 ms`);
    const signal = AbortSignal.timeout(10);
    await assertRejects(() => loadTest({ url, signal }), DOMException, "timeout");
  } finally {
    listener.close();
  }
});

Deno.test("loadTest() in an open loop counts from when a request was due", async () => {
  await using local = await startLocal(() => text("Hi"));
  const report = await loadTest({ url: local.origin, rate: 1_000, requests: 200, connections: 2 });
  assertEquals([report.requests, report.rate], [200, 1_000]);
  assertGreaterOrEqual(report.latency.mean, report.serviceTime!.mean);
  // The last one is due 199 ms after the first.
  assertGreaterOrEqual(report.seconds, 0.199);
});

Deno.test("an abort ends loadTest() with what was measured", async () => {
  await using local = await startLocal(() => text("Hi"));
  const controller = new AbortController();
  const report = await loadTest({
    url: local.origin,
    duration: 3_600_000,
    signal: controller.signal,
    onProgress: ({ requests }) => requests > 10 && controller.abort(),
  });
  assertEquals([report.isComplete, report.errors.total], [false, 0]);
  assertGreater(report.requests, 10);
  await assertRejects(
    () => loadTest({ url: local.origin, signal: controller.signal }),
    DOMException,
    "abort",
  );
});
