import type { Options } from "./options.ts";
import type { Report } from "./report.ts";

/** Writes what a run has found. */
export async function publish(report: Report, { json }: Options): Promise<void> {
  await Deno.mkdir(new URL("./", new URL(json, `file://${Deno.cwd()}/`)), { recursive: true });
  await Deno.writeTextFile(json, JSON.stringify(report, null, 2) + "\n");
}
