import { markdownTable } from "../load/markdown.ts";
import { median, ratios, type Spread, spread } from "../load/statistics.ts";

/** How a workload compares in two revisions. */
export interface Verdict {
  /** The workload, for a reader. */
  readonly title: string;
  /** Microseconds of CPU per request in the first revision; the median. */
  readonly before: number;
  /** The same in the second. */
  readonly after: number;
  /** The second as a ratio to the first, over the alternations. */
  readonly ratio: Spread;
}

/** Compares two revisions by their turns, which stand in the same order. */
export function judge(
  title: string,
  before: readonly number[],
  after: readonly number[],
): Verdict {
  return {
    title,
    before: median(before),
    after: median(after),
    ratio: spread(ratios(after, before)),
  };
}

/** Whether the second revision is dearer than it may be. */
export function isOver({ ratio }: Verdict, most: number): boolean {
  return ratio.middle > most;
}

/** The verdicts as a table in Markdown. */
export function verdictTable(verdicts: readonly Verdict[], most: number): string {
  const head = ["workload", "before", "after", "ratio", "quartiles", `at most ${most.toFixed(2)}`];
  return markdownTable(
    head,
    verdicts.map((verdict) => {
      const { title, before, after, ratio: { low, middle, high } } = verdict;
      return [
        ...[title, `${before.toFixed(2)} µs`, `${after.toFixed(2)} µs`, middle.toFixed(2)],
        ...[`${low.toFixed(2)}–${high.toFixed(2)}`, isOver(verdict, most) ? "OVER" : "ok"],
      ];
    }),
  );
}
