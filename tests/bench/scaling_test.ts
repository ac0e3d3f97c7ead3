import { XMLValidator } from "fast-xml-parser";
import { curveChart } from "../../bench/load/curve_chart.ts";
import { UsageError } from "../../bench/load/options.ts";
import { CURVES, descriptorsFor, fieldsOf } from "../../bench/scaling/curves.ts";
import { readScalingOptions } from "../../bench/scaling/options.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

/** The coordinates of each line that is drawn. */
function linesOf(chart: string): number[][][] {
  return [...chart.matchAll(/<path d="M([\d. L]+)" class="curve/g)].map(([, path]) =>
    path.split("L").map((point) => point.split(" ").map(Number))
  );
}

function chartOf(points: readonly (readonly [number, number])[]): string {
  const lines = [{ label: "Culvert", own: true, points }];
  return curveChart({ title: "A title", axis: "octets", unit: "µs", lines });
}

Deno.test("curveChart() goes right in powers, and upwards evenly from 0", () => {
  const chart = chartOf([[1, 5], [10, 10], [100, 10]]);
  assertEquals(XMLValidator.validate(chart), true);
  const [[[x1, y1], [x2, y2], [x3, y3]]] = linesOf(chart);
  assert(Math.abs((x2 - x1) - (x3 - x2)) < 0.2);
  const zero = 2 * y1 - y2;
  assertEquals(y2, y3);
  assertStringIncludes(chart, `V${zero}H`);
});

Deno.test("curveChart() goes upwards in powers where values are far apart", () => {
  const [[[, y1], [, y2], [, y3]]] = linesOf(chartOf([[1, 1], [10, 10], [100, 100]]));
  assert(Math.abs((y1 - y2) - (y2 - y3)) < 0.2);
});

Deno.test("curveChart() draws a single point, and shortens sizes", () => {
  const chart = chartOf([[65_536, 3]]);
  assertEquals(linesOf(chart)[0].flat().every(Number.isFinite), true);
  assertStringIncludes(chart, ">64Ki<");
  assertStringIncludes(chartOf([[5_000, 3]]), ">5k<");
  assertStringIncludes(chartOf([[1_048_576, 3]]), ">1Mi<");
});

Deno.test("fieldsOf() leaves room for Host", () => {
  assertEquals(Object.keys(fieldsOf(100)).length, 99);
});

Deno.test("descriptorsFor() counts busy and idle connections of the largest size", () => {
  const curveOf = (wanted: string) => CURVES.filter(({ name }) => name === wanted);
  assertEquals(descriptorsFor(curveOf("busy")), 10_100);
  assertEquals(descriptorsFor(curveOf("idle")), 10_164);
  assertEquals(descriptorsFor(curveOf("routes")), 164);
});

Deno.test("bench:scaling leaves out what it is told to", () => {
  const { curves, memory, alternations } = readScalingOptions(
    ["--curve", "fields,busy", "--largest", "64", "--alternations", "1"],
  );
  assertEquals(curves.map(({ name, sizes }) => [name, sizes]), [
    ["busy", [1, 16, 64]],
    ["fields", [5, 10, 20, 50]],
  ]);
  assertEquals([memory, alternations], [false, 1]);
  assertEquals(readScalingOptions([]).curves.length, CURVES.length);
});

for (
  const [args, message] of [
    ["--curve heads", "--curve does not know heads"],
    ["--largest 1 --curve fields", "--largest leaves nothing of fields"],
    ["10", "unknown argument 10"],
  ]
) {
  Deno.test(`bench:scaling objects to ${args}`, () => {
    const error = assertThrows(() => readScalingOptions(args.split(" ")), UsageError);
    assertStringIncludes(error.message, message);
  });
}
