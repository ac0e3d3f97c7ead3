/**
 * An access log that is never in the way: Combined Log Format, JSON lines, or short lines for people.
 *
 * @example
 * ```ts
 * import { type NetAddress, serve, text } from "@culvert/http";
 * import { createAccessLog } from "@culvert/http/access-log";
 * import { assertMatch } from "@std/assert";
 *
 * let written = "";
 * const sink = { write: (octets: Uint8Array) => void (written += new TextDecoder().decode(octets)) };
 * {
 *   await using log = createAccessLog({ sink });
 *   await using server = serve(
 *     { hostname: "127.0.0.1", port: 0, onListen() {} },
 *     log.middleware(() => text("Hello, World!")),
 *   );
 *   const { port } = server.addr as NetAddress;
 *   await (await fetch(`http://127.0.0.1:${port}/greeting?to=all`)).text();
 * }
 *
 * assertMatch(written, /^127\.0\.0\.1 - - \[.*\] "GET \/greeting\?to=all HTTP\/1\.1" 200 13 /);
 * ```
 *
 * @module
 */

import process from "node:process";
import type { ExchangeEnd, ExchangeObserver } from "../exchange_observer.ts";
import type { Context, Middleware } from "../handler.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { LogEntry } from "./access_log/entry.ts";
import { LineWriter, type LogStats } from "./access_log/line_writer.ts";
import { type RequestTexts, textsOf } from "./access_log/request_texts.ts";
import {
  type AccessLogOptions,
  checkInteger,
  type ResolvedOptions,
  resolveOptions,
} from "./access_log/options.ts";
import { observeExchange } from "./observe_exchange.ts";
import { onceReceived } from "./once_received.ts";
import { machineTurn, TurnClock } from "./turn_clock.ts";

export type { Clock as LogClock } from "../clock.ts";
export type { LogFields } from "./access_log/entry.ts";
export type { LogStats } from "./access_log/line_writer.ts";
export type { AccessLogOptions } from "./access_log/options.ts";
export { file, type LogSink, stdout } from "./access_log/sinks.ts";

/** A log with a line for each request that a handler was called for. */
export interface AccessLog extends AsyncDisposable {
  /** Logs requests, once the network has their answers. */
  readonly middleware: Middleware;
  /** Writes what waits; resolves when it is written, or could not be. It never rejects. */
  flush(): Promise<void>;
  /** Opens the file again that the log goes to, as SIGHUP does. It never rejects. */
  reopen(): Promise<void>;
  /**
   * Writes what waits, and lets go of the file. Lines that come later are dropped.
   *
   * `deadline` is in milliseconds, 5000 by default; what is not written then is dropped.
   */
  close(options?: { readonly deadline?: number }): Promise<void>;
  /** What was written and dropped so far. */
  stats(): LogStats;
}

const SHUTDOWN_DEADLINE = 5000;

/**
 * Makes an access log.
 *
 * @throws {TypeError} when an option is of the wrong kind, or there is none of its name.
 * @throws {RangeError} when a number is out of its range.
 *
 * @example
 * ```ts
 * import { createAccessLog } from "@culvert/http/access-log";
 * import { type Context, text } from "@culvert/http";
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * const log = createAccessLog({
 *   format: "json",
 *   sink: { write: (octets) => void lines.push(new TextDecoder().decode(octets)) },
 *   client: () => "somebody",
 * });
 * const handler = log.middleware(() => text("ok"));
 * await handler(new Request("http://localhost/"), {} as Context);
 * await log.close();
 *
 * const { client, method, target, status } = JSON.parse(lines[0]);
 * assertEquals([client, method, target, status], ["somebody", "GET", "/", 200]);
 * ```
 */
export function createAccessLog(options: AccessLogOptions = {}): AccessLog {
  const resolved = resolveOptions(options);
  const { sink, format, clock, onError } = resolved;
  const { bufferOctets: most, flushInterval: interval } = resolved;
  const writer = new LineWriter({ sink, format, most, interval, clock, onError });
  const parts: Parts = {
    options: resolved,
    writer,
    times: timesOf(clock),
    texts: onceReceived(textsOf),
  };
  const reopen = () => writer.reopen();
  const listens = resolved.reopenOnSignal && typeof sink.reopen === "function";
  if (listens) process.on("SIGHUP", reopen);
  const close = async ({ deadline = SHUTDOWN_DEADLINE }: { readonly deadline?: number } = {}) => {
    checkInteger("deadline", deadline, 1, 2 ** 31 - 1);
    if (listens) process.off("SIGHUP", reopen);
    await writer.close(deadline);
  };
  return {
    middleware: (next) => (request, context) =>
      observeExchange(
        next,
        request,
        context,
        new LoggedRequest(parts, request, context),
      ),
    flush: () => writer.flush(),
    reopen,
    close,
    stats: () => writer.stats,
    [Symbol.asyncDispose]: () => close(),
  };
}

/** What a request needs of its log. */
interface Parts {
  readonly options: ResolvedOptions;
  readonly writer: LineWriter;
  readonly times: Times;
  readonly texts: (request: Request) => RequestTexts;
}

/** A clock, read once for all that happens in a turn. */
interface Times {
  readonly now: TurnClock;
  readonly elapsed: TurnClock;
}

function timesOf(clock: Clock): Times {
  const now = new TurnClock(() => clock.now());
  if (clock === systemClock) return { now, elapsed: machineTurn };
  if (clock.elapsed === undefined) return { now, elapsed: now };
  return { now, elapsed: new TurnClock(() => clock.elapsed!()) };
}

/** One request that is being answered; its line is made when its exchange ends. */
class LoggedRequest implements ExchangeObserver {
  readonly #parts: Parts;
  readonly #request: Request;
  readonly #context: Context;
  readonly #time: number;
  readonly #start: number;

  constructor(parts: Parts, request: Request, context: Context) {
    this.#parts = parts;
    this.#request = request;
    this.#context = context;
    this.#time = parts.times.now.read();
    this.#start = parts.times.elapsed.read();
  }

  exchangeEnded(end: ExchangeEnd): void {
    const { writer, options } = this.#parts;
    // What a program adds may throw; the answer is out already.
    try {
      writer.add(this.#entry(end));
    } catch (error) {
      writer.drop();
      options.onError(error);
    }
  }

  #entry(end: ExchangeEnd): LogEntry {
    const { options: { client, fields }, times, texts } = this.#parts;
    const request = this.#request;
    const context = this.#context;
    const { method, target, referer, userAgent } = texts(request);
    return {
      time: this.#time,
      client: String(client(request, context)),
      method,
      target,
      minorVersion: end.minorVersion,
      status: end.status,
      contentOctets: end.contentOctets,
      receivedOctets: end.receivedOctets,
      duration: times.elapsed.read() - this.#start,
      referer,
      userAgent,
      route: context.route,
      aborted: end.error !== undefined,
      fields: fields?.(request, context),
    };
  }
}
