import { withSection } from "./markdown.ts";
import { pathOf } from "./npm_package.ts";
import { writeReport } from "./output.ts";

const PAGE = pathOf("../../docs/performance.md", import.meta.url);

/** Where the charts of the page lie. */
const CHARTS = pathOf("../../docs/", import.meta.url);

/** Replaces a section of docs/performance.md. */
export async function publishSection(name: string, section: string): Promise<void> {
  await writeReport(PAGE, withSection(await Deno.readTextFile(PAGE), name, section));
}

/** Writes a chart that lies beside the page; gives its name. */
export async function publishChart(name: string, chart: string): Promise<string> {
  await writeReport(`${CHARTS}${name}.svg`, chart);
  return `${name}.svg`;
}
