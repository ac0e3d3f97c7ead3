import type { Coverage } from "./coverage.ts";
import { type Find, Fuzzer, type Progress } from "./fuzzer.ts";
import { lawOf } from "./law.ts";
import { minimise } from "./minimiser.ts";
import type { Budget } from "./options.ts";
import { findSection, progressLine } from "./report.ts";
import type { Target } from "./target.ts";

/** Milliseconds between two lines on the progress. */
const INTERVAL = 10_000;

/** What came of one target. */
export interface Outcome extends Progress {
  /** Which one. */
  readonly target: string;
  /** How long it took. */
  readonly milliseconds: number;
  /** What broke a law, minimised, as a section of the wire corpus. */
  readonly find: string | undefined;
}

/** Fuzzes a target until its budget is used or a law is broken; `say` is told how it goes. */
export async function fuzz(
  target: Target,
  seed: number,
  budget: Budget,
  coverage: Coverage | undefined,
  say: (line: string) => void,
): Promise<Outcome> {
  const fuzzer = new Fuzzer(target, seed, coverage);
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const line = () => progressLine(target.name, fuzzer.progress, elapsed());
  let told = 0;
  let found = await fuzzer.trySeeds();
  while (found === undefined && !isUsed(budget, fuzzer.progress.executions, elapsed())) {
    found = await fuzzer.tryBatch(executionsLeft(budget, fuzzer.progress.executions));
    if (elapsed() - told >= INTERVAL) {
      told = elapsed();
      say(line());
    }
  }
  const { progress } = fuzzer;
  const milliseconds = elapsed();
  say(`${line()}, ${found === undefined ? "nothing found" : "FOUND"}`);
  const find = found && await describe(target, found);
  return { target: target.name, ...progress, milliseconds, find };
}

/** Divides a budget evenly. */
export function share(budget: Budget, among: number): Budget {
  if ("minutes" in budget) return { minutes: budget.minutes / among };
  return { executions: Math.max(1, Math.floor(budget.executions / among)) };
}

function isUsed(budget: Budget, executions: number, milliseconds: number): boolean {
  if ("minutes" in budget) return milliseconds >= budget.minutes * 60_000;
  return executions >= budget.executions;
}

function executionsLeft(budget: Budget, executions: number): number | undefined {
  return "minutes" in budget ? undefined : budget.executions - executions;
}

/** Makes a find as short as it can be while it breaks the same law. */
async function describe(target: Target, found: Find): Promise<string> {
  const law = lawOf(found.error);
  const octets = await minimise(
    found.octets,
    async (octets) => await errorOf(target, octets, law) !== undefined,
  );
  const error = await errorOf(target, octets, law) ?? found.error;
  return findSection(target.name, { octets, error }, law);
}

/** What an input throws, if that is the same fault. */
async function errorOf(target: Target, octets: Uint8Array, law: string): Promise<unknown> {
  try {
    await target.run(octets);
  } catch (error) {
    if (lawOf(error) === law) return error;
  }
  return undefined;
}
