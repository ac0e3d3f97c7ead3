import { readArguments, readCount, readNames, UsageError } from "../load/options.ts";

/** What one run does. */
export interface Options {
  /** The only part that is measured; all where absent. */
  readonly part: string | undefined;
  /** Whether a contestant takes part; those that others are compared with always do. */
  readonly includes: (contestant: string) => boolean;
  /** How often everyone takes a turn. */
  readonly alternations: number;
  /** How long a turn lasts, in seconds. */
  readonly seconds: number;
}

const PARTS = ["deno", "batteries", "node"];

const USAGE = `Usage: deno task bench:server [flags] [${PARTS.join(" | ")}]

  --only NAME,…       contestants beside those that they are compared with, such as metrics,
                      or "all batteries" (all)
  --alternations N    turns of each contestant (5)
  --seconds N         length of a turn (3)
`;

/** Reads the command line; throws a `UsageError` for one that makes no sense. */
export function readOptions(args: readonly string[], contestants: readonly string[]): Options {
  const texts = ["only", "alternations", "seconds"] as const;
  const { texts: given, rest } = readArguments(args, { switches: [], texts });
  const [part] = rest;
  if (rest.length > 1 || (part !== undefined && !PARTS.includes(part))) {
    throw new UsageError(`unknown argument ${rest[rest.length - 1]}\n\n${USAGE}`);
  }
  const only = readNames("only", given.only, contestants.map(shortName));
  return {
    part,
    includes: (contestant) => only.includes(shortName(contestant)),
    alternations: readCount("alternations", given.alternations, 5),
    seconds: readCount("seconds", given.seconds, 3),
  };
}

/** A contestant's name without that of the server, which would have a comma behind it. */
function shortName(contestant: string): string {
  return contestant.replace(/^Culvert, /, "");
}
