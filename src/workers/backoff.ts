/** Milliseconds before the first worker that died is replaced. */
const FIRST_DELAY = 100;

/** Milliseconds that nobody waits longer than. */
const LONGEST_DELAY = 10_000;

/** Milliseconds of service after which a death is not taken for one more of the same kind. */
export const STEADY = 10_000;

/** How long to wait before another worker starts, in milliseconds; `deaths` in a row, 1 or more. */
export function delayAfter(deaths: number): number {
  return Math.min(FIRST_DELAY * 2 ** (deaths - 1), LONGEST_DELAY);
}

/** Deaths in a row, with one more that came after so many milliseconds of service. */
export function countDeath(deaths: number, served: number): number {
  return served >= STEADY ? 1 : deaths + 1;
}
