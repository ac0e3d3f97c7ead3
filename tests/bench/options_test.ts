import { readGuardOptions } from "../../bench/guard/options.ts";
import { UsageError } from "../../bench/load/options.ts";
import { readOptions } from "../../bench/peers/options.ts";
import { readOptions as readServerOptions } from "../../bench/server/options.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

Deno.test("bench:peers measures everything unless it is told otherwise", () => {
  const { contestants, workloads, alternations, json, readme } = readOptions([]);
  assertEquals(
    new Set(contestants.map(({ runtime }) => runtime)),
    new Set(["deno", "node", "bun"]),
  );
  assertEquals(workloads.length > 10, true);
  assertEquals({ alternations, json, readme }, {
    alternations: 5,
    json: "bench/report/peers.json",
    readme: false,
  });
});

Deno.test("bench:peers takes names with commas between them, as a flag's next argument or its own", () => {
  const options = readOptions([
    ...["--runtime", "node", "--only", "Culvert,node:http", "--workload=json,plaintext"],
    ...["--alternations", "3", "--seconds=1", "--node", "24", "--readme"],
  ]);
  assertEquals(options.contestants.map(({ name }) => name), ["node: node:http", "node: Culvert"]);
  assertEquals(options.workloads.map(({ name }) => name), ["plaintext", "json"]);
  const { alternations, seconds, node, readme } = options;
  assertEquals({ alternations, seconds, node, readme }, {
    alternations: 3,
    seconds: 1,
    node: "24",
    readme: true,
  });
});

const MISTAKES: readonly [args: string, message: string][] = [
  ["--runtimes deno", "unknown flag --runtimes"],
  ["--runtime perl", "--runtime does not know perl"],
  ["--workload plain", "--workload does not know plain"],
  ["--only Culvert,Nobody", "--only does not know Nobody"],
  ["--runtime bun --only Culvert", "no contestant is left"],
  ["--alternations 0", "--alternations needs a number"],
  ["--seconds 1.5", "--seconds needs a number"],
  ["--json", "--json needs a value"],
  ["surplus", "unknown argument surplus"],
];

for (const [args, message] of MISTAKES) {
  Deno.test(`bench:peers objects to ${args}`, () => {
    const error = assertThrows(() => readOptions(args.split(" ")), UsageError);
    assertStringIncludes(error.message, message);
  });
}

Deno.test("bench:guard compares the work tree with one revision, or two revisions", () => {
  const one = readGuardOptions(["HEAD~3"]);
  assertEquals([one.before, one.after, one.most], ["HEAD~3", undefined, 1.1]);
  assertEquals(one.workloads, ["plaintext", "parameter", "native", "pipelined"]);
  const two = readGuardOptions(["1234567", "main", "--most", "1.05", "--workload", "native"]);
  assertEquals([two.before, two.after, two.most], ["1234567", "main", 1.05]);
  assertEquals(two.workloads, ["native"]);
});

const GUARD_MISTAKES: readonly [args: readonly string[], message: string][] = [
  [[], "no revision is named"],
  [["a", "b", "c"], "unknown argument c"],
  [["a", "--most", "much"], "--most needs a ratio"],
  [["a", "--most", "0"], "--most needs a ratio"],
  [["a", "--workload", "file"], "--workload does not know file"],
];

for (const [args, message] of GUARD_MISTAKES) {
  Deno.test(`bench:guard objects to ${JSON.stringify(args)}`, () => {
    const error = assertThrows(() => readGuardOptions(args), UsageError);
    assertStringIncludes(error.message, message);
  });
}

const SERVERS = ["Deno.serve", "Culvert", "Culvert, all batteries", "node:http"];

Deno.test("bench:server measures everything unless it is told otherwise", () => {
  const { part, includes, alternations, seconds } = readServerOptions([], SERVERS);
  assertEquals([part, alternations, seconds], [undefined, 5, 3]);
  assertEquals(SERVERS.filter(includes), SERVERS);
});

Deno.test("bench:server takes a part, and names without that of the server", () => {
  const args = ["batteries", "--only", "all batteries,Deno.serve", "--seconds", "1"];
  const { part, includes, seconds } = readServerOptions(args, SERVERS);
  assertEquals([part, seconds], ["batteries", 1]);
  assertEquals(SERVERS.filter(includes), ["Deno.serve", "Culvert, all batteries"]);
});

const SERVER_MISTAKES: readonly [args: readonly string[], message: string][] = [
  [["bun"], "unknown argument bun"],
  [["deno", "node"], "unknown argument node"],
  [["--only", "most batteries"], "--only does not know most batteries"],
  [["--seconds", "0"], "--seconds needs a number"],
];

for (const [args, message] of SERVER_MISTAKES) {
  Deno.test(`bench:server objects to ${JSON.stringify(args)}`, () => {
    const error = assertThrows(() => readServerOptions(args, SERVERS), UsageError);
    assertStringIncludes(error.message, message);
  });
}
