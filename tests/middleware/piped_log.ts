/** Serves with an access log on a standard output that nobody may be reading; see access_log_test.ts. */
import { type NetAddress, serve, text } from "@culvert/http";
import { createAccessLog } from "@culvert/http/access-log";

const log = createAccessLog({ flushInterval: 10 });
const server = serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  log.middleware((request) =>
    text(request.url.endsWith("/stats") ? JSON.stringify(log.stats()) : "ok")
  ),
);
console.error(`Listening on http://127.0.0.1:${(server.addr as NetAddress).port}/`);
