import { alternate } from "../load/alternate.ts";
import { ServerProcess } from "../load/process.ts";
import { runWrk, warmUp } from "../load/wrk.ts";
import { checkAnswers } from "./check.ts";
import { commandOf, type Contestant, contestantsOf, type Launch } from "./contestants.ts";
import type { Options } from "./options.ts";
import type { Workload } from "./workloads.ts";

/** What one turn of one contestant came to. */
export interface Measure {
  /** User and system time of the server's process per request, in microseconds. */
  readonly cpu: number;
  /** Requests per second. */
  readonly throughput: number;
  /** Time from request to answer, in microseconds, while wrk asks as fast as it is answered. */
  readonly p50: number;
  /** The same, of which one in a hundred takes longer. */
  readonly p99: number;
  /** The same, of which one in a thousand takes longer. */
  readonly p999: number;
  /** Resident memory right after the load, in octets. */
  readonly memory: number;
}

/** All turns of a workload, by the names of the contestants. */
export interface WorkloadMeasures {
  /** What was measured. */
  readonly workload: Workload;
  /** Who took part. */
  readonly contestants: readonly Contestant[];
  /** The turns. */
  readonly measures: ReadonlyMap<string, readonly Measure[]>;
}

/** Seconds of load before a turn is counted, for compilers to have seen the code. */
const WARM_UP = 1;
/** Seconds that a process takes to start and be asked once. */
const START = 0.4;

/** About how long a run takes, in seconds. */
export function estimate({ workloads, contestants, alternations, seconds }: Options): number {
  const turns = workloads.flatMap((workload) => contestantsOf(workload, contestants)).length;
  return turns * alternations * (START + WARM_UP + seconds);
}

/** Measures everyone who can do some work, in turn. */
export async function measureWorkload(
  workload: Workload,
  { contestants: all, alternations, seconds }: Options,
  launch: Launch,
): Promise<WorkloadMeasures> {
  const contestants = contestantsOf(workload, all);
  const measures = await alternate(contestants, alternations, (contestant) => {
    return measure(commandOf(contestant, workload.kind, launch), workload, seconds);
  });
  return { workload, contestants, measures };
}

/** One turn: a process of its own, which answers rightly, warms up, and is loaded. */
export async function measure(
  command: readonly string[],
  workload: Workload,
  seconds: number,
): Promise<Measure> {
  await using server = await ServerProcess.start(command);
  await checkAnswers(server.port, workload);
  await warmUp(server.port, { ...workload.load, seconds: WARM_UP });
  const before = server.cpuTime();
  const outcome = await runWrk(server.port, { ...workload.load, seconds });
  return {
    cpu: (server.cpuTime() - before) / outcome.requests,
    throughput: outcome.requests / outcome.seconds,
    memory: server.residentMemory(),
    ...outcome.latency,
  };
}
