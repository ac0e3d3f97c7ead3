import {
  describeLoad,
  errorFigures,
  type Figure,
  latencyFigures,
  remarks,
  statusFigures,
  throughputFigures,
} from "./figures.ts";
import type { LoadReport } from "./report.ts";
import type { BrokenThreshold } from "./thresholds.ts";

/** The report as text for a terminal. */
export function renderSummary(report: LoadReport, broken: readonly BrokenThreshold[] = []): string {
  const { latency, serviceTime } = report;
  const errors = errorFigures(report);
  const parts = [
    describeLoad(report),
    section("throughput", throughputFigures(report)),
    section(serviceTime ? "latency from when due" : "latency", latencyFigures(latency)),
    serviceTime && section("latency from when sent", latencyFigures(serviceTime)),
    section("statuses", statusFigures(report)),
    section("errors", errors.length === 0 ? [["none", ""]] : errors),
    ...remarks(report).map((remark) => `Note: ${remark}.`),
    ...broken.map(({ message }) => `Threshold: ${message}.`),
  ];
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n") + "\n";
}

function section(title: string, figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  const width = Math.max(...figures.map(([name]) => name.length));
  const lines = figures.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`.trimEnd());
  return [title, ...lines].join("\n");
}
