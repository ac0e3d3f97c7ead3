/**
 * Whether Prometheus' own tool takes what is scraped. `deno task test:services` runs this; it needs
 * promtool, which is in Debian's package prometheus.
 *
 * @module
 */
import { bytes, routes, text } from "../../mod.ts";
import { createMetrics } from "../../src/middleware/metrics.ts";
import { assertEquals, assertGreater } from "../assert.ts";
import { eventually, startLocal } from "../transport/servers.ts";
import { requireTool } from "./tools.ts";

const HAS_PROMTOOL = requireTool("promtool", "prometheus");

/** Requests of every kind, among them what a hostile client sends. */
async function visitAll(origin: string, port: number): Promise<void> {
  const visits: [path: string, init?: RequestInit][] = [
    ["/"],
    ["/", { method: "HEAD" }],
    ["/users/7"],
    ["/users/%22%0A", { method: "POST", body: "x".repeat(5000) }],
    ["/large"],
    ["/stream"],
    ["/error"],
    ['/nobody/{here="1"}'],
    ["/", { method: "ODD!#$%&'*\"".slice(0, 10) }],
    [`/${"x".repeat(9000)}`],
  ];
  for (const [path, init] of visits) await (await fetch(origin + path, init)).bytes();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode("no HTTP at all\r\n\r\n"));
  await new Response(conn.readable).text();
}

async function promtool(exposition: string): Promise<{ code: number; output: string }> {
  const process = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(exposition));
  await writer.close();
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test({
  name: "promtool finds nothing wrong with a scrape behind mixed traffic",
  ignore: !HAS_PROMTOOL,
  async fn() {
    const metrics = createMetrics();
    const app = routes({
      "GET /": () => text("hello"),
      "/users/:id": async (request) => text(await request.text()),
      "GET /large": () => bytes(new Uint8Array(1 << 20)),
      "GET /stream": () =>
        new Response(ReadableStream.from([new Uint8Array(3), new Uint8Array(4)])),
      "GET /error": () => {
        throw new Error("of the handler");
      },
      "GET /metrics": metrics.handler,
    });
    await using local = await startLocal(metrics.middleware(app.fetch));
    metrics.observe(local.server);
    metrics.rateLimitDecision("limited", 'per "address"\n\\');
    await visitAll(local.origin, local.addr.port);
    const scrape = async () => await (await fetch(`${local.origin}/metrics`)).text();
    const scraped = await eventually(
      scrape,
      (text) => text.includes('route="/stream"'),
      "the last request",
    );
    assertEquals(await promtool(scraped), { code: 0, output: "" });
    assertGreater(scraped.split("\n").length, 200);
  },
});

Deno.test({
  name: "promtool finds what is wrong",
  ignore: !HAS_PROMTOOL,
  async fn() {
    const { code } = await promtool('# TYPE wrong counter\nwrong{a="1"} 1\n');
    assertGreater(code, 0);
  },
});
