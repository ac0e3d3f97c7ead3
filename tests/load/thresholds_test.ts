import { checkThresholds, type Thresholds } from "../../src/load/thresholds.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { REPORT } from "./reports.ts";

const CHECKED: [thresholds: Thresholds, messages: string[]][] = [
  [{}, []],
  [{ maxP50: undefined }, []],
  [{ maxP50: 1 }, []],
  [{ maxP50: 0.9 }, ["p50 is 1.00 ms, not at most 900 µs"]],
  [{ maxP90: 2.9, maxP99: 9 }, ["p90 is 3.00 ms, not at most 2.90 ms"]],
  [{ maxP99: 8, maxP999: 19 }, [
    "p99 is 9.00 ms, not at most 8.00 ms",
    "p99.9 is 20.0 ms, not at most 19.0 ms",
  ]],
  [{ maxLatency: 29 }, ["the longest latency is 30.0 ms, not at most 29.0 ms"]],
  [{ maxErrors: 3 }, []],
  [{ maxErrors: 2 }, ["the number of errors is 3, not at most 2"]],
  [{ minRate: 500 }, []],
  [{ minRate: 501 }, ["the rate is 500/s, not at least 501/s"]],
];

for (const [thresholds, messages] of CHECKED) {
  Deno.test(`checkThresholds() with ${JSON.stringify(thresholds)}`, () => {
    assertEquals(checkThresholds(REPORT, thresholds).map(({ message }) => message), messages);
  });
}

Deno.test("checkThresholds() takes no latency for good where nothing was answered", () => {
  const [broken] = checkThresholds({ ...REPORT, requests: 0 }, { maxP99: 1e9 });
  assertEquals([broken.name, broken.actual], ["maxP99", Infinity]);
  assertEquals(broken.message, "p99 is unknown without an answer, not at most 1000000 s");
});

Deno.test("checkThresholds() refuses what is no threshold", () => {
  const check = (thresholds: object) => () => checkThresholds(REPORT, thresholds as Thresholds);
  assertThrows(check({ maxP98: 1 }), TypeError, "Cannot check maxP98: it is no threshold");
  assertThrows(check({ toString: 1 }), TypeError, "Cannot check toString: it is no threshold");
  assertThrows(check({ maxP99: NaN }), TypeError, "Cannot check maxP99: NaN is no number");
  assertThrows(check({ maxP99: "1" }), TypeError, "Cannot check maxP99: 1 is no number");
});
