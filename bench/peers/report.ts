import type { Machine } from "../load/machine.ts";
import { markdownTable } from "../load/markdown.ts";
import { median, ratios, type Spread, spread } from "../load/statistics.ts";
import type { Role, Runtime } from "./contestants.ts";
import type { Measure, WorkloadMeasures } from "./measure.ts";

/** Everything that a run has found. */
export interface Report {
  /** Where and when. */
  readonly machine: Machine;
  /** Turns of each contestant. */
  readonly alternations: number;
  /** Length of a turn, in seconds. */
  readonly seconds: number;
  /** The workloads, in order. */
  readonly workloads: readonly WorkloadSummary[];
}

/** What a workload came to. */
export interface WorkloadSummary {
  /** Its name on the command line. */
  readonly name: string;
  /** Its name for a reader. */
  readonly title: string;
  /** The contestants, in order. */
  readonly rows: readonly Row[];
}

/** What a contestant came to in one workload. */
export interface Row {
  /** What it is called. */
  readonly server: string;
  /** Where it ran. */
  readonly runtime: Runtime;
  /** What it is to the others. */
  readonly role: Role;
  /** Medians over the alternations. */
  readonly median: Measure;
  /** CPU and throughput as ratios to each contestant of its runtime. */
  readonly ratios: Readonly<Record<string, Comparison>>;
}

/** Two contestants, side by side in each alternation. */
export interface Comparison {
  /** CPU per request: below 1 is cheaper. */
  readonly cpu: Spread;
  /** Requests per second: above 1 is faster. */
  readonly throughput: Spread;
}

type Figure = keyof Measure;

const FIGURES: readonly Figure[] = ["cpu", "throughput", "p50", "p99", "p999", "memory"];

/** Takes medians, and compares everyone with everyone of the same runtime. */
export function summarise(found: WorkloadMeasures): WorkloadSummary {
  const { workload: { name, title }, contestants, measures } = found;
  const rows = contestants.map((contestant) => {
    const own = measures.get(contestant.name)!;
    const others = contestants.filter(({ runtime }) => runtime === contestant.runtime);
    return {
      server: contestant.server,
      runtime: contestant.runtime,
      role: contestant.role,
      median: medians(own),
      ratios: Object.fromEntries(
        others.map((other) => [other.server, compare(own, measures.get(other.name)!)]),
      ),
    };
  });
  return { name, title, rows };
}

/** The workload as a table in Markdown, with every figure. */
export function workloadTable({ title, rows }: WorkloadSummary): string {
  const head = [
    ...["runtime", "server", "CPU per request", "to own", "to floor", "Culvert to it"],
    ...["requests/s", "to own", "p50", "p99", "p99.9", "memory"],
  ];
  return `### ${title}\n\n${markdownTable(head, rows.map((row) => cells(row, rows)))}`;
}

function cells(row: Row, rows: readonly Row[]): string[] {
  const { runtime, server, median } = row;
  const cpuTo = (role: Role) => ratioText(comparison(row, rows, role)?.cpu);
  const culvert = rows.find((one) => one.runtime === runtime && one.role === "culvert");
  return [
    ...[runtime, server, `${median.cpu.toFixed(2)} µs`, cpuTo("own"), cpuTo("floor")],
    ratioText(culvert?.ratios[server]?.cpu),
    String(Math.round(median.throughput)),
    ratioText(comparison(row, rows, "own")?.throughput),
    ...[median.p50, median.p99, median.p999].map(timeText),
    `${Math.round(median.memory / 2 ** 20)} MiB`,
  ];
}

/** A contestant beside the one of some role on its runtime, where that took part. */
export function comparison(row: Row, rows: readonly Row[], role: Role): Comparison | undefined {
  const other = rows.find((one) => one.runtime === row.runtime && one.role === role);
  return other && row.ratios[other.server];
}

/** A ratio for a reader, or a dash where there is none. */
export function ratioText(ratio: Spread | undefined): string {
  return ratio === undefined ? "–" : ratio.middle.toFixed(2);
}

/** Microseconds for a reader. */
export function timeText(microseconds: number): string {
  return microseconds < 1_000
    ? `${Math.round(microseconds)} µs`
    : `${(microseconds / 1_000).toFixed(1)} ms`;
}

function medians(turns: readonly Measure[]): Measure {
  const entries = FIGURES.map((figure) => [figure, median(turns.map((turn) => turn[figure]))]);
  return Object.fromEntries(entries) as unknown as Measure;
}

function compare(own: readonly Measure[], other: readonly Measure[]): Comparison {
  const ratioOf = (figure: Figure) =>
    spread(ratios(own.map((turn) => turn[figure]), other.map((turn) => turn[figure])));
  return { cpu: ratioOf("cpu"), throughput: ratioOf("throughput") };
}
