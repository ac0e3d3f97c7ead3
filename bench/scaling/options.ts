import { readArguments, readCount, readNames, UsageError } from "../load/options.ts";
import { type Curve, CURVES } from "./curves.ts";
import type { Effort } from "./measure.ts";

/** What one run does. */
export interface ScalingOptions extends Effort {
  /** The curves. */
  readonly curves: readonly Curve[];
  /** Whether the memory of idle connections is measured. */
  readonly memory: boolean;
  /** Where figures and charts go; the charts lie beside it. */
  readonly json: string;
  /** Whether docs/performance.md gets them, too. */
  readonly docs: boolean;
}

const MEMORY = "memory";
const NAMES = [...CURVES.map(({ name }) => name), MEMORY];

const USAGE = `Usage: deno task bench:scaling [flags]

  --curve NAME,…    ${NAMES.join(", ")} (all)
  --largest N       leaves out larger sizes
  --alternations N  turns of each server at each size (3)
  --seconds N       length of a turn (2)
  --json PATH       where the figures go (bench/report/scaling.json)
  --docs            writes tables and charts into docs/performance.md
`;

const TEXTS = ["curve", "largest", "alternations", "seconds", "json"] as const;

/** Reads the command line of the task; throws a `UsageError` for one that makes no sense. */
export function readScalingOptions(args: readonly string[]): ScalingOptions {
  const { switches, texts, rest } = readArguments(args, { switches: ["docs"], texts: TEXTS });
  if (rest.length > 0) throw new UsageError(`unknown argument ${rest[0]}\n\n${USAGE}`);
  const names = readNames("curve", texts.curve, NAMES);
  const largest = readCount("largest", texts.largest, Infinity);
  const curves = CURVES.filter(({ name }) => names.includes(name)).map((curve) => ({
    ...curve,
    sizes: curve.sizes.filter((size) => size <= largest),
  }));
  const empty = curves.find(({ sizes }) => sizes.length === 0);
  if (empty !== undefined) throw new UsageError(`--largest leaves nothing of ${empty.name}`);
  return {
    curves,
    memory: names.includes(MEMORY),
    alternations: readCount("alternations", texts.alternations, 3),
    seconds: readCount("seconds", texts.seconds, 2),
    json: texts.json ?? "bench/report/scaling.json",
    docs: switches.docs,
  };
}
