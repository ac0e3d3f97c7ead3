/**
 * Range requests (RFC 9110 §14) for any handler that knows the length of its content.
 *
 * @module
 */

/** A part of a content, in octets from its beginning. */
export interface OctetRange {
  /** Its first octet. */
  readonly start: number;
  /** The octet behind its last. */
  readonly end: number;
}

/** Content in several parts: octets of ours between ranges of the content. */
export interface MultipartRanges {
  /** The `Content-Type`, with the boundary. */
  readonly contentType: string;
  /** What follows what. */
  readonly pieces: readonly (Uint8Array<ArrayBuffer> | OctetRange)[];
  /** Octets in all of it. */
  readonly length: number;
}

/** Ranges in one request beyond which `Range` is ignored. */
const MOST_RANGES = 16;

/** A gap of so many octets costs less than a part of its own (RFC 9110 §15.3.7.2). */
const SMALL_GAP = 80;

/**
 * A member of a range set (RFC 9110 §14.1.1, §5.6.1), up to its comma. No two runs of white space may
 * meet: a client could have them divided in every way there is.
 */
const RANGE_MEMBER = /[ \t]*(?:(?:(\d+)-(\d*)|-(\d+))[ \t]*)?(?:,|$)/y;

const encoder = new TextEncoder();

/**
 * Reads the value of `Range` for a content of `length` octets.
 *
 * `undefined` where the field is to be ignored: another unit than `bytes`, malformed, more than
 * `mostRanges` ranges. `"unsatisfiable"` (416) where no range has an octet of the content. Ranges
 * keep the order they were asked for in; those that overlap, or nearly touch, become one, and then
 * all of them are in ascending order, so that no octet is sent twice.
 *
 * @example
 * ```ts
 * import { parseRange } from "@culvert/http/range";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRange("bytes=0-99", 1000), [{ start: 0, end: 100 }]);
 * assertEquals(parseRange("bytes=-100", 1000), [{ start: 900, end: 1000 }]);
 * assertEquals(parseRange("bytes=1000-", 1000), "unsatisfiable");
 * assertEquals(parseRange("lines=1-2", 1000), undefined);
 * ```
 */
export function parseRange(
  value: string,
  length: number,
  mostRanges: number = MOST_RANGES,
): readonly OctetRange[] | "unsatisfiable" | undefined {
  const [, set] = /^bytes=(.*)$/i.exec(value) ?? [];
  if (set === undefined) return undefined;
  const ranges: OctetRange[] = [];
  let count = 0;
  for (RANGE_MEMBER.lastIndex = 0; RANGE_MEMBER.lastIndex < set.length;) {
    const member = RANGE_MEMBER.exec(set);
    if (member === null || isInverted(member)) return undefined;
    // RFC 9110 §5.6.1.2: empty members of a list are ignored.
    if (member[1] === undefined && member[3] === undefined) continue;
    if (++count > mostRanges) return undefined;
    // RFC 9110 §14.1.2: the end of nothing is satisfiable, but no Content-Range can name it.
    if (length === 0 && Number(member[3]) > 0) return undefined;
    const range = toRange(member, length);
    if (range.start < range.end) ranges.push(range);
  }
  if (ranges.length > 0) return joinRanges(ranges);
  return count === 0 ? undefined : "unsatisfiable";
}

/**
 * Makes the value of `Content-Range`; without a range that of a 416.
 *
 * @example
 * ```ts
 * import { contentRange } from "@culvert/http/range";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(contentRange({ start: 0, end: 100 }, 1000), "bytes 0-99/1000");
 * assertEquals(contentRange(undefined, 1000), "bytes *" + "/1000");
 * ```
 */
export function contentRange(range: OctetRange | undefined, length: number): string {
  const part = range === undefined ? "*" : `${range.start}-${range.end - 1}`;
  return `bytes ${part}/${length}`;
}

/**
 * Arranges several ranges as `multipart/byteranges` (RFC 9110 §14.6).
 *
 * `contentType` is that of the whole, `length` its octets; `boundary` must not come in the content:
 * by default it is random.
 *
 * @example
 * ```ts
 * import { multipartRanges } from "@culvert/http/range";
 * import { assertEquals } from "@std/assert";
 *
 * const ranges = [{ start: 0, end: 2 }, { start: 6, end: 8 }];
 * const { contentType, pieces } = multipartRanges(ranges, "text/plain", 8, "b");
 *
 * assertEquals(contentType, "multipart/byteranges; boundary=b");
 * assertEquals(pieces.length, 5);
 * ```
 */
export function multipartRanges(
  ranges: readonly OctetRange[],
  contentType: string,
  length: number,
  boundary: string = crypto.randomUUID(),
): MultipartRanges {
  const pieces: (Uint8Array<ArrayBuffer> | OctetRange)[] = [];
  let octets = 0;
  for (const [index, range] of ranges.entries()) {
    const head = encoder.encode(
      `${index === 0 ? "" : "\r\n"}--${boundary}\r\ncontent-type: ${contentType}\r\n` +
        `content-range: ${contentRange(range, length)}\r\n\r\n`,
    );
    pieces.push(head, range);
    octets += head.length + range.end - range.start;
  }
  const end = encoder.encode(`\r\n--${boundary}--\r\n`);
  pieces.push(end);
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    pieces,
    length: octets + end.length,
  };
}

/** RFC 9110 §14.1.1: a last position before the first makes the field invalid. */
function isInverted([, first, last]: RegExpExecArray): boolean {
  return first !== undefined && last !== "" && Number(last) < Number(first);
}

/** The octets that a member asks for, as far as they are there; numbers of any length will do. */
function toRange([, first, last, suffix]: RegExpExecArray, length: number): OctetRange {
  if (first === undefined) return { start: Math.max(0, length - Number(suffix)), end: length };
  const end = last === "" ? length : Math.min(length, Number(last) + 1);
  return { start: Number(first), end };
}

/** Ranges that no two of overlap. */
function joinRanges(ranges: readonly OctetRange[]): readonly OctetRange[] {
  if (ranges.length === 1) return ranges;
  const ascending = ranges.toSorted((a, b) => a.start - b.start);
  const joined: OctetRange[] = [];
  for (const range of ascending) {
    const last = joined.at(-1);
    if (last === undefined || range.start - last.end > SMALL_GAP) joined.push(range);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return joined.length === ranges.length ? ranges : joined;
}
