const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = String.raw`(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d):(?<second>[0-5]\d|60)`;
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";

/** The three forms of a date (RFC 9110 §5.6.7): IMF-fixdate, RFC 850, asctime. */
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`^${DAY}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT$`),
  new RegExp(String.raw`^${LONG_DAY}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT$`),
  new RegExp(String.raw`^${DAY} ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})$`),
];

/**
 * Reads a date of HTTP in any of its three forms (RFC 9110 §5.6.7): milliseconds since the epoch,
 * `undefined` for anything else.
 *
 * A year of two digits is the one that lies no more than 50 years behind `now`.
 *
 * @example
 * ```ts
 * import { parseHttpDate } from "@culvert/http/conditional";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784_111_777_000);
 * assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), 784_111_777_000);
 * assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994"), 784_111_777_000);
 * assertEquals(parseHttpDate("1994-11-06"), undefined);
 * ```
 */
export function parseHttpDate(value: string, now: number = Date.now()): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(value)?.groups;
    if (parts !== undefined) return toTime(parts, now);
  }
  return undefined;
}

function toTime(parts: Record<string, string>, now: number): number | undefined {
  const day = Number(parts.day);
  const date = new Date(0);
  // Not Date.UTC, to which the year 50 is 1950.
  date.setUTCFullYear(fullYear(parts.year, now), MONTHS.indexOf(parts.month), day);
  if (date.getUTCDate() !== day) return undefined;
  // A leap second is the first of the next minute.
  return date.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
}

/** RFC 9110 §5.6.7: what seems more than 50 years ahead lies in the past. */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
