/**
 * Measures how long a server takes from its launch to its first answer, in turn with the runtime's own
 * server, and how many modules it loads.
 */
import { WireClient } from "../tests/transport/wire_client.ts";
import { alternate } from "./load/alternate.ts";
import { describeMachine, machineLine, outputOf } from "./load/machine.ts";
import { markdownTable } from "./load/markdown.ts";
import { buildPackage, pathOf } from "./load/npm_package.ts";
import { readArguments, readCount, runTask, UsageError } from "./load/options.ts";
import { writeReport } from "./load/output.ts";
import { publishSection } from "./load/publish.ts";
import { ServerProcess } from "./load/process.ts";
import { median, ratios, type Spread, spread } from "./load/statistics.ts";
import { type ModuleGraph, readModuleGraph } from "./start/module_graph.ts";

interface Starter {
  readonly name: string;
  /** The name of the runtime's own server. */
  readonly baseline: string;
  readonly command: readonly string[];
  /** The module whose graph is counted. */
  readonly graphOf: string;
}

interface Start {
  /** Milliseconds from launch to first answer. */
  readonly milliseconds: number;
  /** Resident memory at the first answer, in octets. */
  readonly memory: number;
}

interface Row extends ModuleGraph {
  readonly name: string;
  readonly start: Start;
  /** Time, as a ratio to the runtime's own server. */
  readonly ratio: Spread;
}

await runTask(async (args) => {
  const { switches, texts, rest } = readArguments(args, {
    switches: ["docs"],
    texts: ["alternations", "json"],
  });
  if (rest.length > 0) throw new UsageError(`unknown argument ${rest[0]}`);
  const alternations = readCount("alternations", texts.alternations, 11);
  const starters = startersWith(await buildPackage());
  // Whoever starts first after a change compiles for those who come later.
  for (const { command } of starters) await startOnce(command);
  const starts = await alternate(starters, alternations, ({ command }) => startOnce(command));
  const rows = await Promise.all(starters.map((starter) => summarise(starter, starts)));
  const Node = (await outputOf("node", ["--version"])).trim().replace("v", "");
  const machine = await describeMachine({ Node });
  const about = `Medians of ${alternations} alternations; ${machineLine(machine)}.`;
  console.log(`${tableOf(rows)}\n${about}`);
  if (switches.docs) await publishSection("start", `${tableOf(rows)}\n${about}`);
  const report = JSON.stringify({ machine, alternations, rows }, null, 2);
  await writeReport(texts.json ?? "bench/report/start.json", `${report}\n`);
});

function startersWith(packageEntry: string): readonly Starter[] {
  const program = (file: string) => pathOf(`./start/programs/${file}`, import.meta.url);
  const onDeno = (name: string, file: string) => ({
    name,
    baseline: "Deno.serve",
    command: [Deno.execPath(), "run", "-A", "--no-check", program(file)],
    graphOf: program(file),
  });
  const onNode = (name: string, file: string, graphOf: string = program(file)) => ({
    name,
    baseline: "node:http",
    command: ["node", program(file), packageEntry],
    graphOf,
  });
  return [
    onDeno("Deno.serve", "deno_serve.ts"),
    onDeno("Culvert on Deno", "culvert.ts"),
    onNode("node:http", "node_http.mjs"),
    onNode("Culvert on Node", "culvert_on_node.mjs", packageEntry),
  ];
}

async function startOnce(command: readonly string[]): Promise<Start> {
  const begin = performance.now();
  await using server = await ServerProcess.start(command);
  const to = { transport: "tcp", hostname: "127.0.0.1", port: server.port } as const;
  using client = await WireClient.connect(to);
  await client.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  const { status } = await client.response();
  if (status !== 200) throw new Error(`Cannot measure: the status is ${status}`);
  return { milliseconds: performance.now() - begin, memory: server.residentMemory() };
}

async function summarise(
  { name, baseline, graphOf }: Starter,
  starts: ReadonlyMap<string, readonly Start[]>,
): Promise<Row> {
  const own = starts.get(name)!;
  const timesOf = (turns: readonly Start[]) => turns.map(({ milliseconds }) => milliseconds);
  return {
    name,
    start: {
      milliseconds: median(timesOf(own)),
      memory: median(own.map(({ memory }) => memory)),
    },
    ratio: spread(ratios(timesOf(own), timesOf(starts.get(baseline)!))),
    ...await readModuleGraph(graphOf),
  };
}

function tableOf(rows: readonly Row[]): string {
  const head = ["server", "first answer", "ratio", "quartiles", "memory", "modules", "octets"];
  return markdownTable(
    head,
    rows.map(({ name, start, ratio: { low, middle, high }, modules, octets }) => [
      ...[name, `${start.milliseconds.toFixed(0)} ms`, middle.toFixed(2)],
      ...[`${low.toFixed(2)}–${high.toFixed(2)}`, `${Math.round(start.memory / 2 ** 20)} MiB`],
      ...[String(modules), String(octets)],
    ]),
  );
}
