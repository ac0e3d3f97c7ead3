import { withSection } from "../load/markdown.ts";
import { pathOf } from "../load/npm_package.ts";
import { writeReport } from "../load/output.ts";
import type { Runtime } from "./contestants.ts";
import type { Options } from "./options.ts";
import { comparedRuntimes, overview, overviewChart } from "./overview.ts";
import { type Report, workloadTable } from "./report.ts";

const README = pathOf("../../README.md", import.meta.url);
const CHARTS = pathOf("../../docs/", import.meta.url);

/** Writes what a run has found: figures, tables and charts; into README.md only when asked. */
export async function publish(found: Report, { json, readme, add }: Options): Promise<void> {
  const report = add ? withOthers(found, JSON.parse(await Deno.readTextFile(json))) : found;
  const stem = json.replace(/\.json$/, "");
  await writeReport(json, JSON.stringify(report, null, 2) + "\n");
  await writeReport(`${stem}.md`, report.workloads.map(workloadTable).join("\n"));
  for (const runtime of comparedRuntimes(report)) {
    await writeReport(`${stem}.${runtime}.svg`, overviewChart(report, runtime));
  }
  if (readme) await publishOverview(report);
}

/** Puts the workloads of a run in place of those of an earlier one. */
export function withOthers(found: Report, earlier: Report): Report {
  const workloads = [...earlier.workloads];
  for (const workload of found.workloads) {
    const place = workloads.findIndex(({ name }) => name === workload.name);
    workloads.splice(place === -1 ? workloads.length : place, 1, workload);
  }
  return { ...found, workloads };
}

async function publishOverview(report: Report): Promise<void> {
  const section = overview(report, (runtime) => `docs/${chartName(runtime)}`);
  await writeReport(README, withSection(await Deno.readTextFile(README), "peers", section));
  for (const runtime of comparedRuntimes(report)) {
    await writeReport(`${CHARTS}${chartName(runtime)}`, overviewChart(report, runtime));
  }
}

function chartName(runtime: Runtime): string {
  return `peers-${runtime}.svg`;
}
