import { NoAnswer, readOutcome, scriptOf } from "../../bench/load/wrk.ts";
import { assertEquals, assertFalse, assertStringIncludes, assertThrows } from "../assert.ts";

const REPORT = {
  ...{ requests: 1000, microseconds: 2_000_000, octets: 5000, p50: 100, p99: 900, p999: 1200 },
  ...{ connect: 0, read: 0, write: 0, status: 0, timeout: 0 },
};

function outputWith(changes: Partial<typeof REPORT>): string {
  const report = JSON.stringify({ ...REPORT, ...changes });
  return `Running 2s test @ http://127.0.0.1:1/\n@outcome ${report}\n`;
}

Deno.test("readOutcome() reads counts and percentiles", () => {
  assertEquals(readOutcome(outputWith({})), {
    requests: 1000,
    octets: 5000,
    seconds: 2,
    latency: { p50: 100, p99: 900, p999: 1200 },
  });
});

for (const kind of ["connect", "read", "write", "status", "timeout"] as const) {
  Deno.test(`readOutcome() objects to errors: ${kind}`, () => {
    assertThrows(() => readOutcome(outputWith({ [kind]: 1 })), Error, `Cannot measure: ${kind}:`);
  });
}

Deno.test("readOutcome() objects to a run without an answer, and to other output", () => {
  assertThrows(() => readOutcome(outputWith({ requests: 0 })), NoAnswer, "no answer");
  assertThrows(() => readOutcome("unable to connect"), Error, "unable to connect");
});

Deno.test("readOutcome() lets servers end connections only where they are asked to", () => {
  assertEquals(readOutcome(outputWith({ read: 1000 }), true).requests, 1000);
  assertThrows(() => readOutcome(outputWith({ status: 1 }), true), Error, "status");
});

Deno.test("scriptOf() has no function that is called for each request, unless it must", () => {
  assertFalse(/^(init|request) =/m.test(scriptOf({})));
  assertStringIncludes(scriptOf({ pipelined: 16 }), "string.rep(wrk.format(), 16)");
});

Deno.test("scriptOf() sets method, fields and content", () => {
  const script = scriptOf({
    method: "POST",
    fields: { Accept: '"*"' },
    content: { text: "ab", times: 3 },
  });
  assertStringIncludes(script, 'wrk.method = "POST"\n');
  assertStringIncludes(script, 'wrk.headers["Accept"] = "\\"*\\""\n');
  assertStringIncludes(script, 'wrk.body = string.rep("ab", 3)\n');
});
