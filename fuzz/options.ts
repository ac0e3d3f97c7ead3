import { parseArgs } from "../src/std/parse_args.ts";

/** When to stop: after so many minutes, or so many executions, of all targets together. */
export type Budget = { readonly minutes: number } | { readonly executions: number };

/** What a run may be told. */
export interface FuzzOptions {
  /** When to stop. */
  readonly budget: Budget;
  /** Names of the targets. */
  readonly targets: readonly string[];
  /** Decides every input; the same seed and number of executions try the same ones. */
  readonly seed: number;
}

/** Minutes where nothing else is said. */
const USUAL_MINUTES = 5;

/** Says how to run the fuzzer. */
export const USAGE = `Usage: deno task fuzz [flags]

Tries changed messages on the parsers, the route table, the facade and a whole server in memory,
guided by the code that they reach; stops at what breaks a law.

  --minutes <n>      how long, all targets together (${USUAL_MINUTES})
  --executions <n>   how many inputs instead, all targets together
  --target <name>    only this one; may be a list with commas
  --seed <n>         decides every input (a new one each time)
  --help             print this
`;

/**
 * Reads a command line; `undefined` where it asks for help.
 *
 * @throws {TypeError} when an argument or a target is not known.
 * @throws {RangeError} when a number is none, or out of bounds.
 */
export function readOptions(
  args: readonly string[],
  names: readonly string[],
): FuzzOptions | undefined {
  const strangers: string[] = [];
  const flags = parseArgs([...args], {
    boolean: ["help"],
    string: ["minutes", "executions", "target", "seed"],
    unknown(argument) {
      strangers.push(argument);
      return false;
    },
  });
  if (flags.help) return undefined;
  const [stranger] = [...strangers, ...flags._];
  if (stranger !== undefined) throw new TypeError(`Cannot fuzz: unknown argument ${stranger}`);
  return {
    budget: readBudget(flags.minutes, flags.executions),
    targets: readTargets(flags.target, names),
    seed: flags.seed === undefined ? newSeed() : readWhole("seed", flags.seed, 0, 2 ** 32 - 1),
  };
}

function readBudget(minutes: string | undefined, executions: string | undefined): Budget {
  if (minutes !== undefined && executions !== undefined) {
    throw new TypeError("Cannot fuzz: --minutes and --executions exclude each other");
  }
  if (executions !== undefined) {
    return { executions: readWhole("executions", executions, 1, 1e12) };
  }
  return {
    minutes: minutes === undefined ? USUAL_MINUTES : readNumber("minutes", minutes, 0.01, 1e4),
  };
}

function readTargets(list: string | undefined, names: readonly string[]): readonly string[] {
  if (list === undefined) return names;
  const targets = list.split(",");
  const stranger = targets.find((name) => !names.includes(name));
  if (stranger === undefined) return targets;
  throw new TypeError(`Cannot fuzz "${stranger}": the targets are ${names.join(", ")}`);
}

function readWhole(flag: string, text: string, least: number, most: number): number {
  return readNumber(flag, text.includes(".") ? "" : text, least, most);
}

function readNumber(flag: string, text: string, least: number, most: number): number {
  const number = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new RangeError(`Cannot fuzz: --${flag} needs a number from ${least} to ${most}`);
}

function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
