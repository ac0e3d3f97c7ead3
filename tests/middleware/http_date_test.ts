import fc from "fast-check";
import { parseHttpDate } from "../../src/middleware/http_date.ts";
import { assertEquals } from "../assert.ts";

const NOW = Date.UTC(2026, 0, 1);

const DATES: readonly [why: string, value: string, time: string | undefined][] = [
  ["an IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"],
  ["the form of RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"],
  ["the form of asctime", "Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"],
  ["asctime with a day of two digits", "Wed Nov 16 08:49:37 1994", "1994-11-16T08:49:37Z"],
  ["two digits up to 50 years ahead", "Sunday, 01-Jan-76 00:00:00 GMT", "2076-01-01T00:00:00Z"],
  ["two digits more than 50 ahead", "Saturday, 01-Jan-77 00:00:00 GMT", "1977-01-01T00:00:00Z"],
  ["a leap day", "Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00Z"],
  ["a leap second", "Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"],
  ["a year of the first century", "Sat, 01 Jan 0050 00:00:00 GMT", "0050-01-01T00:00:00Z"],
  ["a day that is not there", "Wed, 29 Feb 2023 00:00:00 GMT", undefined],
  ["the day 0", "Wed, 00 Mar 2023 00:00:00 GMT", undefined],
  ["the hour 24", "Sun, 06 Nov 1994 24:00:00 GMT", undefined],
  ["the minute 60", "Sun, 06 Nov 1994 08:60:00 GMT", undefined],
  ["another zone", "Sun, 06 Nov 1994 08:49:37 UTC", undefined],
  ["another case", "sun, 06 nov 1994 08:49:37 gmt", undefined],
  ["a day of one digit", "Sun, 6 Nov 1994 08:49:37 GMT", undefined],
  ["two dates", "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", undefined],
  ["ISO 8601", "1994-11-06T08:49:37Z", undefined],
  ["white space", " Sun, 06 Nov 1994 08:49:37 GMT", undefined],
  ["nothing", "", undefined],
];

for (const [why, value, time] of DATES) {
  Deno.test(`parseHttpDate() reads ${why} (RFC 9110 §5.6.7)`, () => {
    assertEquals(parseHttpDate(value, NOW), time === undefined ? undefined : Date.parse(time));
  });
}

Deno.test("parseHttpDate() reads what toUTCString() writes", () => {
  fc.assert(fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (second) => {
    assertEquals(parseHttpDate(new Date(second * 1000).toUTCString(), NOW), second * 1000);
  }));
});

Deno.test("parseHttpDate() gives a time or nothing", () => {
  fc.assert(fc.property(fc.string(), (value) => {
    const time = parseHttpDate(value);
    assertEquals(time === undefined || Number.isFinite(time), true);
  }));
});
