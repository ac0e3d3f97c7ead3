/**
 * Measures how the cost of a request grows with connections, routes, fields and content, and what an
 * idle connection takes of memory: a curve for each, Culvert beside `Deno.serve`.
 */
import { alternate } from "./load/alternate.ts";
import { curveChart } from "./load/curve_chart.ts";
import { measureIdleMemory } from "./load/idle.ts";
import { describeMachine, type Machine, machineLine } from "./load/machine.ts";
import { markdownTable } from "./load/markdown.ts";
import { runTask, UsageError } from "./load/options.ts";
import { writeReport } from "./load/output.ts";
import { publishChart, publishSection } from "./load/publish.ts";
import { median } from "./load/statistics.ts";
import { type Curve, descriptorsFor } from "./scaling/curves.ts";
import { commandOf, measureCurve, type Series } from "./scaling/measure.ts";
import { readScalingOptions } from "./scaling/options.ts";

const IDLE_CONNECTIONS = 10_000;

await runTask(async (args) => {
  const { curves, memory, json, docs, ...effort } = readScalingOptions(args);
  checkDescriptors(Math.max(descriptorsFor(curves), memory ? IDLE_CONNECTIONS + 200 : 0));
  const machine = await describeMachine({});
  const found: Record<string, readonly Series[]> = {};
  for (const curve of curves) {
    const series = found[curve.name] = await measureCurve(curve, effort);
    console.log(tableOf(curve, series));
    await writeReport(`${json.replace(/\.json$/, "")}.${curve.name}.svg`, chartOf(curve, series));
    if (docs) await publishCurve(curve, series, machine);
  }
  const idleMemory = memory ? await measureMemory(effort.alternations) : undefined;
  if (idleMemory !== undefined) {
    const section = `${memoryTable(idleMemory)}\n${machineLine(machine)}.`;
    console.log(section);
    if (docs) await publishSection("scaling-memory", section);
  }
  const report = { machine, ...effort, curves: found, idleMemory };
  await writeReport(json, `${JSON.stringify(report, null, 2)}\n`);
});

async function publishCurve(
  curve: Curve,
  series: readonly Series[],
  machine: Machine,
): Promise<void> {
  const chart = await publishChart(`scaling-${curve.name}`, chartOf(curve, series));
  const table = tableOf(curve, series).replace(/^###.*\n\n/, "");
  const section = `![${curve.title}](${chart})\n\n${table}\n${machineLine(machine)}.`;
  await publishSection(`scaling-${curve.name}`, section);
}

/** Server, client and this process each hold one descriptor for a connection. */
function checkDescriptors(needed: number): void {
  const limits = Deno.readTextFileSync("/proc/self/limits");
  const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  if (limit < needed) {
    throw new UsageError(
      `${limit} open files are too few: raise them with ulimit -n ${needed}, or pass --largest`,
    );
  }
}

function tableOf({ title, axis, sizes }: Curve, series: readonly Series[]): string {
  const head = [axis, ...series.flatMap(({ server }) => [server, "requests/s"])];
  const rows = sizes.map((size, index) => [
    String(size),
    ...series.flatMap(({ points }) => [
      `${points[index].cpu.toFixed(2)} µs`,
      String(Math.round(points[index].throughput)),
    ]),
  ]);
  return `### ${title}\n\n${markdownTable(head, rows)}`;
}

function chartOf({ title, axis }: Curve, series: readonly Series[]): string {
  const lines = series.map(({ server, points }) => ({
    label: server,
    own: server === "Culvert",
    points: points.map(({ size, cpu }) => [size, cpu] as const),
  }));
  return curveChart({ title, axis, unit: "µs", lines });
}

type Memory = Readonly<Record<string, number>>;

async function measureMemory(alternations: number): Promise<Memory> {
  const servers = [{ name: "Deno.serve" }, { name: "Culvert" }];
  const found = await alternate(servers, alternations, ({ name }) => {
    return measureIdleMemory(commandOf(name, "plaintext", 1), IDLE_CONNECTIONS);
  });
  return Object.fromEntries([...found].map(([name, octets]) => [name, Math.round(median(octets))]));
}

function memoryTable(memory: Memory): string {
  const head = ["server", `octets of one of ${IDLE_CONNECTIONS} idle connections`];
  return markdownTable(head, Object.entries(memory).map(([name, octets]) => [name, `${octets}`]));
}
