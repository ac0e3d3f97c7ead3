/** The middle of some values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of all values lies, between two of them in proportion. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("Cannot take a quantile of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

/** What several ratios come to, and how far apart they lie. */
export interface Spread {
  /** The first quartile. */
  readonly low: number;
  /** The median. */
  readonly middle: number;
  /** The third quartile. */
  readonly high: number;
}

/** Quartiles of some values. */
export function spread(values: readonly number[]): Spread {
  return {
    low: quantile(values, 0.25),
    middle: quantile(values, 0.5),
    high: quantile(values, 0.75),
  };
}

/**
 * How values compare with others, pair by pair.
 *
 * Each pair was measured in one alternation, so that both have met the same mood of the machine.
 */
export function ratios(values: readonly number[], others: readonly number[]): readonly number[] {
  if (values.length !== others.length) {
    throw new RangeError(`Cannot compare ${values.length} values with ${others.length}`);
  }
  return values.map((value, index) => value / others[index]);
}
