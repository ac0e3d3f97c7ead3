/**
 * The server that hostile clients attack, and what it tells of itself.
 *
 * Its first argument is JSON: `limits` and `timeouts`. It needs `--v8-flags=--expose-gc`, so that
 * memory which only waits to be collected is not counted.
 *
 * @module
 */

import { json, routes, type RunningServer, serve, text } from "../../../mod.ts";
import type { TargetOptions } from "../target.ts";

const options: TargetOptions = JSON.parse(Deno.args[0]);
const kept: Uint8Array[] = [];

// Deno 2.9 opens a pair of sockets for signals soon after its start. This makes it open them now.
Deno.addSignalListener("SIGUSR1", () => {});

const server: RunningServer = serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    ...options,
    // A client that leaves makes its handler fail.
    onError: () => text("failed", { status: 500 }),
  },
  routes({
    "GET /hello/:number": (_request, { params }) => text(params.number),
    "POST /length": async (request) => text(String((await request.bytes()).length)),
    "POST /keep": async (request) => text(String(kept.push(await request.bytes()))),
    "POST /ignore": () => text("ignored"),
    "/wait": ({ signal }) =>
      new Promise<Response>((resolve) =>
        signal.addEventListener("abort", () => resolve(text("gone")), { once: true })
      ),
    "GET /endless": () => new Response(endless()),
    "GET /drip": () => new Response(drip()),
    "GET /stats": () => json(server.stats()),
    "GET /memory": () => json(collectedMemory()),
  }),
);

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
  });
}

/** An octet now and then, for as long as somebody is there to take it. */
function drip(): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setInterval>;
  return new ReadableStream({
    start(controller) {
      timer = setInterval(() => controller.enqueue(new Uint8Array(1)), 20);
    },
    cancel: () => clearInterval(timer),
  });
}

function collectedMemory(): number {
  const { gc } = globalThis as unknown as { gc(options: object): void };
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
