/**
 * A load tester: raw sockets, an open or a closed loop, and percentiles that can be trusted.
 *
 * @example
 * ```ts
 * import { type NetAddress, serve, text } from "@culvert/http";
 * import { loadTest } from "@culvert/http/load";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => text("Hi"));
 * const { port } = server.addr as NetAddress;
 *
 * const report = await loadTest({ url: `http://127.0.0.1:${port}/`, requests: 100 });
 *
 * assertEquals(report.statuses, { "200": 100 });
 * assertEquals(report.errors.total, 0);
 * ```
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import { SYSTEM_CLOCK } from "./clock.ts";
import { ClientWatch } from "./client_watch.ts";
import { type Dial, dialTo, type Endpoint, tryDial } from "./dial.ts";
import { LoadRun, type Measurement } from "./load_run.ts";
import { type LoadOptions, resolveOptions, type Settings } from "./options.ts";
import type { ClientLoad, LoadReport } from "./report.ts";
import { formatDuration } from "./units.ts";

export type { LoadOptions };
export type {
  ClientLoad,
  LatencySummary,
  LoadErrors,
  LoadInterval,
  LoadProgress,
  LoadReport,
} from "./report.ts";
export { renderHtmlReport } from "./html_report.ts";
export { type BrokenThreshold, checkThresholds, type Thresholds } from "./thresholds.ts";

/** The server could not be reached at all. */
export class LoadError extends Error {
  /** Always `"LoadError"`. */
  override readonly name = "LoadError";
}

/**
 * Loads a server and measures how it answers.
 *
 * Latencies are in milliseconds. What a server does wrong is counted in `errors`, never thrown.
 *
 * @throws {TypeError} for an option that is unknown, of the wrong kind, or can never be sent.
 * @throws {RangeError} for a number out of its range.
 * @throws {LoadError} when no connection can be opened at the start.
 * @throws what `signal` was aborted with, where that was before the first connection was open.
 *
 * @example An open loop: 500 requests a second, however long the server takes
 * ```ts
 * import { type NetAddress, serve, text } from "@culvert/http";
 * import { loadTest } from "@culvert/http/load";
 * import { assert } from "@std/assert";
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => text("Hi"));
 * const { port } = server.addr as NetAddress;
 *
 * const { latency, serviceTime } = await loadTest({
 *   url: `http://127.0.0.1:${port}/`,
 *   connections: 4,
 *   rate: 500,
 *   requests: 50,
 * });
 *
 * assert(latency.max >= serviceTime!.max);
 * ```
 */
export async function loadTest(options: LoadOptions): Promise<LoadReport> {
  const settings = resolveOptions(options);
  settings.signal?.throwIfAborted();
  const dial = await reach(settings);
  settings.signal?.throwIfAborted();
  const watch = new ClientWatch();
  let startedAt = new Date();
  const measurement = await new LoadRun(settings, {
    clock: SYSTEM_CLOCK,
    dial,
    onMeasure(isBeginning) {
      if (!isBeginning) return watch.end();
      startedAt = new Date();
      watch.begin();
    },
  }).run();
  return makeReport(settings, measurement, startedAt, watch.load);
}

/** Finds an address that answers, so that names are not looked up again and again. */
async function reach({ url, endpoint, timeout, signal }: Settings): Promise<Dial> {
  const patience = new AbortController();
  const stop = () => patience.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  const tooLong = new Error(`no connection within ${formatDuration(timeout)}`);
  const timer = setTimeout(() => patience.abort(tooLong), timeout);
  let reason: unknown;
  try {
    for (const connect of await addressesOf(endpoint)) {
      const dial = dialTo({ ...endpoint, connect });
      try {
        await tryDial(dial, patience.signal);
        return dial;
      } catch (error) {
        reason = error;
        if (patience.signal.aborted) break;
      }
    }
  } catch (error) {
    reason = error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
  signal?.throwIfAborted();
  throw new LoadError(`Cannot load ${url}: ${reasonOf(reason)}`, { cause: reason });
}

async function addressesOf({ hostname, unix }: Endpoint): Promise<string[]> {
  if (unix !== undefined) return [hostname];
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there (connection refused)",
  ENOTFOUND: "its name is unknown",
  EAI_AGAIN: "its name cannot be looked up",
  ENOENT: "there is no such socket",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed; `insecure` takes any",
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return REASONS[String(Reflect.get(error, "code"))] ?? error.message;
}

function makeReport(
  settings: Settings,
  { recorder, elapsed, answeredInTime, unsent, isComplete }: Measurement,
  startedAt: Date,
  client: ClientLoad,
): LoadReport {
  const { url, method, connections, pipelining, rate } = settings;
  const seconds = elapsed / 1_000;
  const perSecond = (count: number) => seconds === 0 ? 0 : count / seconds;
  return {
    url,
    method,
    connections,
    pipelining,
    ...(rate !== undefined && { rate }),
    startedAt: startedAt.toISOString(),
    seconds,
    isComplete,
    requests: recorder.requests,
    requestsPerSecond: perSecond(answeredInTime),
    octets: recorder.octets,
    octetsPerSecond: perSecond(recorder.octets),
    ...recorder.summarize(),
    unsent,
    client,
  };
}
