import type { LoadErrors, LoadReport } from "./report.ts";
import { formatCount, formatDuration, formatSize } from "./units.ts";

/** A name and what there is of it. */
export type Figure = readonly [name: string, value: string];

/** Errors in words. */
const ERROR_NAMES: Readonly<Record<Exclude<keyof LoadErrors, "total">, string>> = {
  connect: "could not connect",
  reset: "connection reset",
  timeout: "timed out",
  malformed: "malformed answer",
  closedEarly: "closed early",
  status: "status not 2xx",
};

/** What was done, in one line. */
export function describeLoad(report: LoadReport): string {
  const { method, url, connections, pipelining, rate } = report;
  const parts = [`${method} ${url}`, plural(connections, "connection")];
  if (pipelining > 1) parts.push(`${pipelining} requests pipelined`);
  parts.push(
    rate === undefined
      ? "closed loop: the next request waits for an answer"
      : `open loop: ${formatCount(rate)} requests/s, latency from when each was due`,
  );
  return parts.join(", ");
}

/** Throughput and amounts. */
export function throughputFigures(report: LoadReport): Figure[] {
  const { requests, seconds, requestsPerSecond, octets, octetsPerSecond, unsent } = report;
  const figures: Figure[] = [
    ["answers", `${formatCount(requests)} in ${formatDuration(seconds * 1_000)}`],
    ["rate", `${formatCount(requestsPerSecond)} requests/s`],
    ["received", `${formatSize(octets)}, ${formatSize(octetsPerSecond)}/s`],
  ];
  if (unsent > 0) figures.push(["due, not sent", formatCount(unsent)]);
  return figures;
}

/** Latencies: percentiles, then mean, deviation and extremes. */
export function latencyFigures(
  { percentiles, mean, stdev, min, max }: LoadReport["latency"],
): Figure[] {
  return [
    ...Object.entries(percentiles).map(([share, value]): Figure => [
      `p${share}`,
      formatDuration(value),
    ]),
    ["max", formatDuration(max)],
    ["min", formatDuration(min)],
    ["mean", formatDuration(mean)],
    ["stdev", formatDuration(stdev)],
  ];
}

/** Answers by class, each with its status codes. */
export function statusFigures({ statusClasses, statuses }: LoadReport): Figure[] {
  return Object.entries(statusClasses).map(([name, count]) => {
    const codes = Object.entries(statuses).filter(([status]) => status[0] === name[0]);
    const list = codes.map(([status, count]) => `${status}: ${formatCount(count)}`).join(", ");
    return [name, `${formatCount(count)} (${list})`];
  });
}

/** Errors by kind, those that there were. */
export function errorFigures({ errors }: LoadReport): Figure[] {
  return Object.entries(ERROR_NAMES)
    .map(([kind, name]) => [name, errors[kind as keyof LoadErrors]] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]): Figure => [name, formatCount(count)]);
}

/** What whoever reads the figures should know before they believe them. */
export function remarks({ client, isComplete, unsent, requests }: LoadReport): string[] {
  const found: string[] = [];
  const share = `${Math.round(client.utilization * 100)} %`;
  if (client.wasBottleneck) {
    found.push(
      `the client was the bottleneck: its thread was busy for ${share} of the time, ` +
        "so the server may be faster than this, and latencies include waiting in the client",
    );
  }
  if (!isComplete) found.push("it ended early: the figures are of what was measured until then");
  if (unsent > 0) {
    found.push(
      "the server did not keep up with the rate: what could not be sent counts as waiting",
    );
  }
  if (requests === 0) found.push("no request was answered");
  return found;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
