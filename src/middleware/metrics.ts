/**
 * Metrics for Prometheus: requests by route, durations, sizes, connections, refusals.
 *
 * It needs `prom-client`, whose registry joins these metrics with your own and with those of the
 * process.
 *
 * @example
 * ```ts
 * import { type NetAddress, routes, serve, text } from "@culvert/http";
 * import { createMetrics } from "@culvert/http/metrics";
 * import { assert } from "@std/assert";
 *
 * const metrics = createMetrics();
 * const app = routes({
 *   "GET /": () => text("Hello, World!"),
 *   "GET /metrics": metrics.handler,
 * });
 *
 * await using server = serve(
 *   { hostname: "127.0.0.1", port: 0, onListen() {} },
 *   metrics.middleware(app.fetch),
 * );
 * metrics.observe(server);
 *
 * const origin = `http://127.0.0.1:${(server.addr as NetAddress).port}`;
 * await (await fetch(origin)).text();
 * const scraped = await (await fetch(`${origin}/metrics`)).text();
 *
 * assert(scraped.includes('http_requests_total{route="/",method="GET",status="200"} 1'));
 * ```
 *
 * @module
 */

import { Registry } from "prom-client";
import type { ExchangeEnd, ExchangeObserver } from "../exchange_observer.ts";
import type { Context, Handler, Middleware } from "../handler.ts";
import { bytes } from "../known_response.ts";
import { DecisionCounter } from "./metrics/decision_counter.ts";
import { type MetricDescription, ObservedMetric } from "./metrics/observed_metric.ts";
import { type MetricsOptions, type MetricsRegistry, resolveOptions } from "./metrics/options.ts";
import { requestMetrics } from "./metrics/request_metrics.ts";
import { RequestSeries } from "./metrics/request_series.ts";
import { type ObservedServer, serverMetrics, ServerSum } from "./metrics/server_figures.ts";
import { observeExchange } from "./observe_exchange.ts";
import type { TurnClock } from "./turn_clock.ts";

export type { MetricsOptions, MetricsRegistry } from "./metrics/options.ts";
export type { ObservedServer, ServerFigures } from "./metrics/server_figures.ts";

/** Counts what a service does, and tells Prometheus. */
export interface Metrics {
  /** Counts requests. The outermost middleware measures what all others cost, too. */
  readonly middleware: Middleware;
  /** Answers with all metrics of the registry, as Prometheus reads them. */
  readonly handler: Handler;
  /** The registry of `prom-client` that the metrics are in, for your own metrics beside them. */
  readonly registry: MetricsRegistry;
  /** Adds the connections, refusals and octets of a server; of several, they are added up. */
  observe(server: ObservedServer): void;
  /** Counts a decision of a rate limiter, such as `"allowed"`, by the name of its policy. */
  rateLimitDecision(decision: string, policy: string): void;
}

/**
 * Makes metrics and registers them.
 *
 * @throws {TypeError} when an option is of the wrong kind, or there is none of its name.
 * @throws {RangeError} when a number is out of its range, or bounds do not ascend.
 *
 * @example
 * ```ts
 * import { createMetrics } from "@culvert/http/metrics";
 * import { assertEquals } from "@std/assert";
 *
 * const metrics = createMetrics({ prefix: "shop_" });
 * metrics.rateLimitDecision("limited", "per-address");
 *
 * const lines = (await metrics.registry.metrics()).split("\n");
 * assertEquals(
 *   lines.find((line) => line.startsWith("shop_rate_limit")),
 *   'shop_rate_limit_decisions_total{policy="per-address",decision="limited"} 1',
 * );
 * ```
 */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { prefix, buckets, maxSeries, clock, registry = new Registry() } = resolveOptions(options);
  const requests = new RequestMeter(new RequestSeries(buckets, maxSeries), clock);
  const decisions = new DecisionCounter(maxSeries);
  const servers = new ServerSum();
  const register = (metrics: readonly MetricDescription[]) => {
    for (const metric of metrics) registry.registerMetric(new ObservedMetric(metric));
  };
  register(requestMetrics(prefix, requests.series, () => requests.inFlight));
  register([decisions.metric(prefix)]);
  let observesServers = false;
  return {
    middleware: (next) => measured(next, requests),
    handler: scraping(registry),
    registry,
    observe(server) {
      if (!observesServers) register(serverMetrics(prefix, servers));
      observesServers = true;
      servers.add(server);
    },
    rateLimitDecision: (decision, policy) => decisions.count(decision, policy),
  };
}

/** What measuring needs at hand. */
class RequestMeter {
  readonly series: RequestSeries;
  readonly clock: TurnClock;
  inFlight = 0;

  constructor(series: RequestSeries, clock: TurnClock) {
    this.series = series;
    this.clock = clock;
  }
}

/** One request that is being answered; it is counted when its exchange ends. */
class MeasuredRequest implements ExchangeObserver {
  readonly #meter: RequestMeter;
  readonly #method: string;
  readonly #context: Context;
  readonly #start: number;

  constructor(meter: RequestMeter, method: string, context: Context) {
    this.#meter = meter;
    this.#method = method;
    this.#context = context;
    this.#start = meter.clock.read();
    meter.inFlight++;
  }

  exchangeEnded({ status, contentOctets, receivedOctets, error }: ExchangeEnd): void {
    const meter = this.#meter;
    meter.inFlight--;
    const found = meter.series.find(this.#context.route, this.#method, status);
    const { series } = found;
    found.count++;
    series.durations.observe((meter.clock.read() - this.#start) / 1000);
    series.received.observe(receivedOctets);
    series.sent.observe(contentOctets);
    if (error !== undefined) series.cut++;
  }
}

function measured(next: Handler, meter: RequestMeter): Handler {
  return (request, context) =>
    observeExchange(next, request, context, new MeasuredRequest(meter, request.method, context));
}

const encoder = new TextEncoder();

/** Scrapers that come at once get the same octets, so that a slow one costs next to nothing. */
function scraping(registry: MetricsRegistry): Handler {
  let current: Promise<Uint8Array<ArrayBuffer>> | undefined;
  const scrape = async () => encoder.encode(await registry.metrics());
  return async () => {
    current ??= scrape().finally(() => current = undefined);
    return bytes(await current, { headers: { "content-type": registry.contentType } });
  };
}
