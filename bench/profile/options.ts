import { readArguments, readCount, readNames, UsageError } from "../load/options.ts";
import { type Contestant, CONTESTANTS, type Runtime } from "../peers/contestants.ts";
import { type Workload, WORKLOADS } from "../peers/workloads.ts";

/** What one run does. */
export interface ProfileOptions {
  /** Culvert, on each runtime that is asked for. */
  readonly contestants: readonly Contestant[];
  /** What it is loaded with. */
  readonly workloads: readonly Workload[];
  /** Seconds of load that count. */
  readonly seconds: number;
  /** The version of Node, instead of the one that is installed. */
  readonly node?: string;
  /** Where the figures go. */
  readonly json: string;
  /** Whether docs/performance.md gets them, too. */
  readonly docs: boolean;
}

const RUNTIMES: readonly Runtime[] = ["deno", "node"];

const USAGE = `Usage: deno task bench:profile [flags]

  --runtime NAME,…    ${RUNTIMES.join(", ")} (all)
  --workload NAME,…   ${WORKLOADS.map(({ name }) => name).join(", ")} (all)
  --seconds N         length of the load that counts (3)
  --node VERSION      a version of Node that npx fetches
  --json PATH         where the figures go (bench/report/profile.json)
  --docs              writes the table into docs/performance.md
`;

const TEXTS = ["runtime", "workload", "seconds", "node", "json"] as const;

/** Reads the command line of the task; throws a `UsageError` for one that makes no sense. */
export function readProfileOptions(args: readonly string[]): ProfileOptions {
  const { switches, texts, rest } = readArguments(args, { switches: ["docs"], texts: TEXTS });
  if (rest.length > 0) throw new UsageError(`unknown argument ${rest[0]}\n\n${USAGE}`);
  const runtimes = readNames("runtime", texts.runtime, RUNTIMES);
  const workloads = readNames("workload", texts.workload, WORKLOADS.map(({ name }) => name));
  return {
    contestants: CONTESTANTS.filter(({ role, runtime }) =>
      role === "culvert" && runtimes.includes(runtime)
    ),
    workloads: WORKLOADS.filter(({ name }) => workloads.includes(name)),
    seconds: readCount("seconds", texts.seconds, 3),
    node: texts.node,
    json: texts.json ?? "bench/report/profile.json",
    docs: switches.docs,
  };
}
