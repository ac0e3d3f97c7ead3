// The metrics on every version of Node; see ../on_node.ts.
import { routes, serve, text } from "@culvert/http";
import { createMetrics } from "@culvert/http/metrics";
import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import { Counter, Registry } from "prom-client";

/** Serves with metrics while a check runs. */
async function serving(metrics, check) {
  const app = routes({
    "GET /": () => text("hello"),
    "GET /users/:id": (_request, { params }) => text(params.id),
    "GET /metrics": metrics.handler,
  });
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = serve(options, metrics.middleware(app.fetch));
  metrics.observe(server);
  try {
    const { port } = await server.listening;
    await check(`http://127.0.0.1:${port}`, server, port);
  } finally {
    await server.shutdown({ deadline: 0 });
  }
}

async function scrape(origin) {
  const response = await fetch(`${origin}/metrics`);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return await response.text();
}

test("requests are counted by route, with those of the registry", async () => {
  const registry = new Registry();
  new Counter({ name: "orders_total", help: "Orders.", registers: [registry] }).inc(3);
  const metrics = createMetrics({ registry });
  await serving(metrics, async (origin) => {
    for (const id of ["7", "8"]) await (await fetch(`${origin}/users/${id}`)).text();
    const scraped = await scrape(origin);
    const labels = 'route="/users/:id",method="GET"';
    assert.ok(scraped.includes(`culvert_http_requests_total{${labels},status="200"} 2\n`), scraped);
    assert.ok(scraped.includes(`culvert_http_response_content_bytes_sum{${labels}} 2\n`));
    assert.ok(scraped.includes("\norders_total 3\n"));
  });
});

test("connections and octets are those of the server", async () => {
  const metrics = createMetrics({ prefix: "" });
  await serving(metrics, async (origin, _server, port) => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    const scraped = await scrape(origin);
    socket.destroy();
    assert.ok(Number(/^connections_open (\d+)$/m.exec(scraped)[1]) >= 2, scraped);
    assert.ok(Number(/^received_bytes_total (\d+)$/m.exec(scraped)[1]) > 20);
  });
});
