/**
 * Stops when it gets SIGTERM, within the milliseconds of its first argument; what waits at `/slow`
 * is answered once it gets SIGUSR2, what waits at `/never` is not.
 *
 * @module
 */

import process from "node:process";
import { bytes, serve } from "../../../mod.ts";

const CONTENT = new Uint8Array(262_144).fill(120);

const released = Promise.withResolvers<void>();
let waiting = 0;

const server = serve({ hostname: "127.0.0.1", port: 0 }, async (_, { url }) => {
  console.error(`Waiting: ${++waiting}`);
  await (url.pathname === "/never" ? new Promise(() => {}) : released.promise);
  return bytes(CONTENT);
});

process.on("SIGUSR2", () => released.resolve());
process.once("SIGTERM", async () => {
  const stopped = server.shutdown({ deadline: Number(Deno.args[0]) });
  console.error("Stopping");
  await stopped;
  console.error("Stopped");
  Deno.exit(0);
});
