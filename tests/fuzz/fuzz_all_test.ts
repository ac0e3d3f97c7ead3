import { fuzzAll } from "../../fuzz/fuzz_all.ts";
import { BrokenLaw, demand, demandSame, lawOf } from "../../fuzz/law.ts";
import type { Target } from "../../fuzz/target.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import { runProgram } from "../program.ts";
import { readConversations } from "../wire/corpus.ts";

/** Breaks its law once an input holds a NUL. */
const noNul: Target = {
  name: "no-nul",
  seeds: () => [new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n")],
  maxLength: 100,
  run(octets) {
    demand(!octets.includes(0), "no NUL", `in ${octets.length} octets`);
    return "";
  },
};

const allIsWell: Target = { ...noNul, name: "all-is-well", run: () => "" };

async function run(targets: readonly Target[], executions: number) {
  const folder = await Deno.makeTempDir();
  const said: string[] = [];
  try {
    const finds = new URL(`file://${folder}/finds/`);
    const say = (line: string) => void said.push(line);
    const options = { budget: { executions }, seed: 3 };
    const code = await fuzzAll(targets, options, { isWatched: () => false, finds, say });
    const files = code === 0 ? [] : [...Deno.readDirSync(finds)].map(({ name }) => name);
    const texts = files.map((name) => Deno.readTextFileSync(new URL(name, finds)));
    return { code, said, files, texts };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a broken law ends the run with 1, and is kept as a section of the wire corpus", async () => {
  const { code, said, files, texts } = await run([allIsWell, noNul, allIsWell], 30_000);
  assertEquals(code, 1);
  assertEquals(files.length, 1);
  assertMatch(files[0], /^no-nul-3-\d+\.md$/);
  const [{ title, octets }] = readConversations(files[0], texts[0]);
  assertEquals([title, [...octets]], ["no NUL (target no-nul)", [0]]);
  assertStringIncludes(said.join("\n"), texts[0]);
  assertStringIncludes(texts[0], "in 1 octets");
  assertMatch(said.at(-1)!, /^[\d,]+ executions in \d+ s, finds: 1$/);
});

Deno.test("without a find it ends with 0, after as many executions as were asked for", async () => {
  const { code, said } = await run([allIsWell, allIsWell], 1_000);
  assertEquals(code, 0);
  assertEquals(said[0], "Seed 3");
  assertEquals(
    said.filter((line) => /^all-is-well +500 executions .*nothing found$/.test(line)).length,
    2,
  );
  assertMatch(said.at(-1)!, /^1,000 executions in \d+ s, finds: 0$/);
});

Deno.test("demandSame() and lawOf() know a fault by its law, not by its input", () => {
  const broken = assertThrows(() => demandSame([1], [2], "numbers"), BrokenLaw, "found    [1]");
  assertEquals(lawOf(broken), "numbers");
  demandSame([1], [1], "numbers");
  assertEquals(
    lawOf(new TypeError('Cannot read "a b" at 17')),
    lawOf(new TypeError('Cannot read "c" at 4')),
  );
  assert(lawOf(new TypeError("x")) !== lawOf(new RangeError("x")));
  assertEquals(lawOf("text"), "threw text");
});

Deno.test("deno task fuzz tries every target, the same inputs for the same seed", async () => {
  const flags = ["--executions", "180", "--seed", "1"];
  const [first, second] = await Promise.all([fuzzTask(flags), fuzzTask(flags)]);
  assertEquals([first.code, second.code], [0, 0], first.stdout + first.stderr + second.stdout);
  const counts = (text: string) => [...text.matchAll(/^(\w+) +20 executions.*(corpus \d+)/gm)];
  const told = counts(first.stdout).map(([, name, corpus]) => [name, corpus]);
  assertEquals(told.length, 9, first.stdout);
  assertEquals(told, counts(second.stdout).map(([, name, corpus]) => [name, corpus]));
});

Deno.test("deno task fuzz says what is wrong with its flags, and ends with 2", async () => {
  const { code, stdout, stderr } = await fuzzTask(["--target", "nothing"]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^Cannot fuzz "nothing": the targets are exchange, chunked, .*\n\nUsage: /);
});

Deno.test("deno task fuzz --help says how it is used", async () => {
  const { code, stdout } = await fuzzTask(["--help"]);
  assertEquals(code, 0);
  assertMatch(stdout, /^Usage: deno task fuzz/);
});

async function fuzzTask(flags: readonly string[]) {
  return await runProgram(["run", "-A", "fuzz/main.ts", ...flags]);
}
