import { readArguments, readCount, readNames, UsageError } from "../load/options.ts";

/** What is compared, and how much dearer it may be. */
export interface GuardOptions {
  /** The revision that the other is compared with. */
  readonly before: string;
  /** The other; the work tree where it is absent. */
  readonly after?: string;
  /** The workloads, by name. */
  readonly workloads: readonly string[];
  /** The highest ratio that is no failure. */
  readonly most: number;
  /** Turns of each revision. */
  readonly alternations: number;
  /** Length of a turn, in seconds. */
  readonly seconds: number;
}

const WORKLOADS = ["plaintext", "parameter", "native", "pipelined"] as const;

const USAGE = `Usage: deno task bench:guard REVISION [REVISION] [flags]

Compares the second revision, or the work tree, with the first.

  --most RATIO       the highest ratio of CPU per request that is no failure (1.10)
  --workload NAME,…  ${WORKLOADS.join(", ")} (all)
  --alternations N   turns of each (9)
  --seconds N        length of a turn (2)
`;

const TEXTS = ["most", "workload", "alternations", "seconds"] as const;

/** Reads the command line of the task; throws a `UsageError` for one that makes no sense. */
export function readGuardOptions(args: readonly string[]): GuardOptions {
  const { texts, rest } = readArguments(args, { switches: [], texts: TEXTS });
  const [before, after, stranger] = rest;
  if (before === undefined) throw new UsageError(`no revision is named\n\n${USAGE}`);
  if (stranger !== undefined) throw new UsageError(`unknown argument ${stranger}\n\n${USAGE}`);
  return {
    before,
    after,
    workloads: readNames("workload", texts.workload, WORKLOADS),
    most: readRatio(texts.most),
    alternations: readCount("alternations", texts.alternations, 9),
    seconds: readCount("seconds", texts.seconds, 2),
  };
}

function readRatio(text: string = "1.10"): number {
  const ratio = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(ratio > 0)) throw new UsageError("--most needs a ratio, such as 1.10");
  return ratio;
}
