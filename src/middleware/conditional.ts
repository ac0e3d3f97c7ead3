/**
 * Conditional requests (RFC 9110 §13) for any handler that knows what its answer would be.
 *
 * @module
 */
import { parseHttpDate } from "./http_date.ts";

export { parseHttpDate };

/** What tells one state of a resource from another. */
export interface Validators {
  /** The entity tag as it is sent, quotes and `W/` included; absent where there is none. */
  readonly etag?: string;
  /** When it was last modified, in milliseconds since the epoch; absent where that is not known. */
  readonly lastModified?: number;
}

/** What a request asks for, as far as conditions go: a `Request`, or as much of one. */
export interface ConditionalRequest {
  /** Its method. */
  readonly method: string;
  /** Its fields. */
  readonly headers: { get(name: string): string | null };
}

/**
 * A member of a list of entity tags (RFC 9110 §8.8.3, §5.6.1), up to its comma. No two runs of white
 * space may meet: a client could have them divided in every way there is.
 */
const TAG_MEMBER = /[ \t]*(?:((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y;

/**
 * Milliseconds for which a date says too little: what changes again within the same second keeps
 * it (RFC 9110 §8.8.2.2).
 */
const DATE_RESOLUTION = 1000;

/**
 * Evaluates the preconditions of a request in their order (RFC 9110 §13.2.2): `undefined` where the
 * method may be performed, else the status to answer with, 304 or 412.
 *
 * `validators` are those of what there is now; `undefined` means that there is nothing yet. Call it
 * behind all other checks, just before the method is performed, and not where the answer would be
 * an error anyway. Dates that are none are ignored; a list of tags that is malformed matches
 * nothing.
 *
 * @example
 * ```ts
 * import { evaluatePreconditions } from "@culvert/http/conditional";
 * import { assertEquals } from "@std/assert";
 *
 * const cached = { headers: { "if-none-match": '"v7"' } };
 * const request = new Request("http://localhost/", cached);
 * assertEquals(evaluatePreconditions(request, { etag: '"v7"' }), 304);
 * assertEquals(evaluatePreconditions(request, { etag: '"v8"' }), undefined);
 *
 * const lost = { method: "PUT", headers: { "if-match": '"v7"' } };
 * assertEquals(evaluatePreconditions(new Request("http://localhost/", lost), { etag: '"v8"' }), 412);
 * ```
 */
export function evaluatePreconditions(
  { method, headers }: ConditionalRequest,
  validators: Validators | undefined,
): 304 | 412 | undefined {
  const reads = method === "GET" || method === "HEAD";
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null) {
    if (!matches(ifMatch, validators, isSameStrongly)) return 412;
  } else if (isModifiedSince(headers.get("if-unmodified-since"), validators) === true) return 412;
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null) {
    if (matches(ifNoneMatch, validators, isSameWeakly)) return reads ? 304 : 412;
  } else if (reads && isModifiedSince(headers.get("if-modified-since"), validators) === false) {
    return 304;
  }
  return undefined;
}

/**
 * Whether a `Range` may be honoured as far as `If-Range` goes (RFC 9110 §13.1.5); `null` where the
 * request has none.
 *
 * Only what tells octet from octet will do: a strong tag, or the very date of the last
 * modification, at least a second ago at `now` (milliseconds since the epoch).
 *
 * @example
 * ```ts
 * import { allowsRange } from "@culvert/http/conditional";
 * import { assert } from "@std/assert";
 *
 * assert(allowsRange(null, {}));
 * assert(allowsRange('"v7"', { etag: '"v7"' }));
 * assert(!allowsRange('W/"v7"', { etag: 'W/"v7"' }));
 * ```
 */
export function allowsRange(
  ifRange: string | null,
  { etag, lastModified }: Validators,
  now: number = Date.now(),
): boolean {
  if (ifRange === null) return true;
  if (/^(?:W\/)?"/.test(ifRange)) return etag !== undefined && isSameStrongly(ifRange, etag);
  if (lastModified === undefined || now - lastModified < DATE_RESOLUTION) return false;
  const date = parseHttpDate(ifRange, now);
  return date !== undefined && date === toSecond(lastModified);
}

/** Whether a list of tags, or `*`, has what there is. */
function matches(
  list: string,
  validators: Validators | undefined,
  isSame: (tag: string, etag: string) => boolean,
): boolean {
  if (validators === undefined) return false;
  if (list.trim() === "*") return true;
  const { etag } = validators;
  return etag !== undefined && parseTags(list).some((tag) => isSame(tag, etag));
}

/** The tags of a list; none where it is malformed. */
function parseTags(list: string): readonly string[] {
  const tags: string[] = [];
  for (TAG_MEMBER.lastIndex = 0; TAG_MEMBER.lastIndex < list.length;) {
    const member = TAG_MEMBER.exec(list);
    if (member === null) return [];
    if (member[1] !== undefined) tags.push(member[1]);
  }
  return tags;
}

/** RFC 9110 §8.8.3.2 */
function isSameStrongly(tag: string, etag: string): boolean {
  return tag === etag && !tag.startsWith("W/");
}

/** RFC 9110 §8.8.3.2 */
function isSameWeakly(tag: string, etag: string): boolean {
  return opaqueTag(tag) === opaqueTag(etag);
}

function opaqueTag(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}

/** Whether it was modified behind a date; `undefined` where the field is to be ignored. */
function isModifiedSince(
  field: string | null,
  validators: Validators | undefined,
): boolean | undefined {
  if (field === null || validators?.lastModified === undefined) return undefined;
  const date = parseHttpDate(field);
  return date === undefined ? undefined : toSecond(validators.lastModified) > date;
}

/** Dates of HTTP know no more than seconds. */
function toSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
