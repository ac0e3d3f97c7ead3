/** Checks of options: each is checked once, when its middleware is made. */

/**
 * Checks that an options object has no names but these.
 *
 * @throws {TypeError} when it is no object, or has a name that is not among them.
 */
export function checkNames(action: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot ${action}: the options are no object`);
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    throw new TypeError(`Cannot ${action}: there is no option ${JSON.stringify(name)}`);
  }
}

/**
 * Gives a number that is an integer between two others, both included.
 *
 * @throws {TypeError} when it is no number.
 * @throws {RangeError} when it is another number.
 */
export function checkInteger(
  action: string,
  name: string,
  value: unknown,
  [least, most]: readonly [least: number, most: number] = [0, Number.MAX_SAFE_INTEGER],
): number {
  if (typeof value !== "number") {
    throw new TypeError(`Cannot ${action}: ${name} must be a number, not a ${typeof value}`);
  }
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least}–${most}`;
  throw new RangeError(`Cannot ${action}: ${name} must be ${range}, not ${value}`);
}

/**
 * Gives a value of the kind that `typeof` names.
 *
 * @throws {TypeError} when it is of another kind.
 */
export function checkKind<T>(action: string, name: string, value: T, kind: string): T {
  const found: string = typeof value;
  if (found === kind) return value;
  throw new TypeError(`Cannot ${action}: ${name} must be a ${kind}, not ${describeKind(value)}`);
}

/** Whether a text is a token, as field names and methods are (RFC 9110 §5.6.2). */
export function isToken(text: unknown): text is string {
  return typeof text === "string" && /^[!#$%&'*+\-.^_`|~\w]+$/.test(text);
}

/**
 * Gives a list of tokens.
 *
 * @throws {TypeError} when it is no list, or holds something else.
 */
export function checkTokens(action: string, name: string, list: unknown): readonly string[] {
  if (!Array.isArray(list)) {
    throw new TypeError(`Cannot ${action}: ${name} must be a list, not ${describeKind(list)}`);
  }
  const wrong = list.find((item) => !isToken(item));
  if (wrong === undefined) return [...list];
  throw new TypeError(`Cannot ${action}: ${JSON.stringify(wrong)} of ${name} is no token`);
}

function describeKind(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
