import { Coverage } from "./coverage.ts";
import type { FuzzOptions } from "./options.ts";
import { fuzz, type Outcome, share } from "./run.ts";
import type { Target } from "./target.ts";

/** Where the results of a run go. */
export interface Reporting {
  /** Which scripts' blocks guide. */
  isWatched(url: string): boolean;
  /** Folder for finds, made when there is one; ends in a slash. */
  readonly finds: URL;
  /** Is told how it goes. */
  say(line: string): void;
}

/** Fuzzes one target behind the other; gives the exit code: 1 where a law is broken, else 0. */
export async function fuzzAll(
  targets: readonly Target[],
  { budget, seed }: Omit<FuzzOptions, "targets">,
  { isWatched, finds, say }: Reporting,
): Promise<number> {
  say(`Seed ${seed}`);
  const outcomes: Outcome[] = [];
  for (const target of targets) {
    // Each has its own: what another has reached may be the way to more.
    const coverage = await Coverage.start(isWatched);
    const outcome = await fuzz(target, seed, share(budget, targets.length), coverage, say);
    if (outcome.find !== undefined) say(keep(outcome, outcome.find, seed, finds));
    outcomes.push(outcome);
  }
  say(summary(outcomes));
  return outcomes.every(({ find }) => find === undefined) ? 0 : 1;
}

function keep({ target, executions }: Outcome, find: string, seed: number, finds: URL): string {
  const file = new URL(`${target}-${seed}-${executions}.md`, finds);
  Deno.mkdirSync(finds, { recursive: true });
  Deno.writeTextFileSync(file, find);
  return `\n${find}\nSaved as ${decodeURIComponent(file.pathname)}\n`;
}

function summary(outcomes: readonly Outcome[]): string {
  const executions = outcomes.reduce((sum, outcome) => sum + outcome.executions, 0);
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.milliseconds, 0) / 1_000;
  const finds = outcomes.filter(({ find }) => find !== undefined).length;
  return `${executions.toLocaleString("en")} executions in ${
    seconds.toFixed(0)
  } s, finds: ${finds}`;
}
