import { XMLValidator } from "fast-xml-parser";
import { barChart } from "../../bench/load/chart.ts";
import { markdownTable, withSection } from "../../bench/load/markdown.ts";
import { isOver, judge, verdictTable } from "../../bench/guard/verdict.ts";
import { CONTESTANTS } from "../../bench/peers/contestants.ts";
import type { Measure } from "../../bench/peers/measure.ts";
import {
  acrossTable,
  comparedRuntimes,
  overview,
  overviewChart,
  overviewTable,
} from "../../bench/peers/overview.ts";
import { type Report, summarise, timeText, workloadTable } from "../../bench/peers/report.ts";
import { WORKLOADS } from "../../bench/peers/workloads.ts";
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "../assert.ts";

const NAMES = ["deno: Deno.listen", "deno: Deno.serve", "deno: Culvert", "bun: Bun.serve"];

/** Turns with the CPU that is given, and a throughput of its inverse. */
function turns(...cpu: readonly number[]): Measure[] {
  return cpu.map((cpu) => ({
    cpu,
    throughput: 1e6 / cpu,
    p50: 500,
    p99: 1_500,
    p999: 20_000,
    memory: 3 * 2 ** 20,
  }));
}

const REPORT: Report = {
  machine: {
    date: "2026-11-24",
    processor: "A processor",
    cores: 4,
    kernel: "linux 6",
    revision: "1234567",
    versions: { Deno: "2.9.6" },
  },
  alternations: 3,
  seconds: 2,
  workloads: [summarise({
    workload: WORKLOADS.find(({ name }) => name === "native")!,
    contestants: CONTESTANTS.filter(({ name }) => NAMES.includes(name)),
    measures: new Map([
      ["deno: Deno.listen", turns(4, 4, 8)],
      ["deno: Deno.serve", turns(8, 8, 16)],
      ["deno: Culvert", turns(10, 12, 20)],
      ["bun: Bun.serve", turns(5, 5, 5)],
    ]),
  })],
};

Deno.test("summarise() takes the median of the ratios of each alternation", () => {
  const culvert = REPORT.workloads[0].rows.find(({ server }) => server === "Culvert")!;
  assertEquals(culvert.median.cpu, 12);
  // 10/8, 12/8 and 20/16: not the ratio of the medians, which is 1.5.
  assertEquals(culvert.ratios["Deno.serve"].cpu.middle, 1.25);
  assertEquals(culvert.ratios["Deno.listen"].cpu.middle, 2.5);
  assertEquals(culvert.ratios["Culvert"].cpu, { low: 1, middle: 1, high: 1 });
  assertEquals(Object.keys(culvert.ratios).includes("Bun.serve"), false);
});

Deno.test("workloadTable() has a line for each contestant, with a dash for what cannot be", () => {
  const lines = workloadTable(REPORT.workloads[0]).trim().split("\n");
  assertEquals(lines.length, 2 + 2 + NAMES.length);
  assertMatch(lines[6], /^\| deno +\| Culvert +\| 12\.00 µs +\| 1\.25 +\| 2\.50 +\| 1\.00 /);
  assertMatch(lines[7], /^\| bun +\| Bun\.serve +\| 5\.00 µs +\| 1\.00 +\| – +\| – /);
});

Deno.test("timeText() changes its unit", () => {
  assertEquals(timeText(999), "999 µs");
  assertEquals(timeText(1_500), "1.5 ms");
});

Deno.test("overviewTable() has ratios of CPU and of throughput", () => {
  const [head, , line] = overviewTable(REPORT, "deno").split("\n");
  assertMatch(head, /^\| workload +\| Deno\.listen +\| Deno\.serve +\| Culvert +\|$/);
  assertMatch(line, /\| 0\.50 \(2\.00\) +\| 1\.00 \(1\.00\) +\| 1\.25 \(0\.80\) +\|$/);
});

Deno.test("acrossTable() puts the runtimes side by side", () => {
  const [head, , line] = acrossTable(REPORT).split("\n");
  assertMatch(head, /\| Deno\.serve +\| Culvert on Deno +\| Bun\.serve +\|$/);
  assertMatch(line, /\| 8\.0 µs +\| 12\.0 µs +\| 5\.0 µs +\|$/);
});

Deno.test("overview() names charts, machine and versions; only runtimes with peers are compared", () => {
  assertEquals(comparedRuntimes(REPORT), ["deno"]);
  const text = overview(REPORT, (runtime) => `charts/${runtime}.svg`);
  assertStringIncludes(text, "(charts/deno.svg)");
  assertStringIncludes(text, "2026-11-24; A processor, 4 cores, linux 6; Deno 2.9.6");
});

Deno.test("overviewChart() is well-formed, and has a bar for each contestant of its runtime", () => {
  const chart = overviewChart(REPORT, "deno");
  assertEquals(XMLValidator.validate(chart), true);
  assertEquals(chart.match(/<rect /g)?.length, 3);
  assertEquals(chart.match(/class="bar own"/g)?.length, 1);
  assertStringIncludes(chart, "prefers-color-scheme: dark");
});

Deno.test("barChart() makes bars as long as their values, and escapes text", () => {
  const chart = barChart({
    title: 'a < b & "c"',
    groups: [{
      title: "group",
      bars: [{ label: "one", value: 1, own: false }, { label: "two", value: 2, own: true }],
    }],
    mark: 1,
  });
  assertEquals(XMLValidator.validate(chart), true);
  const [one, two] = [...chart.matchAll(/<rect .*?width="([\d.]+)"/g)].map(([, width]) => +width);
  assertEquals(two, one * 2);
  assertStringIncludes(chart, "a &lt; b &amp; &quot;c&quot;");
});

Deno.test("markdownTable() aligns its columns", () => {
  assertEquals(
    markdownTable(["a", "long"], [["wider", "b"]]),
    "| a     | long |\n| ----- | ---- |\n| wider | b    |\n",
  );
});

Deno.test("withSection() replaces what stands between its markers, and nothing else", () => {
  const before = "# Title\n\n<!-- peers:begin -->\n\nold\n\n<!-- peers:end -->\n\nrest $& $1\n";
  const after = withSection(before, "peers", "\nnew $&\n");
  assertEquals(
    after,
    "# Title\n\n<!-- peers:begin -->\n\nnew $&\n\n<!-- peers:end -->\n\nrest $& $1\n",
  );
  assertEquals(withSection(after, "peers", "new $&"), after);
});

for (
  const document of [
    "none",
    "<!-- peers:begin -->",
    "<!-- peers:end -->",
    "<!-- peers:end --> <!-- peers:begin -->",
  ]
) {
  Deno.test(`withSection() objects to ${document}`, () => {
    assertThrows(() => withSection(document, "peers", "new"), Error, "are missing");
  });
}

Deno.test("judge() compares turn by turn, and isOver() goes by the median", () => {
  const verdict = judge("plain text", [10, 20, 10], [11, 24, 12]);
  assertEquals(verdict.ratio.middle, 1.2);
  assertEquals([isOver(verdict, 1.2), isOver(verdict, 1.19)], [false, true]);
  assertMatch(verdictTable([verdict], 1.1), /1\.20 +\| 1\.15–1\.20 +\| OVER/);
  assertMatch(verdictTable([verdict], 1.3), /\| ok/);
});
