import {
  describeLoad,
  errorFigures,
  type Figure,
  latencyFigures,
  remarks,
  statusFigures,
  throughputFigures,
} from "./figures.ts";
import { lineChart, type Mark, niceTicks } from "./line_chart.ts";
import { escapeMarkup } from "./markup.ts";
import type { LoadInterval, LoadReport } from "./report.ts";
import { formatCount, formatDuration, formatSize } from "./units.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --dim: #59636e; --page: #fff; --edge: #d1d9e0;
  --a: #0969da; --b: #bc4c00; --c: #8250df; --note: #fff8c5; }
@media (prefers-color-scheme: dark) { :root { --ink: #f0f6fc; --dim: #9198a1; --page: #0d1117;
  --edge: #3d444d; --a: #4493f8; --b: #f0883e; --c: #bc8cff; --note: #3b2e00; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
  max-width: 860px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { overflow-wrap: anywhere; } .dim { color: var(--dim); margin-top: 0; }
.note { background: var(--note); padding: .5rem .75rem; border-radius: 6px; }
.tables { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: start; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: start; font-weight: 600; padding: .25rem 0; }
th, td { text-align: start; padding: .15rem .9rem .15rem 0; border-top: 1px solid var(--edge); }
th { font-weight: normal; color: var(--dim); } thead th { border: 0; }
svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--dim); }
.grid { stroke: var(--edge); } .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.a { stroke: var(--a); } .b { stroke: var(--b); stroke-dasharray: 7 3; }
.c { stroke: var(--c); stroke-dasharray: 2 3; }
summary { cursor: pointer; color: var(--dim); }
.rows { max-height: 20rem; } .rows, .wide { overflow: auto; } .wide td, .wide th {
  white-space: nowrap; font-size: .85rem; } thead td { border: 0; }
`;

/** Marks of the axis of percentiles, as far as there are points. */
const SHARES = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999];

/**
 * Draws a report as one HTML file, with charts of latency and throughput.
 *
 * It needs nothing beside itself, runs no script, and follows the reader's choice of light or dark.
 *
 * @example
 * ```ts
 * import { type NetAddress, serve, text } from "@culvert/http";
 * import { loadTest, renderHtmlReport } from "@culvert/http/load";
 * import { assert } from "@std/assert";
 *
 * await using server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => text("Hi"));
 * const { port } = server.addr as NetAddress;
 * const report = await loadTest({ url: `http://127.0.0.1:${port}/`, requests: 10 });
 *
 * assert(renderHtmlReport(report).startsWith("<!DOCTYPE html>"));
 * ```
 */
export function renderHtmlReport(report: LoadReport): string {
  const errors = errorFigures(report);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>Load of ${escapeMarkup(report.url)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Load report</h1>
<p class="dim">${escapeMarkup(describeLoad(report))}<br/>${escapeMarkup(report.startedAt)}</p>
${
    remarks(report).map((remark) => `<p class="note">${escapeMarkup(capitalize(remark))}.</p>`)
      .join("\n")
  }
<div class="tables">
${figureTable("Throughput", throughputFigures(report))}
${figureTable("Statuses", statusFigures(report))}
${figureTable("Errors", errors.length === 0 ? [["none", ""]] : errors)}
</div>
<h2>Latency by percentile</h2>
${percentileChart(report)}
${latencyTable(report)}
<h2>Latency over time</h2>
${latencyChart(report.intervals)}
<h2>Throughput over time</h2>
${throughputChart(report.intervals)}
${intervalTable(report.intervals)}
</main>
</body>
</html>
`;
}

function percentileChart({ latency, serviceTime }: LoadReport): string {
  const series = [{
    name: serviceTime ? "from when due" : "latency",
    from: latency,
    look: "a" as const,
  }];
  if (serviceTime) series.push({ name: "from when sent", from: serviceTime, look: "a" });
  const lines = series.map(({ name, from }, i) => ({
    name,
    look: i === 0 ? "a" as const : "b" as const,
    points: from.distribution.slice(0, -1).map(([share, value]) => [depth(share), value] as const),
  }));
  const deepest = Math.max(...lines.flatMap(({ points }) => points.map(([x]) => x)), depth(90));
  const marks: Mark[] = SHARES.filter((share) => depth(share) <= deepest)
    .map((share) => ({ at: depth(share), label: `${share} %` }));
  return lineChart({
    title: "Latency by percentile; the figures are in the table below",
    across: "percentile (each further step is ten times rarer)",
    marks,
    format: formatDuration,
    series: lines,
  });
}

function latencyChart(intervals: readonly LoadInterval[]): string {
  const points = (read: (interval: LoadInterval) => number) =>
    intervals.map((interval) => [middle(interval), read(interval)] as const);
  return lineChart({
    title: "Latency over time; the figures are in the table at the end",
    across: "time",
    marks: timeMarks(intervals),
    format: formatDuration,
    series: [
      { name: "p50", look: "a", points: points(({ p50 }) => p50) },
      { name: "p99", look: "b", points: points(({ p99 }) => p99) },
      { name: "max", look: "c", points: points(({ max }) => max) },
    ],
  });
}

function throughputChart(intervals: readonly LoadInterval[]): string {
  const rates = (read: (interval: LoadInterval) => number) =>
    intervals.map((interval) => [middle(interval), rateOf(interval, read(interval))] as const);
  const hasErrors = intervals.some(({ errors }) => errors > 0);
  return lineChart({
    title: "Throughput over time; the figures are in the table at the end",
    across: "time",
    marks: timeMarks(intervals),
    format: (value) => `${formatCount(value)}/s`,
    series: [
      { name: "answers", look: "a", points: rates(({ requests }) => requests) },
      ...(hasErrors
        ? [{ name: "errors", look: "b" as const, points: rates(({ errors }) => errors) }]
        : []),
    ],
  });
}

function intervalTable(intervals: readonly LoadInterval[]): string {
  const rows = intervals.map((interval) => {
    const { end, requests, octets, errors, p50, p99, max } = interval;
    const cells = [
      `${end.toFixed(1)} s`,
      `${formatCount(rateOf(interval, requests))}/s`,
      `${formatSize(rateOf(interval, octets))}/s`,
      formatCount(errors),
      ...[p50, p99, max].map(formatDuration),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const names = ["until", "answers", "received", "errors", "p50", "p99", "max"];
  const head = names.map((name) => `<th scope="col">${name}</th>`).join("");
  return `<details><summary>Figures over time</summary>
<div class="rows" role="region" aria-label="Figures over time" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div></details>`;
}

/** A row for each way to count latency, so that they can be compared. */
function latencyTable({ latency, serviceTime }: LoadReport): string {
  const rows = serviceTime
    ? [["from when due", latency], ["from when sent", serviceTime]] as const
    : [["latency", latency]] as const;
  const names = latencyFigures(latency).map(([name]) => `<th scope="col">${name}</th>`);
  const lines = rows.map(([name, summary]) => {
    const cells = latencyFigures(summary).map(([, value]) => `<td>${escapeMarkup(value)}</td>`);
    return `<tr><th scope="row">${name}</th>${cells.join("")}</tr>`;
  });
  return `<div class="wide" role="region" aria-label="Latency" tabindex="0"><table>
<thead><tr><td></td>${names.join("")}</tr></thead>
<tbody>${lines.join("\n")}</tbody>
</table></div>`;
}

function figureTable(caption: string, figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  const rows = figures.map(([name, value]) =>
    `<tr><th scope="row">${escapeMarkup(name)}</th><td>${escapeMarkup(value)}</td></tr>`
  );
  return `<table><caption>${escapeMarkup(caption)}</caption><tbody>${
    rows.join("")
  }</tbody></table>`;
}

/** Round times, as far as there are parts. */
function timeMarks(intervals: readonly LoadInterval[]): Mark[] {
  const end = intervals.at(-1)?.end ?? 1;
  return niceTicks(end).filter((at) => at <= end)
    .map((at) => ({ at, label: at === 0 ? "0 s" : formatDuration(at * 1_000) }));
}

/** How rare it is to be beyond a percentile, in powers of ten. */
function depth(percentile: number): number {
  return -Math.log10(Math.max(1 - percentile / 100, 1e-9));
}

function middle({ start, end }: LoadInterval): number {
  return (start + end) / 2;
}

function rateOf({ start, end }: LoadInterval, count: number): number {
  return count / Math.max(end - start, 1e-3);
}

function capitalize(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
