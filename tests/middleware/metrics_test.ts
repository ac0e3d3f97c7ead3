/** What metrics count, and how Prometheus is told. */
import fc from "fast-check";
import { Counter, Registry } from "prom-client";
import { bytes, type Context, type Handler, routes, text } from "../../mod.ts";
import { createMetrics, type MetricsOptions } from "../../src/middleware/metrics.ts";
import { histogramSamples } from "../../src/middleware/metrics/observed_metric.ts";
import { FlatHistogram } from "../../src/middleware/metrics/request_series.ts";
import { TurnClock } from "../../src/middleware/turn_clock.ts";
import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "../assert.ts";
import { settle } from "../server/memory_server.ts";
import { eventually, type LocalServer, startLocal } from "../transport/servers.ts";
import { readSamples, type Samples } from "./scrape.ts";

const ELSEWHERE = {} as Context;

async function scrape(metrics: ReturnType<typeof createMetrics>): Promise<Samples> {
  return readSamples(await metrics.registry.metrics());
}

/** Serves routes with metrics, lets clients come, and gives the samples once all has ended. */
async function measured(
  handler: Handler,
  visit: (local: LocalServer) => Promise<unknown>,
  options: MetricsOptions = {},
): Promise<Samples> {
  const metrics = createMetrics({ prefix: "", ...options });
  await using local = await startLocal(metrics.middleware(handler));
  metrics.observe(local.server);
  await visit(local);
  await eventually(
    () => scrape(metrics),
    (samples) => samples.get("http_requests_in_flight") === 0,
    "requests in flight",
  );
  return scrape(metrics);
}

const APP = routes({
  "GET /": () => text("hello"),
  "POST /users/:id": async (request) => text(await request.text(), { status: 201 }),
  "GET /error": () => {
    throw new Error("of the handler");
  },
});

const COUNTED: [path: string, init: RequestInit, labels: string][] = [
  ["/", {}, 'route="/",method="GET",status="200"'],
  ["/", { method: "HEAD" }, 'route="/",method="HEAD",status="200"'],
  ["/users/7", { method: "POST" }, 'route="/users/:id",method="POST",status="201"'],
  ["/users/7", { method: "DELETE" }, 'route="none",method="DELETE",status="405"'],
  ["/nobody/here?a=1", {}, 'route="none",method="GET",status="404"'],
  ["/", { method: "PROPFIND" }, 'route="none",method="other",status="405"'],
  ["/error", {}, 'route="/error",method="GET",status="500"'],
];

for (const [path, init, labels] of COUNTED) {
  Deno.test(`a request is counted as ${labels}`, async () => {
    const samples = await measured(APP.fetch, async ({ origin }) => {
      await (await fetch(origin + path, init)).text();
      await (await fetch(origin + path, init)).text();
    });
    const counted = [...samples].filter(([name]) => name.startsWith("http_requests_total"));
    assertEquals(counted, [[`http_requests_total{${labels}}`, 2]]);
    const histogram = labels.replace(/,status.*/, "");
    assertEquals(samples.get(`http_request_duration_seconds_count{${histogram}}`), 2);
  });
}

Deno.test("sizes of content are those that came and were sent", async () => {
  const samples = await measured(APP.fetch, async ({ origin }) => {
    for (const size of [0, 256, 257, 10_000]) {
      const init = { method: "POST", body: "ä".repeat(size / 2) + "x".repeat(size % 2) };
      await (await fetch(`${origin}/users/7`, init)).text();
    }
  });
  for (const name of ["http_request_content_bytes", "http_response_content_bytes"]) {
    const labels = 'route="/users/:id",method="POST"';
    const upTo = (le: string) => samples.get(`${name}_bucket{le="${le}",${labels}}`);
    assertEquals(["0", "256", "1024", "4096", "16384", "+Inf"].map(upTo), [1, 2, 3, 3, 4, 4]);
    assertEquals(samples.get(`${name}_sum{${labels}}`), 10_513);
  }
});

Deno.test("durations are those of the clock, in seconds", async () => {
  let time = 0;
  const samples = await measured(
    async () => {
      await new Promise((resolve) => setTimeout(resolve));
      time += 250;
      return text("hello");
    },
    async ({ origin }) => void await (await fetch(origin)).text(),
    { now: () => time, durationBuckets: [0.1, 0.25, 1] },
  );
  const labels = 'route="none",method="GET"';
  const upTo = (le: string) =>
    samples.get(`http_request_duration_seconds_bucket{le="${le}",${labels}}`);
  assertEquals(["0.1", "0.25", "1", "+Inf"].map(upTo), [0, 1, 1, 1]);
  assertEquals(samples.get(`http_request_duration_seconds_sum{${labels}}`), 0.25);
});

Deno.test("a request is in flight until its answer is out", async () => {
  const metrics = createMetrics({ prefix: "" });
  const { promise, resolve } = Promise.withResolvers<Response>();
  await using local = await startLocal(metrics.middleware(() => promise));
  const asked = fetch(local.origin);
  const inFlight = async () => (await scrape(metrics)).get("http_requests_in_flight");
  await eventually(inFlight, (count) => count === 1, "in flight");
  resolve(text("hello"));
  await (await asked).text();
  await eventually(inFlight, (count) => count === 0, "in flight");
});

Deno.test("an answer that its client does not take is counted as cut", async () => {
  const samples = await measured(() => bytes(new Uint8Array(32 << 20)), async ({ addr }) => {
    const conn = await Deno.connect({ hostname: addr.hostname, port: addr.port });
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    await conn.read(new Uint8Array(1000));
    conn.close();
  });
  assertEquals(samples.get('http_answers_cut_total{route="none",method="GET"}'), 1);
  const sent = samples.get('http_response_content_bytes_sum{route="none",method="GET"}')!;
  assertGreater(sent, 0);
  assertLess(sent, 32 << 20);
});

Deno.test("connections, octets and refusals are those of the server", async () => {
  const metrics = createMetrics({ prefix: "" });
  const local = await startLocal(() => text("hello"), { limits: { requestTarget: 100 } });
  metrics.observe(local.server);
  metrics.observe(local.server);
  await (await fetch(local.origin)).text();
  await (await fetch(`${local.origin}/${"x".repeat(200)}`)).text();
  const open = await scrape(metrics);
  assertEquals(open.get('refusals_total{reason="request-target-too-long"}'), 1);
  assertGreater(open.get("connections_accepted_total")!, 0);
  assertGreater(open.get("received_bytes_total")!, 200);
  assertGreater(open.get("sent_bytes_total")!, 100);
  assert(open.get("event_loop_delay_seconds")! >= 0);
  assert(open.get("connections_open")! >= open.get("connections_idle")!);
  await local[Symbol.asyncDispose]();
  await settle();
  const closed = await scrape(metrics);
  assertEquals(
    [
      closed.get("connections_open"),
      closed.get('refusals_total{reason="request-target-too-long"}'),
    ],
    [0, 1],
  );
  assert(closed.get("sent_bytes_total")! >= open.get("sent_bytes_total")!);
});

Deno.test("several servers are added up, those that have closed, too", async () => {
  const metrics = createMetrics({ prefix: "" });
  const opened = [3, 3];
  for (const accepted of [1, 2]) {
    metrics.observe({
      stats: () => ({
        connections: { open: opened[accepted - 1], idle: 1, accepted },
        refused: { "queue-full": accepted },
        octets: { in: 10, out: 20 },
        eventLoopDelay: accepted * 1000,
      }),
    });
  }
  const figures = async () => {
    const samples = await scrape(metrics);
    return [
      "connections_open",
      "connections_accepted_total",
      'refusals_total{reason="queue-full"}',
      "sent_bytes_total",
      "event_loop_delay_seconds",
    ].map((name) => samples.get(name));
  };
  assertEquals(await figures(), [6, 3, 3, 40, 2]);
  opened[1] = 0;
  assertEquals(await figures(), [3, 3, 3, 40, 1]);
});

Deno.test("combinations beyond the bound are one", async () => {
  const metrics = createMetrics({ prefix: "", maxSeries: 3 });
  let route = "";
  const handler = metrics.middleware(() => text("ok"));
  for (let i = 0; i < 10; i++) {
    route = `/${i}`;
    await handler(new Request("http://localhost/"), {
      get route() {
        return route;
      },
    } as Context);
  }
  const samples = await scrape(metrics);
  assertEquals([...samples].filter(([name]) => name.startsWith("http_requests_total")), [
    ['http_requests_total{route="/0",method="GET",status="200"}', 1],
    ['http_requests_total{route="/1",method="GET",status="200"}', 1],
    ['http_requests_total{route="/2",method="GET",status="200"}', 1],
    ['http_requests_total{route="other",method="other",status="other"}', 7],
  ]);
});

Deno.test("a client does not decide how many series there are", async () => {
  const samples = await measured(APP.fetch, async ({ origin }) => {
    for (let i = 0; i < 30; i++) {
      await (await fetch(`${origin}/${i}/"\n?${i}`, { method: `METHOD-${i}` })).text();
    }
  });
  assertEquals([...samples].filter(([name]) => name.startsWith("http_requests_total")), [
    ['http_requests_total{route="none",method="other",status="404"}', 30],
  ]);
});

Deno.test("decisions of rate limiters are counted, within the bound", async () => {
  const { rateLimitDecision, registry } = createMetrics({ prefix: "", maxSeries: 2 });
  rateLimitDecision("allowed", 'per "address"');
  rateLimitDecision("limited", 'per "address"');
  rateLimitDecision("allowed", 'per "address"');
  for (let i = 0; i < 10; i++) rateLimitDecision("allowed", `policy ${i}`);
  const samples = readSamples(await registry.metrics());
  assertEquals([...samples].filter(([name]) => name.startsWith("rate_limit")), [
    ['rate_limit_decisions_total{policy="per \\"address\\"",decision="allowed"}', 2],
    ['rate_limit_decisions_total{policy="per \\"address\\"",decision="limited"}', 1],
    ['rate_limit_decisions_total{policy="other",decision="other"}', 10],
  ]);
});

/** What handlers give under another server, and how it is counted. */
const UNDER_OTHERS: [handler: Handler, status: string, octets: number][] = [
  [() => text("hällo"), "200", 6],
  [() => Promise.resolve(bytes(new Uint8Array(7), { status: 206 })), "206", 7],
  [() => new Response("not measured", { status: 404 }), "404", 0],
  [() => Promise.reject(new Error("of the handler")), "none", 0],
  [
    () => {
      throw new Error("of the handler");
    },
    "none",
    0,
  ],
];

for (const [handler, status, octets] of UNDER_OTHERS) {
  Deno.test(`under another server, ${handler} is counted as ${status}`, async () => {
    const metrics = createMetrics({ prefix: "" });
    try {
      await metrics.middleware(handler)(new Request("http://localhost/"), ELSEWHERE);
    } catch {
      // It is the server's to answer.
    }
    await settle();
    const samples = await scrape(metrics);
    const labels = 'route="none",method="GET"';
    assertEquals(samples.get(`http_requests_total{${labels},status="${status}"}`), 1);
    assertEquals(samples.get(`http_response_content_bytes_sum{${labels}}`), octets);
    assertEquals(samples.get("http_requests_in_flight"), 0);
  });
}

Deno.test("the handler answers with all metrics of the registry", async () => {
  const registry = new Registry();
  const own = new Counter({ name: "orders_total", help: "Orders.", registers: [registry] });
  const metrics = createMetrics({ registry });
  own.inc(3);
  await using local = await startLocal(metrics.handler);
  const response = await fetch(`${local.origin}/metrics`);
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const samples = readSamples(await response.text());
  assertEquals([samples.get("orders_total"), samples.get("culvert_http_requests_in_flight")], [
    3,
    0,
  ]);
});

Deno.test("a registry of OpenMetrics has their names", async () => {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const metrics = createMetrics({ registry, prefix: "" });
  await metrics.middleware(() => text("ok"))(new Request("http://localhost/"), ELSEWHERE);
  for (let time = 0; time < 2; time++) {
    const lines = (await registry.metrics()).split("\n");
    assert(lines.includes("# TYPE http_requests counter"), lines.join("\n"));
    assert(lines.includes('http_requests_total{route="none",method="GET",status="200"} 1'));
  }
});

Deno.test("two metrics of one name are an error where they are made", () => {
  const registry = new Registry();
  createMetrics({ registry });
  assertThrows(() => createMetrics({ registry }), Error, "already been registered");
  createMetrics({ registry, prefix: "other_" });
});

Deno.test("scrapers that hang hold nobody up, and share one answer", async () => {
  let scrapes = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  const registry = {
    contentType: "text/plain",
    registerMetric() {},
    metrics: () => ++scrapes === 1 ? promise : Promise.resolve("later"),
  };
  const metrics = createMetrics({ registry });
  const app = routes({ "GET /": () => text("hello"), "GET /metrics": metrics.handler });
  await using local = await startLocal(app.fetch);
  const scrapers = await Promise.all(Array.from({ length: 20 }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: local.addr.port });
    await conn.write(new TextEncoder().encode("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"));
    return conn;
  }));
  await eventually(
    () => local.server.stats().requests.inFlight,
    (inFlight) => inFlight === 20,
    "in flight",
  );
  assertEquals(await (await fetch(local.origin)).text(), "hello");
  assertEquals(scrapes, 1);
  // Nobody reads it.
  resolve("x".repeat(8 << 20));
  assertEquals(await (await fetch(local.origin)).text(), "hello");
  assertEquals(await (await fetch(`${local.origin}/metrics`)).text(), "later");
  for (const conn of scrapers) conn.close();
});

Deno.test("a scrape that fails is an error of its own, and the next one is tried", async () => {
  let scrapes = 0;
  const registry = {
    contentType: "text/plain",
    registerMetric() {},
    metrics: () => ++scrapes === 1 ? failure() : Promise.resolve("fine"),
  };
  const failure = () => Promise.reject(new Error("of a collector"));
  const metrics = createMetrics({ registry });
  await using local = await startLocal(metrics.handler);
  const first = await fetch(local.origin);
  await first.text();
  assertEquals([first.status, await (await fetch(local.origin)).text()], [500, "fine"]);
});

Deno.test("a histogram is what a plain count of the observations is", () => {
  const bounds = fc.uniqueArray(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 })
    .map((list) => list.map((bound) => bound + 0).sort((a, b) => a - b));
  const values = fc.array(fc.double({ min: 0, max: 120, noNaN: true }));
  fc.assert(fc.property(bounds, values, (bounds, values) => {
    const histogram = new FlatHistogram(bounds);
    for (const value of values) histogram.observe(value);
    const samples = [...histogramSamples("h", {}, histogram)].map(({ value }) => value);
    assertEquals(samples, [
      ...bounds.map((bound) => values.filter((value) => value <= bound).length),
      values.length,
      values.reduce((sum, value) => sum + value, 0),
      values.length,
    ]);
  }));
});

Deno.test("the clock is read once a turn", async () => {
  let reads = 0;
  const clock = new TurnClock(() => ++reads);
  assertEquals([clock.read(), clock.read()], [1, 1]);
  await settle();
  assertEquals([clock.read(), clock.read()], [2, 2]);
});

const WRONG: [options: object, error: ErrorConstructor, message: string][] = [
  [{ bucket: [] }, TypeError, "Cannot make metrics: there is no option bucket"],
  [{ prefix: "a-b" }, TypeError, "Cannot name metrics a-b…"],
  [{ prefix: 1 }, TypeError, "Cannot name metrics 1…"],
  [{ maxSeries: 0 }, RangeError, "Cannot keep 0 series"],
  [{ maxSeries: 1.5 }, RangeError, "Cannot keep 1.5 series"],
  [{ durationBuckets: 1 }, TypeError, "Cannot make buckets: durationBuckets"],
  [{ durationBuckets: ["1"] }, TypeError, "Cannot make buckets: durationBuckets"],
  [{ contentBuckets: [] }, RangeError, "Cannot make buckets: contentBuckets"],
  [{ contentBuckets: [2, 1] }, RangeError, "Cannot make buckets: contentBuckets"],
  [{ contentBuckets: [1, Infinity] }, RangeError, "Cannot make buckets: contentBuckets"],
  [{ registry: {} }, TypeError, "Cannot register metrics: registry must be"],
  [{ now: 1 }, TypeError, "Cannot measure time: now must be"],
];

for (const [options, error, message] of WRONG) {
  Deno.test(`createMetrics() objects to ${JSON.stringify(options)}`, () => {
    const thrown = assertThrows(() => createMetrics(options), error);
    assert((thrown as Error).message.startsWith(message), (thrown as Error).message);
  });
}
