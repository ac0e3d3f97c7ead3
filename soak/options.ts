import { parseArgs } from "../src/std/parse_args.ts";

/** What a soak may be told. */
export interface SoakOptions {
  /** How long the traffic goes on. */
  readonly minutes: number;
  /** Decides every conversation. */
  readonly seed: number;
  /** Good clients at a time. */
  readonly clients: number;
  /** Hostile clients at a time. */
  readonly hostile: number;
  /** Seconds between two observations. */
  readonly interval: number;
  /** Milliseconds after which the server ends what stands still. */
  readonly deadline: number;
  /** Where the chart goes. */
  readonly svg: string;
  /** Where the figures go. */
  readonly json: string;
}

/** Says how to run a soak. */
export const USAGE = `Usage: deno task soak [flags]

Serves the showcase in a process of its own, sends it good and hostile traffic, checks every
answer, and watches its memory, sockets, timers and event loop.

  --minutes <n>    how long the traffic goes on (20)
  --seed <n>       decides every conversation (9112)
  --clients <n>    good clients at a time (16)
  --hostile <n>    hostile clients at a time (12)
  --interval <s>   seconds between two observations (5)
  --deadline <ms>  milliseconds after which the server ends what stands still (3000)
  --svg <path>     where the chart goes (soak/report/memory.svg)
  --json <path>    where the figures go (soak/report/soak.json)
  --help           print this
`;

const NUMBERS = {
  minutes: { least: 0.01, most: 1_440, usual: 20 },
  seed: { least: 0, most: 2 ** 31, usual: 9112 },
  clients: { least: 0, most: 1_000, usual: 16 },
  hostile: { least: 0, most: 1_000, usual: 12 },
  interval: { least: 0.1, most: 600, usual: 5 },
  deadline: { least: 100, most: 60_000, usual: 3_000 },
} as const;

type NumberName = keyof typeof NUMBERS;

/**
 * Reads a command line; `undefined` where it asks for help.
 *
 * @throws {TypeError} when an argument is not known.
 * @throws {RangeError} when a number is none, or out of bounds.
 */
export function readOptions(args: readonly string[]): SoakOptions | undefined {
  const strangers: string[] = [];
  const flags = parseArgs([...args], {
    boolean: ["help"],
    string: ["minutes", "seed", "clients", "hostile", "interval", "deadline", "svg", "json"],
    unknown(argument) {
      strangers.push(argument);
      return false;
    },
  });
  if (flags.help) return undefined;
  if (strangers.length > 0) throw new TypeError(`Cannot soak: unknown argument ${strangers[0]}`);
  const number = (name: NumberName) => readNumber(name, flags[name]);
  return {
    minutes: number("minutes"),
    seed: Math.trunc(number("seed")),
    clients: Math.trunc(number("clients")),
    hostile: Math.trunc(number("hostile")),
    interval: number("interval"),
    deadline: number("deadline"),
    svg: flags.svg || "soak/report/memory.svg",
    json: flags.json || "soak/report/soak.json",
  };
}

function readNumber(name: NumberName, text: string | undefined): number {
  const { least, most, usual } = NUMBERS[name];
  if (text === undefined) return usual;
  const number = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new RangeError(`Cannot soak: --${name} needs a number from ${least} to ${most}`);
}
