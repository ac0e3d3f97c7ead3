import type { LoadReport } from "./report.ts";
import { formatCount, formatDuration } from "./units.ts";

/** What a report must keep to; absent members are not looked at. */
export interface Thresholds {
  /** The longest median, in milliseconds. */
  readonly maxP50?: number;
  /** The longest 90th percentile, in milliseconds. */
  readonly maxP90?: number;
  /** The longest 99th percentile, in milliseconds. */
  readonly maxP99?: number;
  /** The longest 99.9th percentile, in milliseconds. */
  readonly maxP999?: number;
  /** The longest latency of all, in milliseconds. */
  readonly maxLatency?: number;
  /** The most errors, of whatever kind. */
  readonly maxErrors?: number;
  /** The fewest answers a second. */
  readonly minRate?: number;
}

/** A threshold that a report did not keep to. */
export interface BrokenThreshold {
  /** Which one. */
  readonly name: keyof Thresholds;
  /** What was allowed. */
  readonly allowed: number;
  /** What there was. */
  readonly actual: number;
  /** Both, in words. */
  readonly message: string;
}

interface Rule {
  readonly what: string;
  readonly read: (report: LoadReport) => number;
  readonly format: (value: number) => string;
  readonly isMinimum?: boolean;
}

const latency = (what: string, read: Rule["read"]): Rule => ({
  what,
  read,
  format: formatDuration,
});
const percentile = (share: string): Rule =>
  latency(`p${share}`, (report) => report.latency.percentiles[share]);

const RULES: Readonly<Record<keyof Thresholds, Rule>> = {
  maxP50: percentile("50"),
  maxP90: percentile("90"),
  maxP99: percentile("99"),
  maxP999: percentile("99.9"),
  maxLatency: latency("the longest latency", (report) => report.latency.max),
  maxErrors: {
    what: "the number of errors",
    read: (report) => report.errors.total,
    format: formatCount,
  },
  minRate: {
    what: "the rate",
    read: (report) => report.requestsPerSecond,
    format: (value) => `${formatCount(value)}/s`,
    isMinimum: true,
  },
};

/**
 * Finds the thresholds that a report does not keep to. Without an answer no latency is kept to.
 *
 * @throws {TypeError} for a threshold that is unknown or no number.
 *
 * @example
 * ```ts
 * import { type NetAddress, serve, text } from "@culvert/http";
 * import { checkThresholds, loadTest } from "@culvert/http/load";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => text("Hi"));
 * const { port } = server.addr as NetAddress;
 * const report = await loadTest({ url: `http://127.0.0.1:${port}/`, requests: 10 });
 *
 * assertEquals(checkThresholds(report, { maxErrors: 0, maxP99: 60_000 }), []);
 * assertEquals(checkThresholds(report, { minRate: 1e9 })[0].name, "minRate");
 * ```
 */
export function checkThresholds(
  report: LoadReport,
  thresholds: Thresholds,
): readonly BrokenThreshold[] {
  const broken: BrokenThreshold[] = [];
  for (const [given, allowed] of Object.entries(thresholds)) {
    if (allowed === undefined) continue;
    if (!Object.hasOwn(RULES, given)) {
      throw new TypeError(`Cannot check ${given}: it is no threshold`);
    }
    if (typeof allowed !== "number" || Number.isNaN(allowed)) {
      throw new TypeError(`Cannot check ${given}: ${allowed} is no number`);
    }
    const name = given as keyof Thresholds;
    const actual = actualOf(name, report);
    const { what, format, isMinimum = false } = RULES[name];
    if (isMinimum ? actual >= allowed : actual <= allowed) continue;
    const bound = `${isMinimum ? "at least" : "at most"} ${format(allowed)}`;
    const found = actual === Infinity ? "unknown without an answer" : format(actual);
    broken.push({ name, allowed, actual, message: `${what} is ${found}, not ${bound}` });
  }
  return broken;
}

function actualOf(name: keyof Thresholds, report: LoadReport): number {
  const isLatency = name !== "maxErrors" && name !== "minRate";
  return isLatency && report.requests === 0 ? Infinity : RULES[name].read(report);
}
