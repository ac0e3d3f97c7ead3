/**
 * Samples Culvert with perf under each kind of work, and tells whose the time is: the kernel's, the
 * runtime's (its sockets, its collector, everything that is built into it), the handler's or our own.
 */
import { describeMachine, machineLine, outputOf } from "./load/machine.ts";
import { markdownTable } from "./load/markdown.ts";
import { buildPackage } from "./load/npm_package.ts";
import { runTask } from "./load/options.ts";
import { writeReport } from "./load/output.ts";
import { ServerProcess } from "./load/process.ts";
import { publishSection } from "./load/publish.ts";
import { runWrk, warmUp } from "./load/wrk.ts";
import { commandOf, type Contestant, type Launch, MODULE } from "./peers/contestants.ts";
import { installPackage, installPeers, nodeExecutable } from "./peers/install.ts";
import { fileContent, type Workload } from "./peers/workloads.ts";
import { type ProfileOptions, readProfileOptions } from "./profile/options.ts";
import { type Places, type Shares, sharesOf } from "./profile/shares.ts";

interface Row extends Shares {
  readonly runtime: string;
  readonly workload: Workload;
}

/** Seconds of load before that which counts. */
const WARM_UP = 2;

/** V8 tells perf the names of its functions, in a file of `/tmp`; what else it logs is for nobody. */
const NAMES = ["--perf-basic-prof", "--no-logfile-per-isolate"];

/** Samples a second. */
const RATE = "2500";

await runTask(async (args) => {
  const options = readProfileOptions(args);
  const onNode = options.contestants.some(({ runtime }) => runtime === "node");
  if (onNode) await installPeers();
  const node = onNode ? await nodeExecutable(options.node) : "";
  const packageEntry = onNode ? await installPackage(await buildPackage()) : "";
  const file = await Deno.makeTempFile();
  await Deno.writeFile(file, fileContent());
  try {
    const rows = await profileAll(options, { module: MODULE, node, file, packageEntry });
    const Node = onNode ? (await outputOf(node, ["--version"])).trim().replace("v", "") : "none";
    const machine = await describeMachine({ Node });
    const section = `${tableOf(rows)}\n${machineLine(machine)}.`;
    console.log(section);
    await writeReport(options.json, JSON.stringify({ machine, rows }, null, 2));
    if (options.docs) await publishSection("profile", section);
  } finally {
    await Deno.remove(file);
  }
});

async function profileAll(options: ProfileOptions, launch: Launch): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const contestant of options.contestants) {
    for (const workload of options.workloads) {
      console.error(`${contestant.runtime}: ${workload.title}`);
      const shares = await profile(contestant, workload, launch, options.seconds);
      rows.push({ runtime: contestant.runtime, workload, ...shares });
    }
  }
  return rows;
}

async function profile(
  contestant: Contestant,
  workload: Workload,
  launch: Launch,
  seconds: number,
): Promise<Shares> {
  const folder = await Deno.makeTempDir();
  const data = `${folder}/perf.data`;
  const command = named(commandOf(contestant, workload.kind, launch), `${folder}/v8.log`);
  try {
    await using server = await ServerProcess.start(command);
    await warmUp(server.port, { ...workload.load, seconds: WARM_UP });
    const target = ["-p", `${server.pid}`];
    const sampling = perf("record", "-q", "-F", RATE, "-e", "cpu-clock", "-o", data, ...target);
    await runWrk(server.port, { ...workload.load, seconds });
    sampling.kill("SIGINT");
    await sampling.output();
    const report = await perf("report", "-i", data, "--no-children", "--sort", "symbol").output();
    await Deno.remove(`/tmp/perf-${server.pid}.map`);
    return sharesOf(new TextDecoder().decode(report.stdout), placesOn(contestant));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function perf(...args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("perf", { args: [...args], stdout: "piped", stderr: "null" }).spawn();
}

/** The command of a contestant, of which perf learns the names of functions. */
function named(command: readonly string[], log: string): readonly string[] {
  const main = command.findIndex((part) => /\/main\.m?[jt]s$/.test(part));
  const names = [...NAMES, `--logfile=${log}`];
  const flags = command[main].endsWith(".ts") ? [`--v8-flags=${names.join()}`] : names;
  return [...command.slice(0, main), ...flags, ...command.slice(main)];
}

function placesOn({ runtime }: Contestant): Places {
  const culvert = runtime === "deno" ? new URL("../src/", import.meta.url).href : "/@culvert/http/";
  return { culvert, handlers: "/bench/peers/" };
}

function tableOf(rows: readonly Row[]): string {
  const head = ["", "workload", "kernel", "runtime", "handler", "Culvert", "most of that"];
  return markdownTable(
    head,
    rows.map(({ runtime, workload, byOwner, top }) => [
      runtime,
      workload.title,
      ...[byOwner.kernel, byOwner.runtime, byOwner.handler, byOwner.culvert].map(percent),
      top.map(([name, share]) => `\`${name}\` ${percent(share)}`).join(", "),
    ]),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
