import { type FileCoverage, readLcov, shortfalls, table } from "../../scripts/coverage.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";

const LCOV = `SF:/project/src/protocol/a.ts
FN:1,reach
FN:5,miss
FNDA:2,reach
FNDA:0,miss
FNF:2
FNH:1
BRDA:2,1,0,1
BRDA:2,1,1,0
BRDA:3,2,0,-
BRF:3
BRH:1
DA:1,2
DA:2,2
DA:3,0
DA:5,0
LH:2
LF:4
end_of_record
SF:/project/mod.ts
DA:1,1
end_of_record
SF:/project/src/serve.ts
DA:1,0
DA:2,1
end_of_record
`;

const FILES = ["src/protocol/a.ts", "src/protocol/types.ts", "src/serve.ts"];

Deno.test("readLcov() counts lines and branches, and tells what is missing", () => {
  const [a, types, serve] = readLcov(LCOV, FILES, new URL("file:///project/"));
  assertEquals(a, {
    file: "src/protocol/a.ts",
    lines: { hit: 2, found: 4 },
    branches: { hit: 1, found: 3 },
    gaps: [
      { line: 2, what: "has a branch that is not taken" },
      { line: 3, what: "has a branch that is not taken" },
      { line: 3, what: "does not run" },
      { line: 5, what: "miss() is never called" },
      { line: 5, what: "does not run" },
    ],
  });
  assertEquals(types.lines, { hit: 0, found: 0 });
  assertEquals(serve.gaps, [{ line: 1, what: "does not run" }]);
});

const GAPS = [{ line: 7, what: "does not run" }];

const JUDGED: [what: string, coverage: FileCoverage[], expected: string[]][] = [
  ["accepts code that is reached", [file("src/protocol/a.ts", 10)], []],
  ["accepts files without code", [file("src/protocol/a.ts", 0, 0)], []],
  ["accepts nine lines of ten elsewhere", [file("src/web/a.ts", 9, 10, GAPS)], []],
  [
    "refuses a gap in protocol/",
    [file("src/protocol/a.ts", 99, 100, GAPS)],
    ["src/protocol/a.ts:7 does not run"],
  ],
  [
    "refuses a gap in routing/",
    [file("src/routing/a.ts", 99, 100, GAPS)],
    ["src/routing/a.ts:7 does not run"],
  ],
  [
    "refuses a whole with less than nine lines of ten",
    [file("src/web/a.ts", 100), file("src/serve.ts", 79, 100)],
    ["89.5 % of all lines run: 90 % must"],
  ],
];

for (const [what, coverage, expected] of JUDGED) {
  Deno.test(`shortfalls() ${what}`, () => {
    assertEquals(shortfalls(coverage), expected);
  });
}

Deno.test("table() has a row for each file and one for the whole", () => {
  assertEquals(table([file("src/protocol/a.ts", 9, 10), file("src/x.ts", 0, 0)]).split("\n"), [
    "src/protocol/a.ts   90.0 % of lines     none of branches",
    "src/x.ts              none of lines     none of branches",
    "the whole           90.0 % of lines     none of branches",
  ]);
});

Deno.test("coverage.ts measures files that no test of its own process imports", async () => {
  const { code, stdout, stderr } = await runIn({
    "src/protocol/types.ts": "export interface Nothing {}",
    "src/protocol/a.ts": "export function sign(x: number): number {\n  return x < 0 ? -1 : 1;\n}\n",
    "src/forgotten.ts": "export function forgotten(): number {\n  return 1;\n}\n",
    "tests/child.ts": 'import { forgotten } from "../src/forgotten.ts";\nforgotten();\n',
    "tests/a_test.ts": 'import { sign } from "../src/protocol/a.ts";\n' +
      'Deno.test("a", async () => {\n' +
      "  sign(1);\n" +
      '  await new Deno.Command(Deno.execPath(), { args: ["tests/child.ts"] }).output();\n' +
      "});\n",
  });
  assertEquals(code, 1);
  assertMatch(stdout, /^src\/forgotten\.ts +0\.0 % of lines/m);
  assertMatch(stdout, /^src\/protocol\/types\.ts +none of lines/m);
  assertStringIncludes(stderr, "src/protocol/a.ts:2 has a branch that is not taken\n");
  assertStringIncludes(stderr, "50.0 % of all lines run: 90 % must\n");
});

Deno.test("coverage.ts fails where a test does", async () => {
  const { code, stderr } = await runIn({
    "src/a.ts": "export const a = 1;",
    "tests/a_test.ts": 'Deno.test("a", () => { throw new Error("no"); });',
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot measure: a test failed");
});

function file(
  name: string,
  hit: number,
  found: number = hit,
  gaps: FileCoverage["gaps"] = [],
): FileCoverage {
  return { file: name, lines: { hit, found }, branches: { hit: 0, found: 0 }, gaps };
}

/** Runs a copy of the script in a project of these files. */
async function runIn(files: Readonly<Record<string, string>>) {
  const folder = await Deno.makeTempDir();
  const root = new URL(`file://${folder}/`);
  try {
    const script = await Deno.readTextFile(new URL("../../scripts/coverage.ts", import.meta.url));
    const tree = { ...files, "deno.json": "{}", "scripts/coverage.ts": script };
    for (const [name, content] of Object.entries(tree)) {
      await Deno.mkdir(new URL(".", new URL(name, root)), { recursive: true });
      await Deno.writeTextFile(new URL(name, root), content);
    }
    const args = ["run", "-A", "scripts/coverage.ts"];
    const output = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    const [stdout, stderr] = [output.stdout, output.stderr].map((octets) => decoder.decode(octets));
    return { code: output.code, stdout, stderr };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
