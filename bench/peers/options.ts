import { readArguments, readCount, readNames, UsageError } from "../load/options.ts";
import { type Contestant, CONTESTANTS, type Runtime } from "./contestants.ts";
import { type Workload, WORKLOADS } from "./workloads.ts";

/** What one run does. */
export interface Options {
  /** Who takes part. */
  readonly contestants: readonly Contestant[];
  /** What is measured. */
  readonly workloads: readonly Workload[];
  /** How often everyone takes a turn. */
  readonly alternations: number;
  /** How long a turn lasts, in seconds. */
  readonly seconds: number;
  /** The version of Node, instead of the one that is installed. */
  readonly node?: string;
  /** Where the figures go. */
  readonly json: string;
  /** Whether README.md gets them, too. */
  readonly readme: boolean;
  /** Whether the figures of other workloads stay. */
  readonly add: boolean;
}

/** How the task is called. */
export const USAGE = `Usage: deno task bench:peers [flags]

  --runtime NAME,…    deno, node, bun (all)
  --workload NAME,…   ${WORKLOADS.map(({ name }) => name).join(", ")} (all)
  --only NAME,…       contestants, such as Culvert,Deno.serve (all)
  --alternations N    turns of each contestant (5)
  --seconds N         length of a turn (2)
  --node VERSION      a version of Node that npx fetches
  --json PATH         where the figures go (bench/report/peers.json)
  --readme            writes table and chart into README.md
  --add               keeps what the file of figures says of other workloads
`;

const RUNTIMES: readonly Runtime[] = ["deno", "node", "bun"];
const TEXTS = ["runtime", "workload", "only", "alternations", "seconds", "node", "json"] as const;

/** Reads the command line of the task; throws a `UsageError` for one that makes no sense. */
export function readOptions(args: readonly string[]): Options {
  const { switches, texts, rest } = readArguments(args, {
    switches: ["readme", "add"],
    texts: TEXTS,
  });
  if (rest.length > 0) throw new UsageError(`unknown argument ${rest[0]}\n\n${USAGE}`);
  const workloads = readNames("workload", texts.workload, WORKLOADS.map(({ name }) => name));
  return {
    contestants: readContestants(texts.runtime, texts.only),
    workloads: WORKLOADS.filter(({ name }) => workloads.includes(name)),
    alternations: readCount("alternations", texts.alternations, 5),
    seconds: readCount("seconds", texts.seconds, 2),
    node: texts.node,
    json: texts.json ?? "bench/report/peers.json",
    readme: switches.readme,
    add: switches.add,
  };
}

function readContestants(runtime?: string, only?: string): readonly Contestant[] {
  const runtimes = readNames("runtime", runtime, RUNTIMES);
  const servers = readNames("only", only, CONTESTANTS.map(({ server }) => server));
  const chosen = CONTESTANTS.filter((contestant) =>
    runtimes.includes(contestant.runtime) && servers.includes(contestant.server)
  );
  if (chosen.length === 0) throw new UsageError("no contestant is left");
  return chosen;
}
