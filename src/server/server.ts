import { defer } from "../deferred.ts";
import type { Address, ExchangeLimits, Handler } from "../handler.ts";
import type { Limits } from "../protocol/limits.ts";
import type { OverloadReason } from "../protocol/refusals.ts";
import { DateField } from "../protocol/date.ts";
import { RequestHeadParser } from "../protocol/request_head.ts";
import type { ResponseReader } from "../web/platform_response.ts";
import type { Clock } from "../clock.ts";
import { Connection } from "./connection.ts";
import type { ConnectionHost } from "./connection_host.ts";
import { tickFor } from "./deadlines.ts";
import type { Duplex, Receiver } from "./duplex.ts";
import { type ErrorHandler, report } from "./error_response.ts";
import { EventLoopWatch } from "./event_loop_watch.ts";
import { AnswerCache } from "./answer_cache.ts";
import { COALESCE_LIMIT, HIGH_WATER_MARK } from "./outbox.ts";
import type { RefusalReason } from "./refusals.ts";
import { Counters, type ServerStats } from "./stats.ts";
import type { Timeouts } from "./timeouts.ts";
import { WriterPool } from "./writer_pool.ts";

/** What a server is made of, each option checked. */
export interface ServerSettings {
  /** Answers requests. */
  readonly handler: Handler;
  /** Answers errors. */
  readonly onError: ErrorHandler;
  /** Learns of refusals. */
  readonly onRefusal: ((reason: RefusalReason, address: Address) => void) | undefined;
  /** Bounds. */
  readonly limits: Limits;
  /** Times. */
  readonly timeouts: Timeouts;
  /** Whether a half-close leaves the request's `signal` alone. */
  readonly quietHalfClose: boolean;
  /** Where the time comes from. */
  readonly clock: Clock;
  /** Reads platform responses without their streams, where that can be done. */
  readonly responses: ResponseReader | undefined;
}

/** Output buffers that are kept for the next connection that needs one. */
const SPARE_WRITERS = 256;

/** Milliseconds; what a timer can wait. */
const LONGEST_TIME = 2 ** 31 - 1;

/** Serves connections, wherever they come from: keeps count, watches the time, and drains. */
export class Server implements ConnectionHost {
  /** See `ConnectionHost`. */
  readonly counters = new Counters();
  /** See `ConnectionHost`. */
  readonly writers = new WriterPool(COALESCE_LIMIT, HIGH_WATER_MARK, SPARE_WRITERS);
  /** See `ConnectionHost`. */
  readonly wholeHeads: RequestHeadParser;
  /** See `ConnectionHost`. */
  readonly answers = new AnswerCache();
  /** See `ConnectionHost`. */
  dateLine = "";
  /** See `ConnectionHost`. */
  isDraining = false;
  readonly #settings: ServerSettings;
  readonly #connections = new Set<Connection>();
  readonly #byAddress = new Map<string, number>();
  readonly #date = new DateField();
  readonly #eventLoop = new EventLoopWatch();
  readonly #empty = defer<void>();
  #stopTicking: (() => void) | undefined;
  #endGrace: (() => void) | undefined;
  #deadline = Infinity;

  /** Serves by the given settings. */
  constructor(settings: ServerSettings) {
    this.#settings = settings;
    this.wholeHeads = new RequestHeadParser(settings.limits);
  }

  /** See `ConnectionHost`. */
  get limits(): Limits {
    return this.#settings.limits;
  }

  /** See `ConnectionHost`. */
  get exchangeLimits(): ExchangeLimits {
    return this.#settings.limits;
  }

  /** See `ConnectionHost`. */
  get timeouts(): Timeouts {
    return this.#settings.timeouts;
  }

  /** See `ConnectionHost`. */
  get quietHalfClose(): boolean {
    return this.#settings.quietHalfClose;
  }

  /** See `ConnectionHost`. */
  get handler(): Handler {
    return this.#settings.handler;
  }

  /** See `ConnectionHost`. */
  get responses(): ResponseReader | undefined {
    return this.#settings.responses;
  }

  /** See `ConnectionHost`. */
  get onError(): ErrorHandler {
    return this.#settings.onError;
  }

  /** See `ConnectionHost`. */
  get overload(): OverloadReason | undefined {
    const { queue, eventLoopDelay } = this.#settings.limits;
    if (this.counters.inFlight > queue) return "queue-full";
    return this.#eventLoop.delay > eventLoopDelay ? "event-loop-delayed" : undefined;
  }

  /** Resolves when the server drains and its last connection is gone. */
  get finished(): Promise<void> {
    return this.#empty.promise;
  }

  /** Serves a connection, or turns it away. */
  accept(duplex: Duplex): Receiver | undefined {
    // It was under way when the listener closed.
    if (this.isDraining && this.#endGrace === undefined) return void duplex.close();
    const reason = this.#reasonToTurnAway(duplex.remoteAddr);
    if (reason !== undefined) return this.#turnAway(duplex, reason);
    this.counters.accepted++;
    const connection = new Connection(duplex, this, (closed) => this.#forget(closed));
    this.#connections.add(connection);
    this.#countAddress(duplex.remoteAddr, 1);
    this.#startTicking();
    return connection;
  }

  /** Counts a refusal, and tells whoever wants to know. */
  refused(reason: RefusalReason, address: Address): void {
    this.counters.refuse(reason);
    const { onRefusal } = this.#settings;
    if (onRefusal === undefined) return;
    // Whoever listens must not decide over the connection by accident, nor end the process.
    try {
      Promise.resolve(onRefusal(reason, address)).catch(report);
    } catch (error) {
      report(error);
    }
  }

  /**
   * Lets every exchange end, then its connection; cuts those that take too long.
   *
   * For the time of `grace`, in milliseconds, idle connections may still bring a request.
   */
  drain(deadline: number, grace: number = 0): void {
    this.isDraining = true;
    this.#deadline = Math.min(this.#deadline, this.#elapsed() + deadline);
    this.#endGrace?.();
    this.#endGrace = undefined;
    if (grace > 0 && this.#connections.size > 0) this.#beGracious(grace);
    for (const connection of this.#connections) {
      if (this.#endGrace === undefined || !connection.isIdle) connection.drain();
    }
    if (this.#connections.size === 0) this.#empty.resolve();
  }

  /** Cuts every connection. */
  abort(): void {
    this.drain(0);
    for (const connection of [...this.#connections]) connection.close();
  }

  /** What the server has done, and is doing. */
  stats(): ServerStats {
    const { accepted, refused, requests, inFlight, octetsIn, octetsOut } = this.counters;
    const open = [...this.#connections];
    return {
      connections: {
        open: open.length,
        idle: open.filter((connection) => connection.isIdle).length,
        accepted,
      },
      refused: { ...refused },
      requests: { total: requests, inFlight },
      octets: {
        in: open.reduce((sum, connection) => sum + connection.received, octetsIn),
        out: open.reduce((sum, connection) => sum + connection.outbox.sent, octetsOut),
      },
      eventLoopDelay: this.#eventLoop.delay,
    };
  }

  #beGracious(grace: number): void {
    this.#endGrace = this.#settings.clock.every(
      Math.min(grace, LONGEST_TIME),
      () => this.drain(Infinity),
    );
  }

  #reasonToTurnAway(address: Address): RefusalReason | undefined {
    const { connections, connectionsPerAddress } = this.#settings.limits;
    if (this.#connections.size >= connections) return "too-many-connections";
    const sameAddress = this.#byAddress.get(addressKey(address)) ?? 0;
    return sameAddress >= connectionsPerAddress ? "too-many-connections-from-address" : undefined;
  }

  #turnAway(duplex: Duplex, reason: RefusalReason): undefined {
    this.refused(reason, duplex.remoteAddr);
    duplex.close();
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    this.#countAddress(connection.remoteAddr, -1);
    this.counters.octetsIn += connection.received;
    this.counters.octetsOut += connection.outbox.sent;
    if (this.#connections.size > 0) return;
    this.#stopTicking?.();
    this.#stopTicking = undefined;
    if (!this.isDraining) return;
    this.#endGrace?.();
    this.#endGrace = undefined;
    this.#empty.resolve();
  }

  #countAddress(address: Address, change: 1 | -1): void {
    if (this.#settings.limits.connectionsPerAddress === Infinity) return;
    const key = addressKey(address);
    const count = (this.#byAddress.get(key) ?? 0) + change;
    if (count === 0) this.#byAddress.delete(key);
    else this.#byAddress.set(key, count);
  }

  /** The one timer of a server; there is none while there is no connection. */
  #startTicking(): void {
    if (this.#stopTicking !== undefined) return;
    const { clock, timeouts, limits } = this.#settings;
    this.#setDate(clock.now());
    const times = [...Object.values(timeouts), limits.minRate.window, limits.eventLoopDelay];
    const tick = tickFor(times);
    this.#eventLoop.begin(this.#elapsed(), tick);
    this.#stopTicking = clock.every(tick, () => this.#tick());
  }

  /** Time that nobody sets: deadlines must not move when the clock does. */
  #elapsed(): number {
    const { clock } = this.#settings;
    return clock.elapsed === undefined ? clock.now() : clock.elapsed();
  }

  #tick(): void {
    const now = this.#elapsed();
    this.#eventLoop.tick(now);
    this.#setDate(this.#settings.clock.now());
    if (now >= this.#deadline) return this.abort();
    if (this.#eventLoop.sparesClients()) return;
    for (const connection of this.#connections) connection.tick(now);
  }

  #setDate(now: number): void {
    this.dateLine = `date: ${this.#date.at(now)}\r\n`;
  }
}

function addressKey(address: Address): string {
  return address.transport === "tcp" ? address.hostname : "unix";
}
