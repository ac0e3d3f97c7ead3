/**
 * Loads bare sockets, `Deno.serve` and Culvert in turn with wrk, and prints what a request costs:
 * CPU time of the server's process, and throughput, as ratios to `Deno.serve` in the same run; then
 * what batteries add to Culvert; then bare sockets, `node:http` and Culvert on the `node` that
 * is installed. The argument `deno`, `batteries` or `node` leaves out all else; `--only`, the
 * contestants that it does not name.
 */
import { alternate } from "./load/alternate.ts";
import { measureIdleMemory } from "./load/idle.ts";
import { buildPackage } from "./load/npm_package.ts";
import { runTask } from "./load/options.ts";
import { ServerProcess } from "./load/process.ts";
import { median, ratios } from "./load/statistics.ts";
import { CONNECTIONS, type Load, runWrk, warmUp } from "./load/wrk.ts";
import { commandOf } from "./server/command.ts";
import { type Options, readOptions } from "./server/options.ts";

const IDLE_CONNECTIONS = 5_000;
const BASELINE = "Deno.serve";
const CULVERT = "Culvert";
const NODE_BASELINE = "node:http";

interface Workload extends Omit<Load, "seconds"> {
  readonly name: string;
  readonly contestants: readonly string[];
  /** The contestant that the others are compared with. */
  readonly baseline: string;
}

interface Measure {
  /** CPU per request, in microseconds. */
  readonly cpu: number;
  /** Requests per second. */
  readonly throughput: number;
}

const WORKLOADS: readonly Workload[] = [
  {
    name: `plaintext, ${CONNECTIONS} connections`,
    contestants: ["Deno.listen", BASELINE, "Culvert", "Culvert, new Response()"],
    baseline: BASELINE,
    pipelined: 1,
  },
  {
    name: `plaintext, ${CONNECTIONS} connections, 16 pipelined`,
    contestants: [BASELINE, "Culvert"],
    baseline: BASELINE,
    pipelined: 16,
  },
];

/** What batteries cost, compared with Culvert without them. */
const BATTERY_WORKLOADS: readonly Workload[] = [
  {
    name: `plaintext with batteries, ${CONNECTIONS} connections`,
    contestants: [
      CULVERT,
      "Culvert, metrics",
      "Culvert, access log",
      "Culvert, metrics and access log",
      "Culvert, rate limit",
      "Culvert, request id",
      "Culvert, cors",
      "Culvert, secure headers",
      "Culvert, compress",
      "Culvert, timeout",
      "Culvert, limit concurrency",
      "Culvert, all batteries",
    ],
    baseline: CULVERT,
    pipelined: 1,
  },
];

const NODE_WORKLOADS: readonly Workload[] = [
  {
    name: `on Node, plaintext, ${CONNECTIONS} connections`,
    contestants: ["node:net", NODE_BASELINE, "Culvert on Node"],
    baseline: NODE_BASELINE,
    pipelined: 1,
  },
  {
    name: `on Node, plaintext, ${CONNECTIONS} connections, 16 pipelined`,
    contestants: [NODE_BASELINE, "Culvert on Node"],
    baseline: NODE_BASELINE,
    pipelined: 16,
  },
];

const ALL = [...WORKLOADS, ...BATTERY_WORKLOADS, ...NODE_WORKLOADS];

await runTask(async (args) => {
  const options = readOptions(args, ALL.flatMap(({ contestants }) => contestants));
  const { part } = options;
  if (part === undefined || part === "deno") {
    for (const workload of WORKLOADS) await run(workload, options);
    await reportIdleMemory();
  }
  if (part === undefined || part === "batteries") {
    for (const workload of BATTERY_WORKLOADS) await run(workload, options);
  }
  if (part === undefined || part === "node") {
    await buildPackage();
    for (const workload of NODE_WORKLOADS) await run(workload, options);
  }
});

/** Measures each contestant in turn. */
async function run(workload: Workload, options: Options): Promise<void> {
  const { baseline, pipelined } = workload;
  const names = workload.contestants.filter((name) => name === baseline || options.includes(name));
  const contestants = names.map((name) => ({ name }));
  const load = { seconds: options.seconds, pipelined };
  const measures = await alternate(
    contestants,
    options.alternations,
    ({ name }) => measure(name, load),
  );
  report(workload, options.alternations, measures);
}

async function measure(name: string, { seconds, pipelined }: Load): Promise<Measure> {
  await using server = await ServerProcess.start(commandOf(name));
  await checkAnswer(server.port);
  await warmUp(server.port, { seconds: 1, pipelined });
  const before = server.cpuTime();
  const outcome = await runWrk(server.port, { seconds, pipelined });
  return {
    cpu: (server.cpuTime() - before) / outcome.requests,
    throughput: outcome.requests / outcome.seconds,
  };
}

async function checkAnswer(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const content = await response.text();
  if (response.status !== 200 || content !== "Hello, World!") {
    throw new Error(`Cannot measure: the answer is ${response.status} ${JSON.stringify(content)}`);
  }
}

function report(
  workload: Workload,
  alternations: number,
  measures: ReadonlyMap<string, readonly Measure[]>,
): void {
  const baseline = measures.get(workload.baseline)!;
  console.log(`\n${workload.name} (medians of ${alternations} alternations)\n`);
  console.log("| server | CPU per request | ratio | requests per second | ratio |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const [contestant, own] of measures) {
    const cpu = median(own.map(cpuOf));
    const throughput = median(own.map(throughputOf));
    const cpuRatio = median(ratios(own.map(cpuOf), baseline.map(cpuOf)));
    const throughputRatio = median(ratios(own.map(throughputOf), baseline.map(throughputOf)));
    console.log(
      `| ${contestant} | ${cpu.toFixed(2)} µs | ${cpuRatio.toFixed(2)} ` +
        `| ${Math.round(throughput)} | ${throughputRatio.toFixed(2)} |`,
    );
  }
}

async function reportIdleMemory(): Promise<void> {
  console.log(`\nresident memory of one of ${IDLE_CONNECTIONS} idle connections\n`);
  console.log("| server | octets | ratio |");
  console.log("| --- | --- | --- |");
  const names = [BASELINE, "Culvert"];
  const octets = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < 3; round++) {
    for (const name of names) {
      octets.get(name)!.push(await measureIdleMemory(commandOf(name), IDLE_CONNECTIONS));
    }
  }
  const baseline = median(octets.get(BASELINE)!);
  for (const name of names) {
    const own = median(octets.get(name)!);
    console.log(`| ${name} | ${Math.round(own)} | ${(own / baseline).toFixed(2)} |`);
  }
}

function cpuOf({ cpu }: Measure): number {
  return cpu;
}

function throughputOf({ throughput }: Measure): number {
  return throughput;
}
