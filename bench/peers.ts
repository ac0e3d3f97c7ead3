/**
 * Loads Culvert and its peers in turn with wrk, on each runtime, and reports what a request costs:
 * CPU time of the server's process, throughput, latency and memory, as ratios in the same run.
 */
import { buildPackage } from "./load/npm_package.ts";
import { describeMachine, outputOf } from "./load/machine.ts";
import { runTask } from "./load/options.ts";
import { type Launch, MODULE, VERSIONS } from "./peers/contestants.ts";
import { hasBun, installPackage, installPeers, nodeExecutable } from "./peers/install.ts";
import { estimate, measureWorkload } from "./peers/measure.ts";
import { type Options, readOptions } from "./peers/options.ts";
import { type Report, summarise, type WorkloadSummary, workloadTable } from "./peers/report.ts";
import { publish } from "./peers/publish.ts";
import { fileContent } from "./peers/workloads.ts";

await runTask(async (args) => {
  const given = readOptions(args);
  const needs = (runtime: string) => given.contestants.some((one) => one.runtime === runtime);
  if (needs("node") || needs("bun")) await installPeers();
  const options = hasBun() ? given : withoutBun(given);
  const node = needs("node") ? await nodeExecutable(given.node) : "";
  const packageEntry = needs("node") ? await installPackage(await buildPackage()) : "";
  const file = await Deno.makeTempFile();
  await Deno.writeFile(file, fileContent());
  try {
    await publish(await run(options, { module: MODULE, node, file, packageEntry }), options);
  } finally {
    await Deno.remove(file);
  }
});

async function run(options: Options, launch: Launch): Promise<Report> {
  const { workloads, contestants, alternations, seconds } = options;
  const minutes = Math.ceil(estimate(options) / 60);
  console.error(
    `${workloads.length} workloads, ${contestants.length} contestants, ${alternations} alternations ` +
      `of ${seconds} s: about ${minutes} minutes`,
  );
  const Node = launch.node === "" ? "none" : await versionOf(launch.node);
  const machine = await describeMachine({ Node, ...VERSIONS });
  const summaries: WorkloadSummary[] = [];
  for (const workload of workloads) {
    const summary = summarise(await measureWorkload(workload, options, launch));
    console.log(workloadTable(summary));
    summaries.push(summary);
  }
  return { machine, alternations, seconds, workloads: summaries };
}

function withoutBun(options: Options): Options {
  console.error("Bun is not installed, and left out");
  return {
    ...options,
    contestants: options.contestants.filter(({ runtime }) => runtime !== "bun"),
  };
}

async function versionOf(executable: string): Promise<string> {
  return (await outputOf(executable, ["--version"])).trim().replace("v", "");
}
