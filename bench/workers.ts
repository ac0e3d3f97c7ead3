/**
 * Loads one worker and two in turn with wrk, and prints throughput, CPU time per request, and both as
 * ratios to one worker.
 *
 * The client needs a core as well: on a machine with two of them, two workers and wrk compete, and the
 * gain is less than it is where there are cores to spare. Nothing is pinned to a core for that reason.
 */
import { alternate } from "./load/alternate.ts";
import { describeMachine, machineLine } from "./load/machine.ts";
import { pathOf } from "./load/npm_package.ts";
import { cpuTimeOf } from "./load/process.ts";
import { markdownTable } from "./load/markdown.ts";
import { readArguments } from "./load/options.ts";
import { publishSection } from "./load/publish.ts";
import { median, ratios } from "./load/statistics.ts";
import { CONNECTIONS, runWrk, warmUp } from "./load/wrk.ts";

const ALTERNATIONS = 5;
const SECONDS = 3;

interface Measure {
  /** Requests per second. */
  readonly throughput: number;
  /** CPU time of all workers per request, in microseconds. */
  readonly cpu: number;
  /** Cores that the workers had. */
  readonly cores: number;
}

/** What is asked for, by its path. */
const LOADS = [
  { title: "plain text", path: "/" },
  { title: "a page that is rendered", path: "/page" },
] as const;

type LoadOf = (typeof LOADS)[number];

const CONTESTANTS = LOADS.flatMap((load) =>
  [1, 2].map((workers) => ({ name: nameOf(load, workers), load, workers }))
);

const { docs } = readArguments(Deno.args, { switches: ["docs"], texts: [] }).switches;
const measures = await alternate(
  CONTESTANTS,
  ALTERNATIONS,
  ({ load: { path }, workers }) => measure(path, workers),
);
const section = `${tableOf()}
${CONNECTIONS} connections; medians of ${ALTERNATIONS} alternations of ${SECONDS} s;
${machineLine(await describeMachine({}))}.`;
console.log(section);
if (docs) await publishSection("workers", section);

function nameOf({ title }: LoadOf, workers: number): string {
  return `${title}, ${workers}`;
}

async function measure(path: string, workers: number): Promise<Measure> {
  const script = pathOf("./workers/server.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, String(workers)],
    stdout: "piped",
  }).spawn();
  try {
    const [port, ...pids] = await readNumbers(child.stdout);
    await warmUp(port, { path, seconds: 1, pinned: false });
    const before = sum(pids.map(cpuTimeOf));
    const { requests, seconds } = await runWrk(port, { path, seconds: SECONDS, pinned: false });
    const cpuTime = sum(pids.map(cpuTimeOf)) - before;
    return {
      throughput: requests / seconds,
      cpu: cpuTime / requests,
      cores: cpuTime / 1e6 / seconds,
    };
  } finally {
    // Its workers end with it.
    child.kill("SIGKILL");
    await child.stdout.cancel().catch(() => {});
    await child.status;
  }
}

async function readNumbers(stdout: ReadableStream<Uint8Array>): Promise<readonly number[]> {
  const reader = stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return new TextDecoder().decode(value).trim().split(" ").map(Number);
}

function tableOf(): string {
  const head = [
    "load",
    "workers",
    "requests/s",
    "ratio",
    "CPU per request",
    "ratio",
    "cores in use",
  ];
  const rows = CONTESTANTS.map(({ name, load, workers }) => {
    const own = measures.get(name)!;
    const baseline = measures.get(nameOf(load, 1))!;
    return [
      load.title,
      String(workers),
      String(Math.round(middle(own, "throughput"))),
      compare(own, baseline, "throughput"),
      `${middle(own, "cpu").toFixed(2)} µs`,
      compare(own, baseline, "cpu"),
      middle(own, "cores").toFixed(2),
    ];
  });
  return markdownTable(head, rows);
}

function compare(
  own: readonly Measure[],
  baseline: readonly Measure[],
  name: keyof Measure,
): string {
  return median(ratios(values(own, name), values(baseline, name))).toFixed(2);
}

function middle(own: readonly Measure[], name: keyof Measure): number {
  return median(values(own, name));
}

function values(own: readonly Measure[], name: keyof Measure): number[] {
  return own.map((measure) => measure[name]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
