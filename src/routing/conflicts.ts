import { type Segment, SEGMENT_KINDS } from "./segment.ts";
import { routeError } from "./pattern.ts";

/**
 * Orders two segments that stand in one place, the more specific first; 0 for the same shape.
 *
 * Literal before mixed, constrained, parameter and wildcard. Within a kind: the longer literal text,
 * the longer constraints, then code units; and what takes one segment before what takes more.
 */
export function compareSegments(a: Segment, b: Segment): number {
  return SEGMENT_KINDS.indexOf(a.kind) - SEGMENT_KINDS.indexOf(b.kind) ||
    b.literalLength - a.literalLength ||
    b.constraintLength - a.constraintLength ||
    compareCodeUnits(a.text, b.text) ||
    Number(a.repeated) - Number(b.repeated);
}

/** The error of two keys that would answer the same requests. */
export function conflictError(key: string, other: string): TypeError {
  return routeError(key, `it has the same shape as "${other}"; keep one of them`);
}

function compareCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
