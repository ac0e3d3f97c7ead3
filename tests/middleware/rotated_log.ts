/** Serves with an access log in the file that is named, until it is told to end; see access_log_test.ts. */
import { type NetAddress, serve, text } from "@culvert/http";
import { createAccessLog, file } from "@culvert/http/access-log";

await using log = createAccessLog({ sink: file(Deno.args[0]), flushInterval: 10 });
await using server = serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  log.middleware(() => text("Hello, World!")),
);
console.log(`Listening on http://127.0.0.1:${(server.addr as NetAddress).port}/`);
await new Promise<void>((resolve) => Deno.addSignalListener("SIGTERM", resolve));
