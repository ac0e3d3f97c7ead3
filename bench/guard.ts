/**
 * Compares what a request costs in two revisions, in turn: a change that makes the fast path dearer
 * than `--most` ends with exit code 1.
 */
import { type GuardOptions, readGuardOptions } from "./guard/options.ts";
import { Revision } from "./guard/revision.ts";
import { isOver, judge, type Verdict, verdictTable } from "./guard/verdict.ts";
import { alternate } from "./load/alternate.ts";
import { runTask } from "./load/options.ts";
import { commandOf, CONTESTANTS } from "./peers/contestants.ts";
import { measure } from "./peers/measure.ts";
import { type Workload, WORKLOADS } from "./peers/workloads.ts";

const CULVERT = CONTESTANTS.find(({ name }) => name === "deno: Culvert")!;

/** No workload that is compared here reads one, but every server is given a path. */
const NO_FILE = "/no/file";

await runTask(async (args) => {
  const options = readGuardOptions(args);
  await using before = await Revision.open(options.before);
  await using after = await Revision.open(options.after);
  console.log(`${after.name}, compared with ${before.name}: CPU per request\n`);
  const verdicts: Verdict[] = [];
  for (const workload of WORKLOADS.filter(({ name }) => options.workloads.includes(name))) {
    verdicts.push(await compare(workload, before, after, options));
  }
  console.log(verdictTable(verdicts, options.most));
  if (verdicts.some((verdict) => isOver(verdict, options.most))) Deno.exitCode = 1;
});

async function compare(
  workload: Workload,
  before: Revision,
  after: Revision,
  { alternations, seconds }: GuardOptions,
): Promise<Verdict> {
  const turns = [{ name: "before", module: before.module }, {
    name: "after",
    module: after.module,
  }];
  const measures = await alternate(turns, alternations, async ({ module }) => {
    const launch = { module, node: "", file: NO_FILE, packageEntry: "" };
    return (await measure(commandOf(CULVERT, workload.kind, launch), workload, seconds)).cpu;
  });
  return judge(workload.title, measures.get("before")!, measures.get("after")!);
}
