import { DEFAULT_LIMITS, type Limits, type MinRate } from "../protocol/limits.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "./timeouts.ts";

/** Limits as they are given: those left out have their defaults. */
export type LimitOptions = Partial<Omit<Limits, "minRate">> & {
  /** The least rate; what is left out has its default. */
  readonly minRate?: Partial<MinRate>;
};

/** Limits that may be unlimited; all others bound memory, and must be finite. */
const MAY_BE_INFINITE: ReadonlySet<string> = new Set([
  "content",
  "drain",
  "connections",
  "connectionsPerAddress",
  "requestsPerConnection",
  "queue",
  "eventLoopDelay",
]);

/**
 * Checks limits, and adds the defaults.
 *
 * @throws {TypeError} when a limit is not known.
 * @throws {RangeError} when a limit is no number of 0 or more.
 */
export function resolveLimits(options: LimitOptions = {}): Limits {
  const { minRate, ...sizes } = options;
  for (const [name, value] of given(sizes)) {
    checkName(`limits.${name}`, name, DEFAULT_LIMITS);
    checkSize(`limits.${name}`, value, MAY_BE_INFINITE.has(name));
  }
  for (const [name, value] of given(minRate ?? {})) {
    checkName(`limits.minRate.${name}`, name, DEFAULT_LIMITS.minRate);
    checkSize(`limits.minRate.${name}`, value, false);
  }
  return Object.freeze({
    ...DEFAULT_LIMITS,
    ...Object.fromEntries(given(sizes)),
    minRate: Object.freeze({
      ...DEFAULT_LIMITS.minRate,
      ...Object.fromEntries(given(minRate ?? {})),
    }),
  });
}

/**
 * Checks timeouts, and adds the defaults.
 *
 * @throws {TypeError} when a timeout is not known.
 * @throws {RangeError} when a timeout is no number of 0 or more.
 */
export function resolveTimeouts(options: Partial<Timeouts> = {}): Timeouts {
  for (const [name, value] of given(options)) {
    checkName(`timeouts.${name}`, name, DEFAULT_TIMEOUTS);
    checkTime(`timeouts.${name}`, value);
  }
  return Object.freeze({ ...DEFAULT_TIMEOUTS, ...Object.fromEntries(given(options)) });
}

/**
 * Checks a time in milliseconds.
 *
 * @throws {RangeError} when it is no number of 0 or more.
 */
export function checkTime(name: string, value: unknown): void {
  if (typeof value !== "number" || !(value >= 0)) {
    throw new RangeError(
      `Cannot set ${name} to ${String(value)}: it must be a number of milliseconds, 0 or more`,
    );
  }
}

/** The entries of an object, those left undefined left out. */
function given(options: object): [string, unknown][] {
  return Object.entries(options).filter(([, value]) => value !== undefined);
}

function checkName(path: string, name: string, known: object): void {
  if (Object.hasOwn(known, name)) return;
  throw new TypeError(`Cannot set ${path}: there are ${Object.keys(known).join(", ")}`);
}

function checkSize(name: string, value: unknown, mayBeInfinite: boolean): void {
  if (mayBeInfinite && value === Infinity) return;
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new RangeError(
      `Cannot set ${name} to ${String(value)}: it must be a whole number, 0 or more`,
    );
  }
}
