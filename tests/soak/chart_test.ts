import { XMLParser, XMLValidator } from "fast-xml-parser";
import { type ChartData, drawChart, tickStep } from "../../soak/chart.ts";
import { compareMemory } from "../../soak/memory_windows.ts";
import { assert, assertEquals, assertGreater, assertLess } from "../assert.ts";

const MIB = 2 ** 20;

const samples = Array.from({ length: 241 }, (_, i) => ({
  minute: i / 12,
  resident: (i < 12 ? 60 + 5 * i : 120) * MIB,
  heap: 9 * MIB,
}));

const DATA: ChartData = {
  title: "Memory <of> one & all",
  subtitle: "20 minutes",
  minutes: 20,
  samples,
  memory: compareMemory(samples, 20),
};

interface Drawing {
  readonly polyline: readonly { readonly class: string; readonly points: string }[];
  readonly rect: readonly Readonly<Record<string, string>>[];
  readonly text: readonly { readonly "#text": string | number }[];
}

Deno.test("drawChart() draws well-formed XML, whatever its title", () => {
  const svg = drawChart(DATA);
  assertEquals(XMLValidator.validate(svg), true);
  assertEquals(textsOf(svg).slice(0, 2), ["Memory <of> one & all", "20 minutes"]);
});

Deno.test("drawChart() has axes with their units, and ticks from zero to the end", () => {
  const texts = textsOf(drawChart(DATA));
  for (const unit of ["minutes", "MiB"]) assert(texts.includes(unit), unit);
  for (const tick of ["0", "5", "10", "15", "20", "40", "80", "120"]) {
    assert(texts.includes(tick), tick);
  }
});

Deno.test("drawChart() draws a point for each sample: later to the right, more to the top", () => {
  const { polyline } = read(drawChart(DATA));
  const resident = polyline.find((line) => line.class === "resident")!;
  const points = resident.points.split(" ").map((point) => point.split(",").map(Number));
  assertEquals(points.length, samples.length);
  for (let i = 1; i < points.length; i++) assertGreater(points[i][0], points[i - 1][0]);
  assertLess(points[11][1], points[0][1]);
  assertEquals(points[240][1], points[100][1]);
  const heap = polyline.find((line) => line.class === "heap")!;
  assertGreater(Number(heap.points.split(" ")[0].split(",")[1]), points[0][1]);
});

Deno.test("drawChart() shows the two windows and their medians, where there are any", () => {
  const svg = drawChart(DATA);
  assertEquals(windowsOf(svg), 2);
  assertEquals(textsOf(svg).filter((text) => text === "median 120.0 MiB").length, 2);
  const short = drawChart({ ...DATA, memory: compareMemory([], 20) });
  assertEquals(windowsOf(short), 2);
  assertEquals(textsOf(short).filter((text) => text.startsWith("median")), []);
});

Deno.test("drawChart() draws nothing but the axes where nothing was measured", () => {
  const svg = drawChart({ ...DATA, samples: [], memory: compareMemory([], 20) });
  assertEquals(XMLValidator.validate(svg), true);
  assertEquals(/NaN|Infinity|undefined/.test(svg), false);
});

const STEPS: [length: number, step: number][] = [
  [20, 5],
  [6, 1],
  [0.3, 0.05],
  [100, 20],
  [600, 100],
  [61, 20],
];

for (const [length, step] of STEPS) {
  Deno.test(`tickStep(): ${length} is divided by ${step}`, () => {
    assertEquals(Number(tickStep(length).toPrecision(6)), step);
  });
}

function read(svg: string): Drawing {
  return new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(svg).svg;
}

function textsOf(svg: string): string[] {
  return read(svg).text.map((text) => String(text["#text"]));
}

function windowsOf(svg: string): number {
  return read(svg).rect.filter((rect) => rect.class === "window").length;
}
