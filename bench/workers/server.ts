/** Serves with as many workers as the argument says, and prints the port, then the workers' processes. */
import { serveWorkers } from "@culvert/http/workers";

const group = serveWorkers({
  module: new URL("./app.ts", import.meta.url),
  workers: Number(Deno.args[0]),
  hostname: "127.0.0.1",
  port: 0,
  onListen() {},
});
const { port } = await group.listening as { readonly port: number };
console.log([port, ...group.workers.map(({ pid }) => pid)].join(" "));
