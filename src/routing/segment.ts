/** What a segment of a pattern is, the most specific first. */
export const SEGMENT_KINDS = ["literal", "mixed", "constrained", "parameter", "wildcard"] as const;

/** What a segment of a pattern is. */
export type SegmentKind = (typeof SEGMENT_KINDS)[number];

/** A parameter as a pattern writes it: `:name` or `:name(constraint)`. */
export interface Parameter {
  /** What the value is called in `params`. */
  readonly name: string;
  /** Source of the regular expression that a value must match as a whole. */
  readonly constraint: string | undefined;
}

/** How often a parameter may occur: once, at most once, at least once, or any number of times. */
export type Modifier = "" | "?" | "+" | "*";

/** One segment of a pattern, ready to be matched with decoded segments of a path. */
export interface Segment {
  /** What it is. */
  readonly kind: SegmentKind;
  /** What tells it from others of its kind: its literal text, its constraint or its shape. */
  readonly text: string;
  /** Code units of literal text. */
  readonly literalLength: number;
  /** Code units of the sources of its constraints. */
  readonly constraintLength: number;
  /** Whether it may take more than one segment of the path. */
  readonly repeated: boolean;
  /** Whether the path may go without it. */
  readonly optional: boolean;
  /** What its values are called, from left to right. */
  readonly names: readonly string[];
  /** Whether it may take this decoded segment. */
  matches(text: string): boolean;
  /** Writes its values in a decoded segment that it matches, by name. */
  capture(text: string, params: Record<string, string>): void;
}

/** The final `*`: whatever is left of the path, empty segments too; `params["0"]`. */
export const WILDCARD: Segment = {
  kind: "wildcard",
  text: "",
  literalLength: 0,
  constraintLength: 0,
  repeated: true,
  optional: false,
  names: ["0"],
  matches: () => true,
  capture: captureNothing,
};

/** Makes the segment that is always the same, `text` being decoded. */
export function literalSegment(text: string): Segment {
  return {
    kind: "literal",
    text,
    literalLength: text.length,
    constraintLength: 0,
    repeated: false,
    optional: false,
    names: [],
    matches: (other) => other === text,
    capture: captureNothing,
  };
}

/** Makes the segment that is one parameter; without a constraint it takes all but the empty text. */
export function parameterSegment(parameter: Parameter, modifier: Modifier): Segment {
  const { name, constraint } = parameter;
  return {
    kind: constraint === undefined ? "parameter" : "constrained",
    text: constraint ?? "",
    literalLength: 0,
    constraintLength: constraint?.length ?? 0,
    repeated: modifier === "+" || modifier === "*",
    optional: modifier === "?" || modifier === "*",
    names: [name],
    matches: constraint === undefined ? isNotEmpty : testOf(wholeOf(constraint)),
    capture: (text, params) => void (params[name] = text),
  };
}

/** Makes a segment of literal text and parameters, such as `:name.json` or `:from-:to`. */
export function mixedSegment(pieces: readonly (string | Parameter)[]): Segment {
  const literals = pieces.filter((piece) => typeof piece === "string");
  const parameters = pieces.filter((piece) => typeof piece !== "string");
  const names = parameters.map(({ name }) => name);
  const whole = wholeOf(pieces.map(pieceSource).join(""));
  return {
    kind: "mixed",
    text: pieces.map(pieceShape).join(""),
    literalLength: literals.join("").length,
    constraintLength: parameters.map(({ constraint }) => constraint ?? "").join("").length,
    repeated: false,
    optional: false,
    names,
    matches: testOf(whole),
    capture: (text, params) => {
      const values = whole.exec(text)!;
      for (let i = 0; i < names.length; i++) params[names[i]] = values[i + 1];
    },
  };
}

/** What is repeated is captured as a whole, what is literal not at all. */
function captureNothing(): void {}

function isNotEmpty(text: string): boolean {
  return text !== "";
}

function testOf(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

/** The flag is the one that `URLPattern` compiles with. */
function wholeOf(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, "u");
}

/** Percent-encoding keeps a literal from being read as a parameter or constraint. */
function pieceShape(piece: string | Parameter): string {
  if (typeof piece === "string") return encodeURIComponent(piece);
  return piece.constraint === undefined ? ":" : `:<${encodeURIComponent(piece.constraint)}>`;
}

function pieceSource(
  piece: string | Parameter,
  index: number,
  pieces: readonly (string | Parameter)[],
): string {
  if (typeof piece === "string") return escaped(piece);
  if (piece.constraint !== undefined) return `(${piece.constraint})`;
  return `(${freeSource(pieces[index + 1], pieces[index + 2])})`;
}

/**
 * A parameter ends as early as it can, which `[^]+?` says at the cost of trying every end.
 *
 * The first end will do where a free parameter comes next, since that takes whatever is left over;
 * and the last parameter has one end only. So nothing is tried twice.
 */
function freeSource(next?: string | Parameter, second?: string | Parameter): string {
  if (next === undefined || (typeof next === "string" && second === undefined)) return "[^]+";
  if (typeof next !== "string") return isFree(next) ? "[^]" : "[^]+?";
  return isFree(second) ? `[^](?:(?!${escaped(next)})[^])*` : "[^]+?";
}

function isFree(piece?: string | Parameter): boolean {
  return typeof piece === "object" && piece.constraint === undefined;
}

/** Node has `RegExp.escape` from 24 on only. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
