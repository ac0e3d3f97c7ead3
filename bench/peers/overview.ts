import { barChart, type BarGroup } from "../load/chart.ts";
import { machineLine } from "../load/machine.ts";
import { markdownTable } from "../load/markdown.ts";
import { CONTESTANTS, type Runtime } from "./contestants.ts";
import { comparison, ratioText, type Report, type Row, type WorkloadSummary } from "./report.ts";

const RUNTIME_NAMES: Readonly<Record<Runtime, string>> = { deno: "Deno", node: "Node", bun: "Bun" };

/** CPU per request as a ratio to the runtime's own server, one group of bars for each workload. */
export function overviewChart({ workloads }: Report, runtime: Runtime): string {
  const own = workloads.flatMap(({ rows }) => rows).find((row) => isOwn(row, runtime));
  return barChart({
    title: `CPU per request, ${own?.server ?? RUNTIME_NAMES[runtime]} = 1; shorter is better`,
    groups: workloads.flatMap((workload) => chartGroup(workload, runtime)),
    mark: 1,
  });
}

/** Which runtimes have something to compare. */
export function comparedRuntimes({ workloads }: Report): readonly Runtime[] {
  const rows = workloads.flatMap((workload) => workload.rows);
  const runtimes = [...new Set(rows.map(({ runtime }) => runtime))];
  return runtimes.filter((runtime) => {
    const servers = rows.filter((row) => row.runtime === runtime).map(({ server }) => server);
    return new Set(servers).size > 1 && rows.some((row) => isOwn(row, runtime));
  });
}

/** What README.md says: charts, a table for each runtime, where and when. */
export function overview(report: Report, chartPath: (runtime: Runtime) => string): string {
  const { alternations, seconds, machine } = report;
  const sections = comparedRuntimes(report).map((runtime) => {
    const name = RUNTIME_NAMES[runtime];
    return `On ${name}, CPU time of the server's process per request as a ratio to the runtime's own ` +
      "server in the same run (and requests per second, likewise):\n\n" +
      `![CPU per request on ${name}](${chartPath(runtime)})\n\n${overviewTable(report, runtime)}`;
  });
  return `${sections.join("\n")}\n` +
    `The same run, in microseconds of CPU per request:\n\n${acrossTable(report)}\n` +
    `\`deno task bench:peers\`: wrk, medians of ${alternations} alternations of ${seconds} s; ` +
    `${machineLine(machine)}.\n`;
}

/** Workloads by servers; each cell has the ratio of CPU, and that of throughput. */
export function overviewTable({ workloads }: Report, runtime: Runtime): string {
  const present = new Set(workloads.flatMap(({ rows }) => rows.map(nameOf)));
  const servers = CONTESTANTS.filter((one) => one.runtime === runtime && present.has(one.name))
    .map(({ server }) => server);
  return markdownTable(
    ["workload", ...servers],
    workloads.map(({ title, rows }) => [
      title,
      ...servers.map((server) => {
        const row = rows.find((one) => one.runtime === runtime && one.server === server);
        return row === undefined ? "–" : cell(row, rows);
      }),
    ]),
  );
}

/** Microseconds of CPU per request of the runtimes' own servers and of Culvert, side by side. */
export function acrossTable({ workloads }: Report): string {
  const present = new Set(workloads.flatMap(({ rows }) => rows.map(nameOf)));
  const columns = CONTESTANTS.filter(({ name, role }) =>
    present.has(name) && (role === "own" || role === "culvert")
  );
  return markdownTable(
    ["workload", ...columns.map(columnName)],
    workloads.map(({ title, rows }) => [
      title,
      ...columns.map(({ name }) => {
        const row = rows.find((one) => nameOf(one) === name);
        return row === undefined ? "–" : `${row.median.cpu.toFixed(1)} µs`;
      }),
    ]),
  );
}

function columnName({ role, server, runtime }: (typeof CONTESTANTS)[number]): string {
  return role === "culvert" ? `${server} on ${RUNTIME_NAMES[runtime]}` : server;
}

function nameOf({ runtime, server }: Row): string {
  return `${runtime}: ${server}`;
}

function cell(row: Row, rows: readonly Row[]): string {
  const own = comparison(row, rows, "own");
  return `${ratioText(own?.cpu)} (${ratioText(own?.throughput)})`;
}

function chartGroup({ title, rows }: WorkloadSummary, runtime: Runtime): readonly BarGroup[] {
  const bars = rows.filter((row) => row.runtime === runtime).flatMap((row) => {
    const value = comparison(row, rows, "own")?.cpu.middle;
    return value === undefined ? [] : [{ label: row.server, value, own: row.role === "culvert" }];
  });
  return bars.length === 0 ? [] : [{ title: title.replaceAll("`", ""), bars }];
}

function isOwn(row: Row, runtime: Runtime): boolean {
  return row.runtime === runtime && row.role === "own";
}
