import type { Params } from "../handler.ts";
import type { Pattern } from "./pattern.ts";
import type { Segment } from "./segment.ts";

/** The `segments` of a route without a repeated parameter. */
export const NO_SEGMENTS: readonly string[] = Object.freeze([]);

/** The `params` of a route without parameters. */
export const NO_PARAMS: Params = Object.freeze(Object.create(null));

/** What a path holds for a pattern. */
export interface Captures {
  /** Values by name; a repeated parameter's are joined by `/`. */
  readonly params: Params;
  /** The segments behind the last repeated parameter or wildcard, one by one. */
  readonly segments: readonly string[];
}

/** The captures of every pattern without a parameter. */
const NOTHING: Captures = { params: NO_PARAMS, segments: NO_SEGMENTS };

/**
 * Inherits nothing, so that no name of a parameter means something else.
 *
 * `Object.create(null)` would do the same at seven times the cost.
 */
const ParamsObject = function () {} as unknown as new () => Record<string, string>;
ParamsObject.prototype = Object.freeze(Object.create(null));

/** Reads what a path holds for one expansion of a pattern, which must match it. */
export class CaptureReader {
  readonly #named: readonly (readonly [index: number, segment: Segment])[];
  readonly #startsIn: (path: readonly string[]) => readonly number[];

  /** Prepares to read; what can be known without a path is found out here. */
  constructor(pattern: Pattern) {
    this.#named = [...pattern.entries()].filter(([, segment]) => segment.names.length > 0);
    this.#startsIn = startsFinder(pattern);
  }

  /** Reads the decoded segments of a path; the first of them is what precedes the first slash. */
  read(path: readonly string[]): Captures {
    if (this.#named.length === 0) return NOTHING;
    const params = new ParamsObject();
    let segments = NO_SEGMENTS;
    const starts = this.#startsIn(path);
    for (const [index, segment] of this.#named) {
      if (segment.repeated) {
        segments = path.slice(starts[index], starts[index + 1]);
        params[segment.names[0]] = segments.join("/");
      } else {
        segment.capture(path[starts[index]], params);
      }
    }
    return { params, segments };
  }
}

/** How to find where in a path each segment of a pattern starts; behind the last, the path's end. */
function startsFinder(pattern: Pattern): (path: readonly string[]) => readonly number[] {
  const first = pattern.findIndex((segment) => segment.repeated);
  const fromLeft = [...pattern.keys(), pattern.length].map((index) => index + 1);
  if (first === -1) return () => fromLeft;
  if (first !== pattern.findLastIndex((segment) => segment.repeated)) {
    return (path) => startsOf(pattern, path);
  }
  return (path) => {
    const more = path.length - 1 - pattern.length;
    return fromLeft.map((start, index) => index > first ? start + more : start);
  };
}

/**
 * Where in `path` each segment of a pattern with several repeated ones starts.
 *
 * Of the repeated segments each takes as much as it can, the earlier before the later.
 */
function startsOf(pattern: Pattern, path: readonly string[]): number[] {
  const ends = endsByStart(pattern, path);
  const starts = [1];
  for (const byStart of ends) starts.push(byStart[starts.at(-1)!]);
  return starts;
}

/**
 * For each segment of a pattern: where it should end, by where it starts; 0 where it cannot start.
 *
 * Each is found from its right-hand neighbour, so that the cost is one look at each segment of the
 * path for each of the pattern.
 */
function endsByStart(pattern: Pattern, path: readonly string[]): number[][] {
  let fits = path.map(() => false).concat(true);
  const ends: number[][] = [];
  for (const segment of [...pattern].reverse()) {
    const own = new Array<number>(path.length + 1).fill(0);
    for (let start = path.length - 1; start > 0; start--) {
      if (!segment.matches(path[start])) continue;
      if (segment.repeated) own[start] = own[start + 1];
      if (own[start] === 0 && fits[start + 1]) own[start] = start + 1;
    }
    fits = own.map((end) => end > 0);
    ends.unshift(own);
  }
  return ends;
}
