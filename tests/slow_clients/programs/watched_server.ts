/**
 * A server with short deadlines that notes how long each connection of an attacker lives.
 *
 * Its argument is how many connections it admits from one address.
 *
 * @module
 */

import { bytes, json, routes, type RunningServer, text } from "../../../mod.ts";
import { serveOver } from "../../../src/serve.ts";
import type { Duplex, Transport } from "../../../src/server/duplex.ts";
import { denoTransport } from "../../../src/transport/deno.ts";
import { ATTACKER, CONNECTIONS, DEADLINE, type Observed } from "../measure.ts";

const page = bytes(new Uint8Array(100_000));
const large = bytes(new Uint8Array(8 * 2 ** 20));
const since = new Map<Duplex, number>();
const lives = { seen: 0, most: 0, longest: 0 };

/** Deno's sockets, each of which is watched from its beginning to its end. */
const watchedTransport: Transport = {
  listen: (options, accept) =>
    denoTransport.listen(options, (duplex) => {
      watch(duplex);
      return accept(duplex);
    }),
};

// Deno 2.9 opens a pair of sockets for signals soon after its start. This makes it open them now.
Deno.addSignalListener("SIGUSR1", () => {});

const server: RunningServer = serveOver(watchedTransport)(
  {
    hostname: "127.0.0.1",
    port: 0,
    limits: {
      connections: CONNECTIONS,
      connectionsPerAddress: Number(Deno.args[0]),
      minRate: { window: DEADLINE },
    },
    timeouts: {
      requestHead: DEADLINE,
      requestContent: DEADLINE,
      idle: DEADLINE,
      write: DEADLINE,
      drain: 250,
    },
    // Clients that are cut off make their handlers fail.
    onError: () => text("failed", { status: 500 }),
  },
  routes({
    "GET /": () => text("hello"),
    "POST /": async (request) => text(String((await request.bytes()).length)),
    "GET /page": () => page,
    "GET /large": () => large,
    "GET /observed": () => json(observed()),
  }),
);

function watch(duplex: Duplex): void {
  if (duplex.remoteAddr.transport !== "tcp" || duplex.remoteAddr.hostname !== ATTACKER) return;
  since.set(duplex, performance.now());
  lives.seen++;
  lives.most = Math.max(lives.most, since.size);
  const close = duplex.close.bind(duplex);
  duplex.close = () => {
    const begin = since.get(duplex);
    if (begin !== undefined) lives.longest = Math.max(lives.longest, performance.now() - begin);
    since.delete(duplex);
    close();
  };
}

function observed(): Observed {
  return { ...lives, open: since.size, refused: server.stats().refused };
}
