import {
  literalSegment,
  mixedSegment,
  type Modifier,
  type Parameter,
  parameterSegment,
  type Segment,
  WILDCARD,
} from "./segment.ts";

/** The segments of a pattern, or of one of its expansions, from left to right. */
export type Pattern = readonly Segment[];

/** Optional parameters in one pattern: each doubles the expansions. */
const MAX_OPTIONAL = 8;

const NAME = /:([A-Za-z_]\w*)/y;
// `URLPattern` reads on where an identifier of JavaScript may go on.
const MORE_OF_A_NAME = /[$\u200c\u200d\p{ID_Continue}]/uy;
const LITERAL = /[^/:*?+(){}\\]+/y;

const MISUSED: Readonly<Record<string, string>> = {
  ":": "a colon starts a parameter, whose name is [A-Za-z_][A-Za-z0-9_]*; a literal one is %3A",
  "{": "braces are not part of the pattern syntax; a literal one is %7B",
  "}": "braces are not part of the pattern syntax; a literal one is %7D",
  "(": "a group needs a name, as in :name(…); a literal parenthesis is %28",
  ")": "a parenthesis closes nothing; a literal one is %29",
  "\\": "a backslash is not part of the pattern syntax; percent-encode the character behind it",
  "?": "? goes behind a parameter that is a whole segment; a literal one is %3F",
  "+": "+ goes behind a parameter that is a whole segment; a literal one is %2B",
  "*": "* goes behind a parameter that is a whole segment, or is the last segment itself",
};

/** The error that a route's key, or what it stands for, brings when the table is built. */
export function routeError(key: string, why: string): TypeError {
  return new TypeError(`Cannot add route "${key}": ${why}`);
}

/**
 * Reads a pattern that starts with `/` to segments.
 *
 * The syntax is a subset of `URLPattern`'s. Literal text may be percent-encoded, which is also how
 * it says a character that has a meaning here.
 *
 * @throws {TypeError} naming `key` when the pattern breaks the syntax.
 */
export function parsePattern(pattern: string, key: string): Pattern {
  const reader = new PatternReader(pattern, key);
  const segments: Segment[] = [];
  while (!reader.done) segments.push(reader.segment());
  checkAsAWhole(segments, key);
  return segments;
}

/**
 * Every way to leave out optional segments, those with the earlier ones present first.
 *
 * The expansion without any segment is not among them: no path is that short.
 */
export function expandPattern(pattern: Pattern): readonly Pattern[] {
  return expand(pattern).filter((expansion) => expansion.length > 0);
}

function expand([first, ...rest]: Pattern): Pattern[] {
  if (first === undefined) return [[]];
  const tails = expand(rest);
  const present = tails.map((tail) => [first, ...tail]);
  return first.optional ? [...present, ...tails] : present;
}

function checkAsAWhole(segments: Pattern, key: string): void {
  if (segments.slice(0, -1).includes(WILDCARD)) throw routeError(key, MISUSED["*"]);
  const optional = segments.filter((segment) => segment.optional).length;
  if (optional > MAX_OPTIONAL) {
    throw routeError(key, `it has ${optional} optional parameters; ${MAX_OPTIONAL} are allowed`);
  }
  const names = segments.flatMap((segment) => segment.names);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw routeError(key, `the name "${repeated}" is repeated; give each parameter its own`);
  }
}

/** One part of a segment: literal text, still encoded, a parameter, or the wildcard. */
type Piece = string | (Parameter & { readonly modifier: Modifier }) | typeof WILDCARD;

/** Reads a pattern from left to right. */
class PatternReader {
  readonly #text: string;
  readonly #key: string;
  #at = 0;

  constructor(text: string, key: string) {
    this.#text = text;
    this.#key = key;
  }

  get done(): boolean {
    return this.#at === this.#text.length;
  }

  /** Reads the slash and the segment behind it. */
  segment(): Segment {
    this.#at++;
    const pieces: Piece[] = [];
    while (!this.done && this.#text[this.#at] !== "/") pieces.push(this.#piece());
    if (pieces.length <= 1) return this.#wholeSegment(pieces[0] ?? "");
    return mixedSegment(pieces.map((piece) => this.#partOfSegment(piece)));
  }

  #piece(): Piece {
    const character = this.#text[this.#at];
    const parameter = this.#take(NAME);
    if (parameter !== undefined) return this.#parameter(parameter.slice(1));
    if (character === "*") {
      this.#at++;
      return WILDCARD;
    }
    const literal = this.#take(LITERAL);
    if (literal === undefined) throw this.#error(MISUSED[character]);
    return literal;
  }

  #parameter(name: string): Piece {
    if (this.#take(MORE_OF_A_NAME) !== undefined) throw this.#error(MISUSED[":"]);
    const constraint = this.#text[this.#at] === "(" ? this.#constraint() : undefined;
    const modifier = this.#take(/[?+*]/y) ?? "";
    return { name, constraint, modifier: modifier as Modifier };
  }

  #constraint(): string {
    const start = this.#at + 1;
    const end = closingParenthesis(this.#text, start);
    if (end === undefined) throw this.#error("a parenthesis is not closed");
    const source = this.#text.slice(start, end);
    const fault = constraintFault(source);
    if (fault !== undefined) throw this.#error(`the constraint (${source}) ${fault}`);
    this.#at = end + 1;
    return source;
  }

  #wholeSegment(piece: Piece): Segment {
    if (typeof piece === "string") return this.#literalSegment(piece);
    return "kind" in piece ? piece : parameterSegment(piece, piece.modifier);
  }

  #literalSegment(encoded: string): Segment {
    const text = this.#decoded(encoded);
    // A URL resolves them, so no request has such a path.
    if (text === "." || text === "..") throw this.#error("no path has a dot segment; leave it out");
    return literalSegment(text);
  }

  #partOfSegment(piece: Piece): string | Parameter {
    if (typeof piece === "string") return this.#decoded(piece);
    const sign = "kind" in piece ? "*" : piece.modifier;
    if (sign !== "") throw this.#error(MISUSED[sign]);
    return piece as Parameter;
  }

  #decoded(encoded: string): string {
    if (/\p{Surrogate}/u.test(encoded)) {
      throw this.#error("it has a lone surrogate, which no path has");
    }
    try {
      return decodeURIComponent(encoded);
    } catch {
      throw this.#error(`"${encoded}" is malformed percent-encoding; a literal % is %25`);
    }
  }

  #take(expected: RegExp): string | undefined {
    expected.lastIndex = this.#at;
    const found = expected.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #error(why: string): TypeError {
    return routeError(this.#key, why);
  }
}

/** The same nesting as `URLPattern`'s: parentheses count everywhere, unless a backslash precedes. */
function closingParenthesis(text: string, start: number): number | undefined {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at;
  }
  return undefined;
}

function constraintFault(source: string): string | undefined {
  if (source === "") return "is empty; leave it out";
  // deno-lint-ignore no-control-regex
  if (/[^\x00-\x7f]/.test(source)) return "is not ASCII; write \\u{…}";
  try {
    new RegExp(source, "u");
    // The empty alternative matches, so the length says how many groups there are.
    const groups = new RegExp(`${source}|`, "u").exec("")!.length - 1;
    return groups > 0 ? "captures; write (?:…) instead of (…)" : undefined;
  } catch (error) {
    return `is not a regular expression: ${(error as Error).message}`;
  }
}
