import { assertEquals } from "../assert.ts";
import { DateField } from "../../src/protocol/date.ts";

const DATES: [time: number, date: string][] = [
  [0, "Thu, 01 Jan 1970 00:00:00 GMT"],
  [784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"],
  [784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"],
  [784_111_778_000, "Sun, 06 Nov 1994 08:49:38 GMT"],
  [951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT"],
];

Deno.test("DateField.at() gives IMF-fixdates, back and forth in time (RFC 9110 §5.6.7)", () => {
  const field = new DateField();
  for (const [time, date] of [...DATES, ...DATES.toReversed()]) {
    assertEquals(field.at(time), date);
    assertEquals(field.at(time), date);
  }
});
