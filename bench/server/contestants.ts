/** Serves plaintext on a free port, in the way that the argument names, and prints the port. */
import { compose, type Middleware, serve, text } from "@culvert/http";
import { createAccessLog } from "@culvert/http/access-log";
import { compress } from "@culvert/http/compress";
import { cors } from "@culvert/http/cors";
import { limitConcurrency } from "@culvert/http/limit-concurrency";
import { createMetrics } from "@culvert/http/metrics";
import { rateLimit } from "@culvert/http/rate-limit";
import { requestId } from "@culvert/http/request-id";
import { secureHeaders } from "@culvert/http/secure-headers";
import { timeout } from "@culvert/http/timeout";

const HELLO = "Hello, World!";
const ADDRESS = { hostname: "127.0.0.1", port: 0 };

/** What every contestant of the floor answers, whatever it was asked. */
const ANSWER = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: 13\r\n" +
    `date: ${new Date().toUTCString()}\r\n\r\n${HELLO}`,
);

/** Where lines go that only cost what making them costs. */
const NOWHERE = { write() {} };

const CONTESTANTS: Record<string, () => number> = {
  "Deno.listen": () => {
    const listener = Deno.listen(ADDRESS);
    acceptAll(listener);
    return listener.addr.port;
  },
  "Deno.serve": () => portOf(Deno.serve({ ...ADDRESS, onListen() {} }, () => new Response(HELLO))),
  "Culvert": () => portOf(serve({ ...ADDRESS, onListen() {} }, () => text(HELLO))),
  "Culvert, metrics": () => {
    const metrics = createMetrics();
    const server = serve({ ...ADDRESS, onListen() {} }, metrics.middleware(() => text(HELLO)));
    metrics.observe(server);
    return portOf(server);
  },
  "Culvert, access log": () => serveWith(accessLog()),
  "Culvert, metrics and access log": () => serveWith(createMetrics().middleware, accessLog()),
  "Culvert, rate limit": () => serveWith(neverReached()),
  "Culvert, request id": () => serveWith(requestId()),
  "Culvert, cors": () => serveWith(cors()),
  "Culvert, secure headers": () => serveWith(secureHeaders()),
  "Culvert, compress": () => serveWith(compress()),
  "Culvert, timeout": () => serveWith(timeout(10_000)),
  "Culvert, limit concurrency": () => serveWith(limitConcurrency({ max: 10_000 })),
  "Culvert, all batteries": () =>
    serveWith(
      createMetrics().middleware,
      accessLog(),
      requestId(),
      timeout(10_000),
      limitConcurrency({ max: 10_000 }),
      neverReached(),
      secureHeaders(),
      cors(),
      compress(),
    ),
  "Culvert, new Response()": () =>
    portOf(serve({ ...ADDRESS, onListen() {} }, () => new Response(HELLO))),
};

const start = CONTESTANTS[Deno.args[0]];
if (start === undefined) throw new TypeError(`Cannot start ${Deno.args[0]}: no such contestant`);
console.log(start());

function serveWith(...middlewares: readonly Middleware[]): number {
  const handler = compose(...middlewares)(() => text(HELLO));
  return portOf(serve({ ...ADDRESS, onListen() {} }, handler));
}

function accessLog(): Middleware {
  return createAccessLog({ sink: NOWHERE }).middleware;
}

/** A limit that costs what it costs those who keep to it. */
function neverReached(): Middleware {
  return rateLimit({ limit: 1_000_000, window: 1_000 });
}

function portOf({ addr }: { readonly addr: object }): number {
  return (addr as Deno.NetAddr).port;
}

/** The floor: one read, one write, no HTTP. */
async function acceptAll(listener: Deno.TcpListener): Promise<void> {
  for await (const conn of listener) {
    conn.setNoDelay(true);
    echo(conn).catch(() => conn.close());
  }
}

async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(4096);
  while (await conn.read(buffer) !== null) await conn.write(ANSWER);
  conn.close();
}
