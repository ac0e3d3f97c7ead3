import { type Address, type Handler, type HandlerObject, toHandler } from "./handler.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Listener, ListenOptions, Transport } from "./server/duplex.ts";
import { defaultErrorHandler } from "./server/error_response.ts";
import type { RefusalReason } from "./server/refusals.ts";
import { Server } from "./server/server.ts";
import { checkTime, type LimitOptions, resolveLimits, resolveTimeouts } from "./server/settings.ts";
import type { ServerStats } from "./server/stats.ts";
import type { Timeouts } from "./server/timeouts.ts";
import type { LazyRequest } from "./web/lazy_request.ts";
import { platformResponses, type ResponseReader } from "./web/platform_response.ts";
import { quiet } from "./web/quiet.ts";

/** Options of `serve`; those of `Deno.serve`, and what it keeps to itself. */
export interface ServeOptions {
  /**
   * Name or address of the interface to listen on.
   *
   * @default {"0.0.0.0"}
   */
  readonly hostname?: string;
  /**
   * Port to listen on; 0 for one that is free.
   *
   * @default {8000}
   */
  readonly port?: number;
  /** Path of a Unix domain socket to listen on, instead of `hostname` and `port`. */
  readonly path?: string;
  /** Certificate chain in PEM; with `key`, the server speaks TLS. */
  readonly cert?: string;
  /** Private key in PEM. */
  readonly key?: string;
  /** Accepted for the sake of programs that say it; nothing else is served. */
  readonly transport?: "tcp" | "unix";
  /**
   * Whether several processes may listen on the port. On Deno it needs `--unstable-net`.
   *
   * @default {false}
   */
  readonly reusePort?: boolean;
  /** Connections that may wait to be accepted; the platform's default where none is given. */
  readonly tcpBacklog?: number;
  /** Closes the server at once when it aborts: connections are cut. */
  readonly signal?: AbortSignal;
  /** Called once the server listens. By default it prints where. */
  readonly onListen?: (address: Address) => void;
  /**
   * Answers an error that a handler threw. By default it is printed, and answered with 500.
   *
   * An error in the middle of a stream comes here, too; its connection is cut, and what this answers
   * is cancelled.
   */
  readonly onError?: (error: unknown) => Response | Promise<Response>;
  /** Called for every client that is refused, or cut: why, and where it came from. */
  readonly onRefusal?: (reason: RefusalReason, address: Address) => void;
  /** Bounds on what a client may cost. */
  readonly limits?: LimitOptions;
  /** How long the server waits, in milliseconds. */
  readonly timeouts?: Partial<Timeouts>;
  /**
   * What a half-close (a client that says it will send no more) means: that the client may be
   * gone, so that the request's `signal` aborts, or nothing. The answer is sent either way.
   *
   * @default {"abort"}
   */
  readonly halfClose?: "abort" | "quiet";
  /**
   * What a handler gets: a request that answers from the received octets and makes a platform's own
   * only when it must, or the platform's own from the start. On Node 24 and later only that can be
   * given to `new Request(request)` and `fetch(request)`.
   *
   * @default {"lazy"}
   */
  readonly request?: "lazy" | "native";
  /** Where the server gets its time from. */
  readonly clock?: Clock;
}

/** A server that is running. */
export interface RunningServer extends AsyncDisposable {
  /** Where it listens. On Node it is what was asked for until `listening` resolves. */
  readonly addr: Address;
  /**
   * Resolves to `addr` once the server listens, which on Deno it does from the start.
   *
   * Node looks an address up before it binds it, so there this rejects where the server cannot
   * listen (with Node's own error, `code` `EADDRINUSE` for one).
   */
  readonly listening: Promise<Address>;
  /**
   * Resolves when the server has closed and its last connection is gone.
   *
   * It rejects where the server could not listen, unless somebody asked for `listening`.
   */
  readonly finished: Promise<void>;
  /**
   * Accepts no more connections, lets the exchanges under way end, and closes idle connections.
   *
   * `deadline` is in milliseconds, `timeouts.shutdown` by default; what is still there then is cut.
   * `grace` is in milliseconds, too, 0 by default: for so long, whoever has connected already may
   * still send a request, which is answered with `Connection: close`. A request that was on its way
   * to an idle connection is not lost then.
   */
  shutdown(options?: { readonly deadline?: number; readonly grace?: number }): Promise<void>;
  /** Keeps the process alive; it does from the start. */
  ref(): void;
  /** Lets the process end although the server listens. */
  unref(): void;
  /** What the server has done, and is doing. */
  stats(): ServerStats;
}

/** The call shapes of `serve`. */
export interface Serve {
  /** Serves a handler on port 8000. */
  (handler: Handler | HandlerObject): RunningServer;
  /** Serves a handler by the given options. */
  (options: ServeOptions, handler: Handler | HandlerObject): RunningServer;
  /** Serves the handler among the options. */
  (options: ServeOptions & { readonly handler: Handler | HandlerObject }): RunningServer;
}

type Options = ServeOptions & { readonly handler?: Handler | HandlerObject };

const OPTION_NAMES: ReadonlySet<string> = new Set(
  [
    "hostname",
    "port",
    "path",
    "cert",
    "key",
    "transport",
    "reusePort",
    "tcpBacklog",
    "signal",
    "onListen",
    "onError",
    "onRefusal",
    "limits",
    "timeouts",
    "halfClose",
    "request",
    "clock",
    "handler",
  ] satisfies (keyof Options)[],
);

/** Milliseconds; what a timer can wait. */
const LONGEST_TIME = 2 ** 31 - 1;

/** Makes `serve` for a transport; `responses` reads the platform's own without their streams. */
export function serveOver(
  transport: Transport,
  responses: ResponseReader | undefined = platformResponses,
): Serve {
  return (first: Options | Handler | HandlerObject, second?: Handler | HandlerObject) => {
    const [options, handler] = sortArguments(first, second);
    checkOptions(options);
    const server = new Server({
      handler: options.request === "native"
        ? withNativeRequests(toHandler(handler))
        : toHandler(handler),
      onError: options.onError ?? defaultErrorHandler,
      onRefusal: options.onRefusal,
      limits: resolveLimits(options.limits),
      timeouts: resolveTimeouts(options.timeouts),
      quietHalfClose: options.halfClose === "quiet",
      clock: options.clock ?? systemClock,
      responses,
    });
    const listener = transport.listen(listenOptions(options), (duplex) => server.accept(duplex));
    return run(server, listener, options);
  };
}

function sortArguments(
  first: Options | Handler | HandlerObject,
  second: Handler | HandlerObject | undefined,
): [Options, Handler | HandlerObject] {
  const [options, handler] = second !== undefined
    ? [first as Options, second]
    : isHandler(first)
    ? [{}, first]
    : [first, first?.handler];
  if (!isHandler(handler)) {
    throw new TypeError("Cannot serve: there is no handler, a function or an object with fetch");
  }
  return [options, handler];
}

/** Only the server itself calls this handler, so every request is one of ours. */
function withNativeRequests(handler: Handler): Handler {
  return (request, context) => handler((request as Request & LazyRequest).native(), context);
}

function isHandler(value: unknown): value is Handler | HandlerObject {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && "fetch" in value &&
    typeof value.fetch === "function";
}

/**
 * Checks what can be checked before there is a listener.
 *
 * @throws {TypeError | RangeError} for an option that cannot be.
 */
export function checkOptions(options: Options): void {
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name)) throw new TypeError(`Cannot serve: there is no option ${name}`);
  }
  const { cert, key, halfClose, request, port, path, transport } = options;
  if ((cert === undefined) !== (key === undefined)) {
    throw new TypeError("Cannot serve TLS: it takes both cert and key");
  }
  if (path !== undefined && cert !== undefined) {
    throw new TypeError(
      "Cannot serve TLS on a Unix domain socket: leave out path, or cert and key",
    );
  }
  if (halfClose !== undefined && halfClose !== "abort" && halfClose !== "quiet") {
    throw new TypeError(`Cannot set halfClose to ${halfClose}: it is "abort" or "quiet"`);
  }
  if (request !== undefined && request !== "lazy" && request !== "native") {
    throw new TypeError(`Cannot set request to ${request}: it is "lazy" or "native"`);
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new RangeError(`Cannot listen on port ${port}: it must be 0–65535`);
  }
  if (transport !== undefined && transport !== (path === undefined ? "tcp" : "unix")) {
    throw new TypeError(
      `Cannot serve over ${transport}: there are TCP, and Unix sockets with path`,
    );
  }
}

function listenOptions(options: Options): ListenOptions {
  const { hostname = "0.0.0.0", port = 8000, path, cert, key, tcpBacklog } = options;
  return { hostname, port, path, cert, key, tcpBacklog, reusePort: options.reusePort === true };
}

function run(server: Server, listener: Listener, options: Options): RunningServer {
  let closing: void | Promise<void>;
  const stop = once(() => closing = listener.close());
  const { listening } = listener;
  const finished = Promise.resolve(listening).then(() => server.finished).then(() => closing);
  const shutdown: RunningServer["shutdown"] = async ({ deadline, grace = 0 } = {}) => {
    if (deadline !== undefined) checkTime("deadline", deadline);
    checkTime("grace", grace);
    // Clients are sent away only when they cannot come back here.
    if (grace > 0) await listener.settle?.();
    stop();
    server.drain(deadline ?? server.timeouts.shutdown, grace);
    // Where it could not listen, there is nothing to wait for.
    await keepAlive(finished.catch(ignore));
  };
  const cut = () => {
    stop();
    server.abort();
  };
  whenAborted(options.signal, cut, finished);
  const announce = announcer(options);
  if (listening === undefined) attempt(() => announce(listener.addr), cut);
  else listening.then(() => announce(listener.addr), ignore);
  return {
    get addr() {
      return listener.addr;
    },
    get listening() {
      // Whoever asks gets the error here.
      quiet(finished);
      return Promise.resolve(listening).then(() => listener.addr);
    },
    finished,
    shutdown,
    ref: () => listener.ref(),
    unref: () => listener.unref(),
    stats: () => server.stats(),
    [Symbol.asyncDispose]: () => shutdown(),
  };
}

/**
 * Keeps the process alive until a promise settles: neither the server's own timer nor a connection
 * that nothing is read from does.
 */
async function keepAlive(promise: Promise<void>): Promise<void> {
  const timer = setInterval(ignore, LONGEST_TIME);
  await promise;
  clearInterval(timer);
}

function announcer({ onListen, cert }: Options): (address: Address) => void {
  return onListen ?? ((address) => printAddress(address, cert !== undefined));
}

/** Acts when the signal aborts, and lets go of it when the server is over. */
function whenAborted(
  signal: AbortSignal | undefined,
  action: () => void,
  over: Promise<unknown>,
): void {
  if (signal === undefined) return;
  if (signal.aborted) return action();
  signal.addEventListener("abort", action, { once: true });
  const forget = () => signal.removeEventListener("abort", action);
  over.then(forget, forget);
}

/** Does something; where that throws, undoes what came before. */
function attempt(action: () => void, undo: () => void): void {
  try {
    action();
  } catch (error) {
    undo();
    throw error;
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}

function printAddress(address: Address, secure: boolean): void {
  console.error(`Listening on ${describeAddress(address, secure)}`);
}

/** What one may paste into a browser. */
export function describeAddress(address: Address, secure: boolean): string {
  if (address.transport === "unix") return address.path;
  const { hostname, port } = address;
  const scheme = secure ? "https" : "http";
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const isAny = hostname === "0.0.0.0" || hostname === "::";
  const local = isAny ? ` (${scheme}://localhost:${port}/)` : "";
  return `${scheme}://${host}:${port}/${local}`;
}

function ignore(): void {}
