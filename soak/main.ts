/**
 * Runs mixed good and hostile traffic against the showcase, and judges what becomes of the server.
 *
 * @module
 */

import { dirname } from "node:path";
import { drawChart } from "./chart.ts";
import { compareMemory } from "./memory_windows.ts";
import { observe, observeRest, type Sample } from "./observer.ts";
import { readOptions, type SoakOptions, USAGE } from "./options.ts";
import { type Observation, ServerProcess } from "./server_process.ts";
import { runTraffic } from "./traffic/crew.ts";
import { Tally, type TrafficFigures } from "./traffic/tally.ts";
import { type Criterion, isPassed, judge, mebioctets, renderVerdict } from "./verdict.ts";

/** All that a soak found. */
export interface SoakReport {
  /** What it was told. */
  readonly options: SoakOptions;
  /** Whether no criterion failed. */
  readonly passed: boolean;
  /** The verdict. */
  readonly criteria: readonly Criterion[];
  /** What the traffic came to. */
  readonly traffic: TrafficFigures;
  /** What was seen of the server, in order. */
  readonly samples: readonly Sample[];
  /** What was seen of it when all clients had left. */
  readonly rest: Observation;
}

/** Milliseconds for which the server may take to come to rest. */
const REST_PATIENCE = 60_000;

/** Runs a soak; `say` is told how it goes. */
export async function soak(
  options: SoakOptions,
  say: (line: string) => void,
): Promise<SoakReport> {
  const { minutes, seed, clients: good, hostile, deadline, interval } = options;
  await using server = await ServerProcess.start(deadline);
  const tally = new Tally();
  const over = AbortSignal.timeout(minutes * 60_000);
  const to = { transport: "tcp", hostname: "127.0.0.1", port: server.port } as const;
  const [samples] = await Promise.all([
    observe(server, interval, over, (sample) => say(progress(sample, tally.figures()))),
    runTraffic({ to, seed, good, hostile, deadline }, tally, over),
  ]);
  const rest = await observeRest(server, REST_PATIENCE);
  const exitCode = await server.terminate();
  const traffic = tally.figures();
  const criteria = judge({
    memory: compareMemory(samples, minutes),
    answers: traffic.goodAnswers + traffic.hostileAnswers,
    wrong: traffic.wrong,
    errors: rest.errors.length,
    rest: {
      sockets: rest.sockets,
      timers: rest.timers,
      connections: rest.stats.connections.open,
      requests: rest.stats.requests.inFlight,
    },
    exitCode,
    loopDelay: Math.max(...[...samples, rest].map(({ loopDelay }) => loopDelay)),
  });
  return { options, passed: isPassed(criteria), criteria, traffic, samples, rest };
}

/** The chart of what a soak found. */
export function chartOf({ options, samples, traffic, rest }: SoakReport): string {
  const { minutes, clients, hostile } = options;
  const count = (number: number) => number.toLocaleString("en");
  const answers = traffic.goodAnswers + traffic.hostileAnswers;
  return drawChart({
    title: "Memory behind a forced collection",
    subtitle: `${minutes} minutes, ${clients} good and ${hostile} hostile clients at a time, ` +
      `${count(rest.stats.requests.total)} requests, ${count(answers)} answers checked, ` +
      `${count(traffic.wrong)} wrong`,
    minutes,
    samples,
    memory: compareMemory(samples, minutes),
  });
}

function progress({ minute, resident, heap, sockets, loopDelay, stats }: Sample, {
  goodAnswers,
  hostileAnswers,
  wrong,
}: TrafficFigures): string {
  return [
    `${minute.toFixed(2).padStart(6)} min`,
    `resident ${mebioctets(resident)}`,
    `heap ${mebioctets(heap)}`,
    `sockets ${sockets}`,
    `delay ${loopDelay.toFixed(0)} ms`,
    `requests ${stats.requests.total}`,
    `checked ${goodAnswers} + ${hostileAnswers}`,
    `wrong ${wrong}`,
  ].join("  ");
}

async function write(path: string, content: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, content);
}

async function main(args: readonly string[]): Promise<number> {
  let options: SoakOptions | undefined;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 2;
  }
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const report = await soak(options, console.log);
  await write(options.json, `${JSON.stringify(report, null, 2)}\n`);
  await write(options.svg, chartOf(report));
  for (const { conversation, seed, minute, message } of report.traffic.faults) {
    console.error(`${conversation} (seed ${seed}, minute ${minute.toFixed(2)}): ${message}`);
  }
  console.log(`\n${renderVerdict(report.criteria)}\n\n${options.svg}\n${options.json}`);
  return report.passed ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
