import type { Handler, NetAddress, RunningServer, Serve, ServeOptions } from "../../mod.ts";

/** The same tests also run over the sockets of Node; see `node_transport_test.ts`. */
const OVER_NODE = Deno.env.get("CULVERT_TEST_TRANSPORT") === "node";

export const { serve }: { readonly serve: Serve } = OVER_NODE
  ? await import("../../src/node.ts")
  : await import("../../mod.ts");

/** A server of the test's own process, on a port that was free. */
export interface LocalServer extends AsyncDisposable {
  /** The server. */
  readonly server: RunningServer;
  /** Where it listens. */
  readonly addr: NetAddress;
  /** Scheme, host and port, without a final slash. */
  readonly origin: string;
  /** Reasons of its refusals so far. */
  readonly refusals: readonly string[];
  /** What its handlers threw so far. */
  readonly errors: readonly unknown[];
}

/** Serves on a free port of the loopback interface; errors are noted rather than printed. */
export async function startLocal(
  handler: Handler,
  options: ServeOptions = {},
): Promise<LocalServer> {
  const refusals: string[] = [];
  const errors: unknown[] = [];
  const server = serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
    onRefusal: (reason) => refusals.push(reason),
    onError(error) {
      errors.push(error);
      return new Response("failed", { status: 500 });
    },
    ...options,
  }, handler);
  const addr = await server.listening as NetAddress;
  const scheme = options.cert === undefined ? "http" : "https";
  const host = addr.hostname.includes(":") ? `[${addr.hostname}]` : addr.hostname;
  return {
    server,
    addr,
    origin: `${scheme}://${host}:${addr.port}`,
    refusals,
    errors,
    // A connection that a test forgot must not hold it up.
    [Symbol.asyncDispose]: () => server.shutdown({ deadline: 0 }),
  };
}

/** Waits until something holds; fails, with what there is instead, if it never does. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (value: T) => boolean,
  what: string,
): Promise<T> {
  const until = Date.now() + 60_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > until) throw new Error(`${what}: still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
