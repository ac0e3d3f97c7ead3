import { concatenate, toText, type WireResponse } from "../../tests/transport/wire_client.ts";

type FieldLine = readonly [name: string, value: string];

/** What a request must be answered with. */
export interface ExpectedAnswer {
  /** Status code. */
  readonly status: number;
  /** Reason phrase. */
  readonly reason: string;
  /** The field lines in front of the server's own. */
  readonly fields: readonly FieldLine[];
  /** The content; `undefined` where there is none, and no length either. */
  readonly content: string | undefined;
}

/** Octets of an answer, all of them foreseen but those of the date. */
export interface ExpectedOctets {
  /** All octets, those of dates being of no account. */
  readonly octets: Uint8Array;
  /** Where the dates stand. */
  readonly dates: readonly number[];
}

/** Octets of an IMF-fixdate (RFC 9110 §5.6.7). */
const DATE_LENGTH = 29;
const IMF_FIXDATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/** Milliseconds by which a date may differ from the time at which its answer is looked at. */
const DATE_TOLERANCE = 60_000;

const encoder = new TextEncoder();

/** The octets of an answer: to HEAD without its content, to the last request with `close`. */
export function expectOctets(
  { status, reason, fields, content }: ExpectedAnswer,
  { isHead = false, closes = false }: { readonly isHead?: boolean; readonly closes?: boolean } = {},
): ExpectedOctets {
  const body = content === undefined ? undefined : encoder.encode(content);
  const before = [
    `HTTP/1.1 ${status} ${reason}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-length: ${body.length}`]),
    "date: ",
  ].join("\r\n");
  const after = `\r\n${closes ? "connection: close\r\n" : ""}\r\n`;
  const head = encoder.encode(before + "-".repeat(DATE_LENGTH) + after);
  const octets = body === undefined || isHead ? head : concatenate([head, body]);
  return { octets, dates: [encoder.encode(before).length] };
}

/** The octets of answers that come one after another. */
export function joinExpected(all: readonly ExpectedOctets[]): ExpectedOctets {
  const dates: number[] = [];
  let start = 0;
  for (const each of all) {
    for (const date of each.dates) dates.push(start + date);
    start += each.octets.length;
  }
  return { octets: concatenate(all.map(({ octets }) => octets)), dates };
}

/** Compares octets with those that were foreseen; throws where one differs. */
export function checkOctets(found: Uint8Array, expected: ExpectedOctets): void {
  let start = 0;
  for (const date of expected.dates) {
    compare(found, expected.octets, start, date);
    checkDate(toText(found.subarray(date, date + DATE_LENGTH)));
    start = date + DATE_LENGTH;
  }
  compare(found, expected.octets, start, expected.octets.length);
  if (found.length > expected.octets.length) {
    throw wrong(found, expected.octets, expected.octets.length);
  }
}

/** Checks an answer whose framing is the server's choice, as that of a stream is. */
export function checkStreamed(
  { status, headers, content }: WireResponse,
  type: string,
  expected: Uint8Array,
): void {
  if (status !== 200) throw new Error(`The status is ${status} instead of 200`);
  const names = [...headers.keys()].filter((name) => name !== "connection").join(" ");
  if (!/^content-(?:length content-type date|type date transfer-encoding)$/.test(names)) {
    throw new Error(`The fields are ${names}`);
  }
  if (headers.get("content-type") !== type) {
    throw new Error(`The type is ${headers.get("content-type")} instead of ${type}`);
  }
  checkDate(headers.get("date")!);
  checkOctets(content, { octets: expected, dates: [] });
}

/** Checks that a date is of the right form, and that it is now. */
export function checkDate(text: string): void {
  const apart = Math.abs(Date.now() - Date.parse(text));
  if (IMF_FIXDATE.test(text) && apart <= DATE_TOLERANCE) return;
  throw new Error(`The date is ${JSON.stringify(text)}`);
}

function compare(found: Uint8Array, expected: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    if (found[at] !== expected[at]) throw wrong(found, expected, at);
  }
}

function wrong(found: Uint8Array, expected: Uint8Array, at: number): Error {
  const around = (octets: Uint8Array) =>
    JSON.stringify(toText(octets.subarray(Math.max(0, at - 40), at + 80)));
  return new Error(`Octet ${at} is wrong: ${around(found)} instead of ${around(expected)}`);
}
