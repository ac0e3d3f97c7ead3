import { chartOf, soak } from "../../soak/main.ts";
import { readOptions } from "../../soak/options.ts";
import { GOOD_CLIENTS } from "../../soak/traffic/good_clients.ts";
import { HOSTILE_CLIENTS } from "../../soak/traffic/hostile_clients.ts";
import { assert, assertEquals, assertGreater, assertStringIncludes } from "../assert.ts";

/** The least part of all kinds of clients that comes in a few seconds, whatever the machine does. */
const LEAST_KINDS = 0.5;

Deno.test("a soak of a few seconds finds nothing wrong, and all at rest", async () => {
  const lines: string[] = [];
  const options = readOptions(
    "--minutes 0.1 --interval 1 --deadline 5000 --clients 6 --hostile 8".split(" "),
  )!;
  const report = await soak(options, (line) => lines.push(line));
  assertEquals(report.traffic.faults, []);
  const judged = report.criteria.filter(({ outcome }) => outcome === "FAIL" || outcome === "pass");
  assertEquals(judged.filter(({ outcome }) => outcome === "FAIL"), []);
  assertGreater(judged.length, 6);
  assertEquals(report.criteria[0].outcome, "too short");
  assertEquals(report.passed, true);
  assertGreater(report.traffic.goodAnswers, 100);
  assertGreater(report.traffic.hostileAnswers, 10);
  const kinds = Object.keys(GOOD_CLIENTS).length + Object.keys(HOSTILE_CLIENTS).length;
  assertGreater(Object.keys(report.traffic.conversations).length, kinds * LEAST_KINDS);
  assertGreater(report.samples.length, 0);
  assertEquals(lines.length, report.samples.length);
  // While the traffic went on, there was something to find.
  assert(report.samples.some(({ sockets, timers }) => sockets > 0 && timers > 0));
  assertStringIncludes(chartOf(report), "answers checked");
});
