import { build } from "hdr-histogram-js";
import type { LatencySummary } from "./report.ts";

/** Percentiles of a summary. */
export const PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99];

/** Microseconds; one hour. */
const HIGHEST = 3_600_000_000;

/** Points of the curve for each halving of what is beyond them. */
const STEPS = 4;

/** Latencies to three digits, in constant memory (HdrHistogram). */
export class LatencyHistogram {
  readonly #histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  });
  #min = Infinity;
  #max = 0;

  /** How many were recorded. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /** The longest, in milliseconds. */
  get max(): number {
    return this.#max;
  }

  /** Records so many milliseconds. */
  record(milliseconds: number): void {
    if (milliseconds > this.#max) this.#max = milliseconds;
    if (milliseconds < this.#min) this.#min = milliseconds;
    const microseconds = Math.round(milliseconds * 1_000);
    // Nothing takes no time at all; what is longer than an hour is an hour.
    this.#histogram.recordValue(Math.min(Math.max(microseconds, 1), HIGHEST));
  }

  /** What so many of 100 took at most, in milliseconds. */
  at(percentile: number): number {
    if (this.count === 0) return 0;
    // A bucket's upper end may be beyond all that is in it.
    return Math.min(this.#histogram.getValueAtPercentile(percentile) / 1_000, this.#max);
  }

  /** Takes all that another has recorded. */
  add(other: LatencyHistogram): void {
    if (other.count === 0) return;
    this.#histogram.add(other.#histogram);
    this.#max = Math.max(this.#max, other.#max);
    this.#min = Math.min(this.#min, other.#min);
  }

  /** Forgets everything. */
  reset(): void {
    this.#histogram.reset();
    this.#min = Infinity;
    this.#max = 0;
  }

  /** Sums it up. */
  summarize(): LatencySummary {
    const isEmpty = this.count === 0;
    return {
      min: isEmpty ? 0 : this.#min,
      mean: isEmpty ? 0 : this.#histogram.mean / 1_000,
      stdev: isEmpty ? 0 : this.#histogram.stdDeviation / 1_000,
      max: this.#max,
      percentiles: Object.fromEntries(PERCENTILES.map((share) => [share, this.at(share)])),
      distribution: this.#distribution(),
    };
  }

  /** Percentiles up to the one beyond which there is a single answer. */
  #distribution(): [number, number][] {
    const points: [number, number][] = [];
    if (this.count === 0) return points;
    for (let beyond = 1; beyond * this.count >= 1; beyond /= 2 ** (1 / STEPS)) {
      const percentile = Math.round((1 - beyond) * 1e9) / 1e7;
      points.push([percentile, this.at(percentile)]);
    }
    points.push([100, this.#max]);
    return points;
  }
}
