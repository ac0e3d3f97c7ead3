// The load tester must hold on every version of Node; see ../on_node.ts.
import { serve, text } from "@culvert/http";
import { checkThresholds, loadTest, renderHtmlReport } from "@culvert/http/load";
import { main } from "@culvert/http/load/cli";
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { test } from "node:test";

/** Serves while a check runs. */
async function serving(handler, check) {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  try {
    const { port } = await server.listening;
    await check(`http://127.0.0.1:${port}/`);
  } finally {
    await server.shutdown({ deadline: 0 });
  }
}

test("a closed loop gets every answer", () =>
  serving(() => text("Hi"), async (url) => {
    const report = await loadTest({ url, connections: 3, pipelining: 4, requests: 300 });
    assert.deepEqual([report.statuses, report.errors.total], [{ 200: 300 }, 0]);
    assert.ok(report.latency.percentiles["99.99"] <= report.latency.max);
    assert.deepEqual(checkThresholds(report, { maxErrors: 0 }), []);
    assert.match(renderHtmlReport(report), /<\/html>\n$/);
  }));

test("an open loop counts from when a request was due", () =>
  serving(() => text("Hi"), async (url) => {
    const report = await loadTest({ url, rate: 1000, requests: 100 });
    assert.equal(report.requests, 100);
    assert.ok(report.latency.mean >= report.serviceTime.mean);
  }));

test("content is sent, and chunks are read", () =>
  serving(
    (request) => new Response(request.body.pipeThrough(new TransformStream())),
    async (url) => {
      const content = "x".repeat(100_000);
      const { requests, octets, errors } = await loadTest({ url, content, requests: 10 });
      assert.deepEqual([requests, errors.total], [10, 0]);
      assert.ok(octets > 1_000_000);
    },
  ));

test("the event loop's own account tells a busy client", async () => {
  // The client's thread is the server's as well, and never waits.
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  const listener = createServer((socket) => {
    socket.on("error", () => {}).on("data", (octets) => {
      const until = performance.now() + 2;
      while (performance.now() < until);
      socket.write(answer.repeat(octets.toString("latin1").split("\r\n\r\n").length - 1));
    });
  }).listen(0, "127.0.0.1").unref();
  await once(listener, "listening");
  const url = `http://127.0.0.1:${listener.address().port}/`;
  const busy = await loadTest({ url, connections: 4, pipelining: 64, requests: 10_000 });
  listener.close();
  assert.equal(busy.requests, 10_000);
  assert.ok(busy.client.wasBottleneck, `${busy.client.utilization}`);
  await serving(() => text("Hi"), async (url) => {
    const idle = await loadTest({ url, rate: 20, duration: 500 });
    assert.ok(idle.client.utilization < busy.client.utilization);
  });
});

test("the command ends with 0, 1 or 2", () =>
  serving(() => text("Hi"), async (url) => {
    assert.equal(await main([url, "--requests", "20", "--quiet"]), 0);
    assert.equal(await main([url, "--requests", "20", "--quiet", "--max-p50", "0s"]), 1);
    assert.equal(await main([url, "--request", "20"]), 2);
  }));
