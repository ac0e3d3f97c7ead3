import fc from "fast-check";
import {
  formatCount,
  formatDuration,
  formatSize,
  parseDuration,
  parseSize,
} from "../../src/load/units.ts";
import { assert, assertEquals } from "../assert.ts";

const DURATIONS: [text: string, milliseconds: number | undefined][] = [
  ["500ms", 500],
  ["10s", 10_000],
  ["1.5s", 1_500],
  ["2m", 120_000],
  ["1h", 3_600_000],
  ["0s", 0],
  ["10", undefined],
  ["s", undefined],
  ["-1s", undefined],
  ["1e3s", undefined],
  [" 1s", undefined],
  ["1s ", undefined],
  ["1.s", undefined],
  ["1d", undefined],
  ["", undefined],
];

for (const [text, expected] of DURATIONS) {
  Deno.test(`parseDuration() reads ${JSON.stringify(text)}`, () => {
    assertEquals(parseDuration(text), expected);
  });
}

const SIZES: [text: string, octets: number | undefined][] = [
  ["0", 0],
  ["512", 512],
  ["512B", 512],
  ["64KiB", 65_536],
  ["64k", 64_000],
  ["64kB", 64_000],
  ["1.5MB", 1_500_000],
  ["1MiB", 1_048_576],
  ["1G", 1_000_000_000],
  ["0.3", undefined],
  ["0.0001k", undefined],
  ["1KB", undefined],
  ["1kiB", undefined],
  ["-1", undefined],
  ["", undefined],
];

for (const [text, expected] of SIZES) {
  Deno.test(`parseSize() reads ${JSON.stringify(text)}`, () =>
    assertEquals(parseSize(text), expected));
}

const WRITTEN: [what: string, written: string, expected: string][] = [
  ["no time", formatDuration(0), "0 ms"],
  ["microseconds", formatDuration(0.0123), "12.3 µs"],
  ["nearly a millisecond", formatDuration(0.9996), "1.00 ms"],
  ["milliseconds", formatDuration(12.345), "12.3 ms"],
  ["nearly ten", formatDuration(9.996), "10.0 ms"],
  ["nearly a second", formatDuration(999.7), "1.00 s"],
  ["minutes", formatDuration(120_000), "120 s"],
  ["no octets", formatSize(0), "0 B"],
  ["octets", formatSize(812), "812 B"],
  ["kibioctets", formatSize(1_536), "1.50 KiB"],
  ["mebioctets", formatSize(1_048_000), "1.00 MiB"],
  ["a few", formatCount(7), "7"],
  ["a few and a bit", formatCount(12.34), "12.3"],
  ["many", formatCount(1_234_567.8), "1,234,568"],
];

for (const [what, written, expected] of WRITTEN) {
  Deno.test(`units: ${what} is written ${expected}`, () => assertEquals(written, expected));
}

Deno.test("parseDuration() reads what was written, whatever the unit", () => {
  const factors = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
  const units = fc.constantFrom("ms", "s", "m", "h");
  fc.assert(fc.property(fc.nat(999_999), units, (number, unit) => {
    assertEquals(parseDuration(`${number}${unit}`), number * factors[unit as keyof typeof factors]);
  }));
});

Deno.test("parseSize() and parseDuration() give a number from 0 on, or nothing", () => {
  const near = fc.stringMatching(/^[\d.]{0,6}[kKMGiBmsh]{0,3}$/);
  fc.assert(fc.property(fc.oneof(fc.string(), near), (text) => {
    const [size, time] = [parseSize(text), parseDuration(text)];
    assert(size === undefined || (Number.isInteger(size) && size >= 0));
    assert(time === undefined || (Number.isFinite(time) && time >= 0));
    assert(size === undefined || time === undefined, "no text is both");
  }));
});

Deno.test("formatDuration() never tells less of more", () => {
  const read = (text: string) => {
    const [number, unit] = text.split(" ");
    return Number(number) * { "µs": 1e-3, ms: 1, s: 1e3 }[unit]!;
  };
  const time = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(fc.property(time, time, (one, other) => {
    const [less, more] = one < other ? [one, other] : [other, one];
    assert(read(formatDuration(less)) <= read(formatDuration(more)));
  }));
});
