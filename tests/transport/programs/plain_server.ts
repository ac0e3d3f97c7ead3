/**
 * Answers with the length of what it reads, and patiently: no connection is closed for its silence.
 *
 * @module
 */

import { routes, type RunningServer, serve, text } from "../../../mod.ts";

const PATIENT = 600_000;

// Deno 2.9 opens descriptors for signals soon after its start, and panics where there are none left
// by then. This makes it open them now.
Deno.addSignalListener("SIGUSR1", () => {});

const server: RunningServer = serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    timeouts: { requestHead: PATIENT, requestContent: PATIENT, idle: PATIENT },
    limits: { minRate: { octetsPerSecond: 0 } },
  },
  routes({
    "GET /": () => text("hello"),
    "POST /": async (request) => text(String((await request.bytes()).length)),
    "GET /never": () => new Promise<Response>(() => {}),
    "GET /endless": () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        }),
      ),
    "GET /open": () => text(String(server.stats().connections.open)),
  }),
);
