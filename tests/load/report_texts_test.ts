import { XMLParser, XMLValidator } from "fast-xml-parser";
import fc from "fast-check";
import { renderHtmlReport } from "../../src/load/html_report.ts";
import { niceTicks } from "../../src/load/line_chart.ts";
import { ProgressLine } from "../../src/load/progress_line.ts";
import type { LoadProgress, LoadReport } from "../../src/load/report.ts";
import { renderSummary } from "../../src/load/summary.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { REPORT } from "./reports.ts";

const NO_LATENCY = {
  min: 0,
  mean: 0,
  stdev: 0,
  max: 0,
  percentiles: { "50": 0 },
  distribution: [],
};

const REPORTS: [what: string, report: LoadReport][] = [
  ["a usual report", REPORT],
  ["an open loop", { ...REPORT, rate: 1_000, serviceTime: REPORT.latency, unsent: 7 }],
  ["nothing measured", { ...REPORT, requests: 0, seconds: 0, latency: NO_LATENCY, intervals: [] }],
  ["markup in the URL and the method", {
    ...REPORT,
    url: `"><script>alert('&')</script>`,
    method: "<&>",
  }],
  ["a long measurement", {
    ...REPORT,
    intervals: Array.from(
      { length: 5_000 },
      (_, i) => ({ ...REPORT.intervals[0], start: i, end: i + 1 }),
    ),
  }],
];

for (const [what, report] of REPORTS) {
  Deno.test(`renderHtmlReport() is well-formed, and holds nothing foreign: ${what}`, () => {
    const page = renderHtmlReport(report);
    assertEquals(XMLValidator.validate(page, { allowBooleanAttributes: false }), true);
    assert(!/<script|NaN|undefined|Infinity/.test(page));
    // Nothing is loaded: the only address is the name of SVG.
    const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]|https?:\/\/www[^"]*/g)];
    assertEquals(
      new Set(addresses.map(([address]) => address)),
      new Set(["http://www.w3.org/2000/svg"]),
    );
    assertEquals(page.match(/<svg /g)?.length, 3);
    assertEquals(page.match(/role="img" aria-label="[^"]+"/g)?.length, 3);
  });
}

Deno.test("renderHtmlReport() shows any URL as it is", () => {
  const parser = new XMLParser({ processEntities: true, htmlEntities: true });
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1 }), (url) => {
      const page = parser.parse(renderHtmlReport({ ...REPORT, url }));
      assertEquals(String(page.html.head.title), `Load of ${url}`.trim());
    }),
    { numRuns: 50 },
  );
});

Deno.test("a long measurement is drawn with as many points as can be told apart", () => {
  const [, points] = /class="line c" points="([^"]+)"/.exec(renderHtmlReport(REPORTS[4][1]))!;
  const count = points.split(" ").length;
  assert(count > 100 && count <= 350, String(count));
});

Deno.test("renderSummary() tells everything", () => {
  const report = {
    ...REPORT,
    client: { utilization: 0.97, wasBottleneck: true },
    isComplete: false,
  };
  const broken = [{
    name: "maxErrors",
    allowed: 0,
    actual: 3,
    message: "there are too many",
  }] as const;
  assertEquals(
    renderSummary(report, broken),
    `\
GET http://127.0.0.1:8000/, 10 connections, closed loop: the next request waits for an answer

throughput
  answers   1,000 in 2.00 s
  rate      500 requests/s
  received  97.7 KiB, 48.8 KiB/s

latency
  p50     1.00 ms
  p75     2.00 ms
  p90     3.00 ms
  p95     5.00 ms
  p99     9.00 ms
  p99.9   20.0 ms
  p99.99  30.0 ms
  max     30.0 ms
  min     500 µs
  mean    1.50 ms
  stdev   2.00 ms

statuses
  2xx  998 (200: 998)
  5xx  2 (500: 1, 503: 1)

errors
  connection reset  1
  status not 2xx    2

Note: the client was the bottleneck: its thread was busy for 97 % of the time, so the server may be \
faster than this, and latencies include waiting in the client.

Note: it ended early: the figures are of what was measured until then.

Threshold: there are too many.
`,
  );
});

Deno.test("renderSummary() keeps both latencies of an open loop apart", () => {
  const summary = renderSummary(REPORTS[1][1]);
  assertMatch(summary, /^latency from when due$/m);
  assertMatch(summary, /^latency from when sent$/m);
  assertStringIncludes(summary, "open loop: 1,000 requests/s, latency from when each was due");
  assertMatch(summary, /due, not sent {2}7$/m);
});

const PROGRESS: LoadProgress = {
  isWarmingUp: false,
  done: 0.5,
  seconds: 5,
  requests: 1_000,
  requestsPerSecond: 200,
  p50: 1,
  p99: 2,
  errors: 0,
};

function show(output: { isTTY?: boolean; columns?: number }, ...told: LoadProgress[]): string {
  let text = "";
  const line = new ProgressLine({ ...output, write: (part) => text += part });
  for (const progress of told) line.show(progress);
  line.clear();
  return text;
}

Deno.test("progress on a terminal is a line that is written over", () => {
  const figures = "5.0 s  200/s  p50 1.00 ms  p99 2.00 ms  0 errors";
  const start = "\r\x1b[2K";
  assertEquals(
    show({ isTTY: true }, PROGRESS),
    `${start}${"█".repeat(7)}${"░".repeat(7)}  50 %  ${figures}${start}`,
  );
  assertEquals(show({ isTTY: true, columns: 10 }, PROGRESS), `${start}${"█".repeat(7)}░░${start}`);
});

Deno.test("progress elsewhere is a line each few seconds", () => {
  const at = (seconds: number) => ({ ...PROGRESS, seconds });
  const warmingUp = { ...at(9), isWarmingUp: true };
  const text = show({}, warmingUp, at(1), at(4.9), at(5), at(5.3), at(9.9), at(10.1));
  assertEquals(text.split("\n").map((line) => line.split("  ")[0]), ["5.0 s", "10.1 s", ""]);
});

Deno.test("niceTicks() goes from 0 to the highest value, in few round steps", () => {
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (highest) => {
    const ticks = niceTicks(highest);
    assertEquals(ticks[0], 0);
    assert(
      ticks.at(-1)! >= highest * 0.999 && ticks.length >= 2 && ticks.length <= 6,
      String(ticks),
    );
  }));
  assertEquals(niceTicks(0), [0, 1]);
  assertEquals(niceTicks(7), [0, 2, 4, 6, 8]);
});
