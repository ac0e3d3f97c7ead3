/** How many requests are admitted in how long a time. */
export interface RateLimitPolicy {
  /**
   * What clients are told it is called: printable ASCII, 1–64 characters.
   *
   * @default {"default"}
   */
  readonly name: string;
  /** Requests that are admitted within any window, 1 or more. */
  readonly limit: number;
  /** Length of the window in milliseconds, 1 or more. */
  readonly window: number;
}

/** A policy as it is given. */
export type RateLimitPolicyOptions = Omit<RateLimitPolicy, "name"> & Partial<RateLimitPolicy>;

/** The longest window: 400 days, in milliseconds; a shared store counts in microseconds. */
const LONGEST_WINDOW = 400 * 86_400_000;

/**
 * Checks policies, and names those that have no name.
 *
 * @throws {TypeError} when there is none, or one is not of the right kind.
 * @throws {RangeError} when a number is out of range, or two have the same name.
 */
export function resolvePolicies(
  policies: readonly RateLimitPolicyOptions[],
): readonly RateLimitPolicy[] {
  if (!Array.isArray(policies) || policies.length === 0) {
    throw new TypeError("Cannot limit by no policy: give limit and window, or policies");
  }
  const resolved = policies.map(resolvePolicy);
  const names = new Set(resolved.map(({ name }) => name));
  if (names.size < resolved.length) {
    throw new RangeError("Cannot limit by two policies of the same name: give each its own");
  }
  return Object.freeze(resolved);
}

/** The longest of the windows, in milliseconds. */
export function longestWindow(policies: readonly RateLimitPolicy[]): number {
  return Math.max(...policies.map(({ window }) => window));
}

/** The most requests that can be within a window. */
export function largestLimit(policies: readonly RateLimitPolicy[]): number {
  return Math.max(...policies.map(({ limit }) => limit));
}

/** A short text that differs where policies differ: it keeps their counts apart in a store. */
export function fingerprint(policies: readonly RateLimitPolicy[]): string {
  return policies.map(({ name, limit, window }) => `${name};${limit};${window}`).join(",");
}

function resolvePolicy(policy: RateLimitPolicyOptions): RateLimitPolicy {
  if (typeof policy !== "object" || policy === null) {
    throw new TypeError(`Cannot limit by ${String(policy)}: a policy has a limit and a window`);
  }
  for (const option of Object.keys(policy)) {
    if (option === "name" || option === "limit" || option === "window") continue;
    throw new TypeError(`Cannot set ${option} of a policy: there are name, limit, window`);
  }
  const { name = "default", limit, window } = policy;
  if (typeof name !== "string") {
    throw new TypeError(`Cannot name a policy ${String(name)}: it must be a string`);
  }
  if (!/^[\x20-\x7e]{1,64}$/.test(name)) {
    throw new RangeError(
      `Cannot name a policy ${JSON.stringify(name)}: it must be 1–64 printable ASCII characters`,
    );
  }
  return Object.freeze({
    name,
    limit: checkWhole("limit", limit, Number.MAX_SAFE_INTEGER),
    window: checkWhole("window", window, LONGEST_WINDOW),
  });
}

/**
 * Checks a whole number of 1 or more.
 *
 * @throws {TypeError} when it is no number.
 * @throws {RangeError} when it is another, or beyond `most`.
 */
export function checkWhole(name: string, value: unknown, most: number): number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot set ${name} to ${String(value)}: it must be a number`);
  }
  if (!Number.isSafeInteger(value) || value < 1 || value > most) {
    throw new RangeError(
      `Cannot set ${name} to ${value}: it must be a whole number, 1 to ${most}`,
    );
  }
  return value;
}

/**
 * Checks that options are known ones.
 *
 * @throws {TypeError} when they are no object, or one of them is not known.
 */
export function checkNames(options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot take ${String(options)} for options: they must be an object`);
  }
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue;
    throw new TypeError(`Cannot set ${option}: there are ${known.join(", ")}`);
  }
}
