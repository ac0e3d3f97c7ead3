/**
 * In place of what was looked for: why a key is no route.
 *
 * @internal
 */
export interface Fault<Why extends string> {
  /** The reason, in words. */
  readonly cannotAddRoute: Why;
}

/**
 * The parameters that a key names, or why it is no key.
 *
 * @internal
 */
export type ReadKey<Key extends string> = PatternOf<Key> extends infer Pattern
  ? Pattern extends string ? Flat<Scan<Pattern>> : Pattern
  : never;

type Flat<Found> = Found extends Fault<string> ? Found : { [Name in keyof Found]: Found[Name] };

type PatternOf<Key extends string> = Key extends `/${string}` ? Key
  : Key extends `${infer Method} ${infer Pattern}`
    ? Pattern extends `/${string}` ? IsMethod<Method> extends true ? Pattern
      : Fault<"a method is written in upper case, such as GET">
    : Fault<"a pattern starts with a slash">
  : Fault<"a key is METHOD /pattern, or /pattern for any method">;

type IsMethod<Method extends string> = Method extends
  "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" ? true
  : IsUpperCaseToken<Method>;

type IsUpperCaseToken<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends MethodCharacter ? Rest extends "" ? true : IsUpperCaseToken<Rest>
  : false
  : false;

/**
 * The parameters of a pattern, or why it is no pattern.
 *
 * Reads it from left to right; `Before` is the character before, `Found` the parameters so far.
 */
type Scan<Pattern extends string, Found = unknown, Before extends string = ""> = Pattern extends
  `${infer First}${infer Rest}`
  ? First extends keyof Misused ? First extends "*" ? ScanWildcard<Rest, Found, Before>
    : First extends ":" ? ScanName<Rest, "", Found, Before>
    : Fault<Misused[First]>
  : Scan<Rest, Found, First>
  : unknown extends Found ? Record<never, never>
  : Found;

/** What literal text may not hold. */
interface Misused {
  ":": "a colon starts a parameter, whose name is [A-Za-z_][A-Za-z0-9_]*; a literal one is %3A";
  "{": "braces are not part of the pattern syntax; a literal one is %7B";
  "}": "braces are not part of the pattern syntax; a literal one is %7D";
  "(": "a group needs a name, as in :name(…); a literal parenthesis is %28";
  ")": "a parenthesis closes nothing; a literal one is %29";
  "\\": "a backslash is not part of the pattern syntax; percent-encode the character behind it";
  "?": "? goes behind a parameter that is a whole segment; a literal one is %3F";
  "+": "+ goes behind a parameter that is a whole segment; a literal one is %2B";
  "*": "* goes behind a parameter that is a whole segment, or is the last segment itself";
}

type ScanWildcard<Rest extends string, Found, Before extends string> = Before extends "/"
  ? Rest extends "" ? Found & { "0": string } : Fault<Misused["*"]>
  : Fault<Misused["*"]>;

type ScanName<Rest extends string, Name extends string, Found, Before extends string> = Rest extends
  `${infer First}${infer More}`
  ? First extends NameCharacter<Name> ? ScanName<More, `${Name}${First}`, Found, Before>
  : ScanConstraint<Rest, Name, Found, Before>
  : ScanConstraint<Rest, Name, Found, Before>;

type ScanConstraint<Rest extends string, Name extends string, Found, Before extends string> =
  Name extends "" ? Fault<Misused[":"]>
    : Name extends keyof Found ? Fault<`the name ${Name} is repeated; give each parameter its own`>
    : Rest extends `(${infer Source}` ? ScanModifier<BehindGroup<Source, []>, Name, Found, Before>
    : ScanModifier<Rest, Name, Found, Before>;

/** What is behind the parenthesis that closes a group; `Depth` has an element for each in it. */
type BehindGroup<Source extends string, Depth extends unknown[]> = Source extends
  `${infer First}${infer Rest}`
  ? First extends "\\" ? Rest extends `${string}${infer Escaped}` ? BehindGroup<Escaped, Depth>
    : Fault<"a parenthesis is not closed">
  : First extends "(" ? BehindGroup<Rest, [...Depth, 0]>
  : First extends ")" ? Depth extends [unknown, ...infer Outer] ? BehindGroup<Rest, Outer> : Rest
  : BehindGroup<Rest, Depth>
  : Fault<"a parenthesis is not closed">;

type ScanModifier<Rest, Name extends string, Found, Before extends string> = Rest extends
  Fault<string> ? Rest
  : Rest extends `${infer Modifier extends "?" | "+" | "*"}${infer More}`
    ? IsWhole<Before, More> extends true
      ? Scan<More, Found & (Modifier extends "+" ? Always<Name> : Sometimes<Name>), Modifier>
    : Fault<Misused[Modifier]>
  : Rest extends string ? Scan<Rest, Found & Always<Name>, ":">
  : never;

type IsWhole<Before extends string, Behind extends string> = Before extends "/"
  ? Behind extends "" | `/${string}` ? true : false
  : false;

type Always<Name extends string> = { [Key in Name]: string };

type Sometimes<Name extends string> = { [Key in Name]?: string };

type NameCharacter<Name extends string> = Name extends "" ? Letter | Uppercase<Letter> | "_"
  : Letter | Uppercase<Letter> | Digit | "_";

type MethodCharacter =
  | Uppercase<Letter>
  | Digit
  | ("-" | "!" | "#" | "$" | "%" | "&" | "'" | "*" | "+" | "." | "^" | "_" | "`" | "|" | "~");

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

type Letter =
  | ("a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m")
  | ("n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z");

/**
 * The path under a prefix; a table's root is what the prefix names.
 *
 * @internal
 */
export type Joined<Prefix extends string, Rest extends string> = Rest extends "" ? Prefix
  : `${Prefix}/${Rest}`;
