/**
 * Streams content both ways, and tells how far it has come; for tests that look at its memory.
 *
 * It needs `--v8-flags=--expose-gc`, so that memory which only waits to be collected is not counted.
 *
 * @module
 */

import { json, routes } from "../../../mod.ts";
import { serve } from "../servers.ts";

const CHUNK = 65_536;

/** Octets that were made for the download, or that the handler of the upload has read. */
let octets = 0;

/** Octets that the handler of the upload may read. */
let permitted = 0;
let awaken = () => {};

const server = serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    limits: { content: Infinity },
  },
  routes({
    "GET /download/:octets": (_request, { params }) =>
      new Response(download(Number(params.octets))),
    "POST /upload": async (request) => {
      octets = 0;
      for await (const piece of request.body!) {
        octets += piece.length;
        while (octets > permitted) await new Promise<void>((resolve) => awaken = resolve);
      }
      return json({ octets });
    },
    "POST /permit/:octets": (_request, { params }) => {
      permitted = Number(params.octets);
      awaken();
      return progress();
    },
    "GET /progress": progress,
  }),
);

function download(length: number): ReadableStream<Uint8Array> {
  octets = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(CHUNK).fill(octets / CHUNK));
      octets += CHUNK;
      if (octets >= length) controller.close();
    },
  }, { highWaterMark: 0 });
}

function progress(): Response {
  (globalThis as unknown as { gc(): void }).gc();
  return json({ octets, received: server.stats().octets.in });
}
