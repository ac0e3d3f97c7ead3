/**
 * The plainest router: it tries every expansion of every pattern, the most specific first.
 *
 * Shares no code with `src/routing/`; it reads only patterns that are well-formed, and does not
 * care about time.
 */
export class LinearMatcher {
  readonly #candidates: readonly Candidate[];

  constructor(keys: readonly string[]) {
    this.#candidates = keys
      .flatMap((key) => expansions(key.slice(key.indexOf("/"))).map((parts) => ({ key, parts })))
      .sort((a, b) => comparePatterns(a.parts, b.parts) || compareKeys(a.key, b.key));
  }

  /** The key that answers, and the values by name. */
  match(method: string, path: readonly string[]): Match | undefined {
    for (const { key, parts } of this.#candidates) {
      const params = takes(parts, path) ? capture(parts, path) : undefined;
      if (params !== undefined && hasMethod(key, method)) return { key, params };
    }
    return undefined;
  }

  /** Methods of the keys that match, whatever the method. */
  methods(path: readonly string[]): Set<string> {
    const keys = this.#candidates.filter(({ parts }) => takes(parts, path)).map(({ key }) => key);
    return new Set(keys.map((key) => key.slice(0, key.indexOf("/")).trim()));
  }
}

/** What answers, and with which values. */
export interface Match {
  readonly key: string;
  readonly params: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly key: string;
  readonly parts: readonly string[];
}

const PARAMETER = /:(\w+)(?:\(((?:\\.|[^()\\])*)\))?/g;

function hasMethod(key: string, method: string): boolean {
  const own = key.slice(0, key.indexOf("/")).trim();
  return own === "" || own === method || (own === "GET" && method === "HEAD");
}

/** `HEAD` before `GET` before any: only these can answer the same request. */
function compareKeys(a: string, b: string): number {
  return rank(a) - rank(b);

  function rank(key: string): number {
    return key.startsWith("/") ? 2 : key.startsWith("HEAD ") ? 0 : 1;
  }
}

/** The parts of a pattern, without the optional ones and with them; `+` says repeated. */
function expansions(pattern: string): string[][] {
  let lists: string[][] = [[]];
  for (const part of pattern.split("/").slice(1)) {
    const modifier = part.startsWith(":") ? part.match(/[?*+]$/)?.[0] : undefined;
    const present = modifier === "?" ? part.slice(0, -1) : part.replace(/^(:.*)\*$/, "$1+");
    const longer = lists.map((list) => [...list, present]);
    lists = modifier === "?" || modifier === "*" ? merge(longer, lists) : longer;
  }
  return lists.filter((list) => list.length > 0);

  // Those with the earlier parts first.
  function merge(longer: string[][], shorter: string[][]): string[][] {
    return longer.flatMap((list, index) => [list, shorter[index]]);
  }
}

function comparePatterns(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = compareParts(a[i], b[i]);
    if (difference !== 0) return difference;
  }
  return b.length - a.length;
}

function compareParts(a: string, b: string): number {
  const [first, second] = [criteria(a), criteria(b)];
  for (let i = 0; i < first.length; i++) {
    if (first[i] < second[i]) return -1;
    if (first[i] > second[i]) return 1;
  }
  return 0;
}

/** What orders a part, the most important first; less is more specific. */
function criteria(part: string): (number | string)[] {
  const literal = part.replaceAll(PARAMETER, "").replace(/^\+$/, "");
  const constraints = [...part.matchAll(PARAMETER)].map((found) => found[2] ?? "").join("");
  const shape = part.replaceAll(/:\w+/g, ":");
  return [kindOf(part, constraints), -literal.length, -constraints.length, shape];
}

function kindOf(part: string, constraints: string): number {
  if (part === "*") return 4;
  if (!part.includes(":")) return 0;
  if (part.replace(PARAMETER, "").replace(/^\+$/, "") !== "") return 1;
  return constraints === "" ? 3 : 2;
}

function takes(parts: readonly string[], path: readonly string[]): boolean {
  return capture(parts, path) !== undefined;
}

/** The values of the parts, the earlier taking as much as they can; `undefined` without a match. */
function capture(
  parts: readonly string[],
  path: readonly string[],
): Record<string, string> | undefined {
  if (parts.length === 0) return path.length === 0 ? {} : undefined;
  const [part, ...rest] = parts;
  const most = part === "*" || part.endsWith("+") ? path.length : Math.min(1, path.length);
  for (let count = most; count > 0; count--) {
    const own = captureOne(part, path.slice(0, count));
    const others = own && capture(rest, path.slice(count));
    if (others) return { ...own, ...others };
  }
  return undefined;
}

function captureOne(
  part: string,
  segments: readonly string[],
): Record<string, string> | undefined {
  if (part === "*") return { 0: segments.join("/") };
  const repeated = part.startsWith(":") && part.endsWith("+");
  const single = repeated ? part.slice(0, -1) : part;
  const source = single.split(PARAMETER).map((piece, index) => {
    if (index % 3 === 0) return piece.replaceAll(/[.]/g, "\\.");
    return index % 3 === 1 ? "" : `(${piece ?? "[^]+?"})`;
  }).join("");
  const matches = segments.map((segment) => new RegExp(`^${source}$`, "u").exec(segment));
  if (matches.includes(null)) return undefined;
  const names = [...single.matchAll(PARAMETER)].map((found) => found[1]);
  if (repeated) return { [names[0]]: segments.join("/") };
  return Object.fromEntries(names.map((name, index) => [name, matches[0]![index + 1]]));
}
