import { compareMemory, memoryWindows } from "../../soak/memory_windows.ts";
import { type Evidence, isPassed, judge, renderVerdict } from "../../soak/verdict.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

const MIB = 2 ** 20;

const GOOD: Evidence = {
  memory: memoryThatGrows(0),
  answers: 1_000,
  wrong: 0,
  errors: 0,
  rest: { sockets: 0, timers: 0, connections: 0, requests: 0 },
  exitCode: 0,
  loopDelay: 900,
};

const CASES: [why: string, evidence: Partial<Evidence>, failed: string[]][] = [
  ["all is well", {}, []],
  ["memory grows by 9 %", { memory: memoryThatGrows(0.09) }, []],
  ["memory grows by 11 %", { memory: memoryThatGrows(0.11) }, ["resident memory"]],
  ["memory shrinks by 11 %", { memory: memoryThatGrows(-0.11) }, ["resident memory"]],
  ["the run is too short", { memory: compareMemory([], 0.1) }, []],
  ["nothing was checked", { answers: 0 }, ["answers checked"]],
  ["an answer was wrong", { wrong: 1 }, ["wrong answers"]],
  ["a handler threw", { errors: 2 }, ["errors of handlers"]],
  ["a socket is left", { rest: { ...GOOD.rest, sockets: 1 } }, ["sockets left"]],
  ["a timer is left", { rest: { ...GOOD.rest, timers: 1 } }, ["timers left"]],
  ["a connection is left", { rest: { ...GOOD.rest, connections: 3 } }, ["connections left"]],
  ["a request is left", { rest: { ...GOOD.rest, requests: 1 } }, ["requests left"]],
  ["it had to be killed", { exitCode: 137 }, ["exit code after SIGTERM"]],
  ["all goes wrong", {
    memory: memoryThatGrows(1),
    wrong: 7,
    exitCode: 1,
  }, ["resident memory", "wrong answers", "exit code after SIGTERM"]],
];

for (const [why, evidence, failed] of CASES) {
  Deno.test(`judge(): ${why}`, () => {
    const criteria = judge({ ...GOOD, ...evidence });
    const names = criteria.filter(({ outcome }) => outcome === "FAIL").map(({ name }) => name);
    assertEquals(names.map((name) => name.split(",")[0]), failed);
    assertEquals(isPassed(criteria), failed.length === 0);
  });
}

Deno.test("judge(): a short run is neither passed nor failed for its memory", () => {
  const [memory] = judge({ ...GOOD, memory: compareMemory([], 0.1) });
  assertEquals([memory.outcome, memory.found], ["too short", "too few samples behind the warm-up"]);
});

Deno.test("memoryWindows(): minutes 3 to 5 and the last 3, or parts of a short run", () => {
  assertEquals(memoryWindows(20), { early: { from: 3, to: 5 }, late: { from: 17, to: 20 } });
  assertEquals(memoryWindows(10), { early: { from: 3, to: 5 }, late: { from: 7, to: 10 } });
  assertEquals(memoryWindows(4), { early: { from: 0.6, to: 1 }, late: { from: 3.4, to: 4 } });
});

Deno.test("compareMemory(): medians of the windows, and of nothing beside them", () => {
  const sizes = [[1, 900], [3, 10], [4, 12], [4.5, 11], [5, 700], [16, 900], [18, 1], [19, 3]];
  const samples = [...sizes, [20, 2], [20.1, 900]].map(([minute, resident]) => ({
    minute,
    resident,
  }));
  const { earlyMedian, lateMedian } = compareMemory(samples, 20);
  assertEquals([earlyMedian, lateMedian], [11.5, 2]);
  const few = samples.filter(({ minute }) => minute !== 19);
  assertEquals(compareMemory(few, 20).lateMedian, undefined);
});

Deno.test("compareMemory(): what is measured while the server warms up says nothing", () => {
  const samples = Array.from({ length: 600 }, (_, i) => ({ minute: i / 200, resident: i }));
  assertEquals(compareMemory(samples, 2.6).earlyMedian, undefined);
  assertEquals(compareMemory(samples, 3).earlyMedian, 120);
});

Deno.test("renderVerdict(): a line for each criterion, in columns", () => {
  const criteria = judge({ ...GOOD, memory: memoryThatGrows(0.25), answers: 1_234_567 });
  const lines = renderVerdict(criteria).split("\n");
  assertEquals(lines.length, criteria.length);
  assertStringIncludes(lines[0], "minutes 3–5 and 17–20");
  assertStringIncludes(lines[0], "100.0 MiB, 125.0 MiB (+25.0 %)");
  assertStringIncludes(lines[0], "FAIL");
  assertStringIncludes(lines[1], "1,234,567");
  assertEquals(lines[1].indexOf("some"), lines[0].indexOf("within"));
});

/** Twenty minutes in which memory changes by a part of what it was early. */
function memoryThatGrows(part: number) {
  const samples = Array.from({ length: 81 }, (_, i) => ({
    minute: i / 4,
    resident: i < 40 ? 100 * MIB : 100 * MIB * (1 + part),
  }));
  return compareMemory(samples, 20);
}
