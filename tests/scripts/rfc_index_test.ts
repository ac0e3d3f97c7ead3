import { rowsText, summary } from "../../scripts/rfc_index.ts";
import {
  countProblems,
  type KeywordCounts,
  problemsIn,
  type RequirementIndex,
} from "../../scripts/rfc_problems.ts";
import { type JUnitReport, readJUnitReport } from "../../scripts/junit_report.ts";
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "../assert.ts";
import { INDEX } from "../rfc/index.ts";
import type { Requirement } from "../rfc/requirement.ts";

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="7" failures="1" errors="0" time="0.006">
    <testsuite name="./a_test.ts" tests="5" disabled="2" errors="0" failures="1">
        <testcase name="passes &lt;a&gt; &amp; &apos;b&apos; &quot;c&quot;" classname="./a_test.ts">
        </testcase>
        <testcase name=" 1.0 " classname="./a_test.ts">
        </testcase>
        <testcase name="fails: one" classname="./a_test.ts">
            <failure message="no &lt;">Error: no &lt;</failure>
        </testcase>
        <testcase name="errs" classname="./a_test.ts">
            <error message="no">no</error>
        </testcase>
        <testcase name="ignored: one" classname="./a_test.ts">
            <skipped/>
        </testcase>
    </testsuite>
    <testsuite name="./b_test.ts" tests="2" disabled="0" errors="0" failures="0">
        <testcase name="fails: two" classname="./b_test.ts">
        </testcase>
        <testcase name="fails: one" classname="./b_test.ts">
        </testcase>
    </testsuite>
</testsuites>
`;

const REPORT: JUnitReport = new Map([
  ["a: passes", ["passed"]],
  ["a: passes too", ["passed"]],
  ["b: fails", ["failed"]],
  ["b: passes", ["passed"]],
  ["c: ignored", ["ignored"]],
  ["twice", ["passed", "failed"]],
]);

/** As many keywords as `index()` has. */
const KEYWORDS: KeywordCounts = { "RFC 1": { "2": { must: 1, should: 1 } } };

const PROVEN: Requirement = {
  section: "2.1",
  level: "MUST",
  of: "server",
  rule: "Do it",
  tests: ["a: passes"],
};
const WAIVED: Requirement = {
  section: "2",
  level: "SHOULD",
  of: "client",
  rule: "Ask for it",
  reason: "Binds clients.",
};

/** An index of two rows; the first one names these tests. */
function index(...tests: readonly string[]): RequirementIndex {
  return { "RFC 1": [{ ...PROVEN, tests } as unknown as Requirement, WAIVED] };
}

/** Indexes with what is said of them. */
const JUDGED: [what: string, index: RequirementIndex, problems: string[]][] = [
  ["accepts a test that passed", index("a: passes"), []],
  ["accepts tests by the beginning of their names", index("a: *"), []],
  [
    "refuses a section with too few rows",
    { "RFC 1": [PROVEN] },
    [
      "RFC 1 §2: it has 1 MUST and 0 SHOULD, the text has 1 MUST and 1 SHOULD: " +
      "write one row for each keyword of the text",
    ],
  ],
  [
    "refuses a section with a row too many",
    { "RFC 1": [PROVEN, WAIVED, PROVEN] },
    [
      "RFC 1 §2: it has 2 MUST and 1 SHOULD, the text has 1 MUST and 1 SHOULD: " +
      "write one row for each keyword of the text",
    ],
  ],
  [
    "refuses a section and a specification that have no keywords",
    { "RFC 1": [PROVEN, WAIVED, { ...PROVEN, section: "20.1" }], "RFC 2": [PROVEN] },
    [
      "RFC 1 §20: it has 1 MUST and 0 SHOULD, the text has 0 MUST and 0 SHOULD: " +
      "write one row for each keyword of the text",
      "RFC 2 §2: it has 1 MUST and 0 SHOULD, the text has 0 MUST and 0 SHOULD: " +
      "write one row for each keyword of the text",
    ],
  ],
  [
    "refuses a specification without rows",
    {},
    [
      "RFC 1 §2: it has 0 MUST and 0 SHOULD, the text has 1 MUST and 1 SHOULD: " +
      "write one row for each keyword of the text",
    ],
  ],
  [
    "refuses a reason of white space",
    { "RFC 1": [PROVEN, { ...WAIVED, reason: " " }] },
    [
      'RFC 1 §2 "Ask for it": it has neither tests nor a reason: ' +
      "name what proves it, or say why nothing does",
    ],
  ],
  [
    "refuses a test that does not exist",
    index("a: passes", "a: pass"),
    ['RFC 1 §2.1 "Do it": no test is named "a: pass": correct the name, or write the test'],
  ],
  [
    "refuses a beginning that no name has",
    index("a: passes", "d: *"),
    ['RFC 1 §2.1 "Do it": no test is named "d: *": correct the name, or write the test'],
  ],
  [
    "refuses a test that failed",
    index("b: fails"),
    ['RFC 1 §2.1 "Do it": the test "b: fails" failed: make it pass'],
  ],
  [
    "refuses a test that failed among those of a beginning",
    index("b: *"),
    ['RFC 1 §2.1 "Do it": the test "b: fails" failed: make it pass'],
  ],
  [
    "refuses a name that two tests have, one of which failed",
    index("twice"),
    ['RFC 1 §2.1 "Do it": the test "twice" failed: make it pass'],
  ],
  [
    "refuses a test that did not run",
    index("c: ignored"),
    ['RFC 1 §2.1 "Do it": the test "c: ignored" did not run: ignore it no longer'],
  ],
];

for (const [what, index, problems] of JUDGED) {
  Deno.test(`problemsIn() ${what}`, () => {
    assertEquals(problemsIn(index, REPORT, KEYWORDS), problems);
  });
}

Deno.test("problemsIn() refuses a row without tests, which lessens the share too", () => {
  assertEquals(problemsIn(index(), REPORT, KEYWORDS), [
    'RFC 1 §2.1 "Do it": it has neither tests nor a reason: ' +
    "name what proves it, or say why nothing does",
    "0.0 % of the rows of servers, recipients and senders name tests, 85.0 % must: " +
    "write tests for those that have a reason",
  ]);
});

/** Of ten rows that bind us so many name tests, beside rows of others that name none. */
const SHARES: [named: number, problems: string[]][] = [
  [9, []],
  [8, [
    "80.0 % of the rows of servers, recipients and senders name tests, 85.0 % must: " +
    "write tests for those that have a reason",
  ]],
];

for (const [named, problems] of SHARES) {
  Deno.test(`problemsIn() judges a share of ${named} in ten`, () => {
    const ours = ["server", "recipient", "sender"] as const;
    const rows = Array.from({ length: 10 }, (_, i): Requirement => {
      const of = ours[i % ours.length];
      return i < named ? { ...PROVEN, of } : { ...WAIVED, of, level: "MUST" };
    });
    const keywords = { "RFC 1": { "2": { must: 10, should: 9 } } };
    const others = new Array<Requirement>(9).fill(WAIVED);
    assertEquals(problemsIn({ "RFC 1": [...rows, ...others] }, REPORT, keywords), problems);
  });
}

Deno.test("the index has a row for each keyword of the specifications", () => {
  assertEquals(countProblems(INDEX), []);
});

Deno.test("readJUnitReport() reads names as they are, and what became of each test", () => {
  assertEquals([...readJUnitReport(XML)], [
    [`passes <a> & 'b' "c"`, ["passed"]],
    [" 1.0 ", ["passed"]],
    ["fails: one", ["failed", "passed"]],
    ["errs", ["failed"]],
    ["ignored: one", ["ignored"]],
    ["fails: two", ["passed"]],
  ]);
});

Deno.test("readJUnitReport() reads a report of no tests, and nothing else", () => {
  assertEquals(readJUnitReport('<testsuites name="deno test" tests="0"/>').size, 0);
  assertThrows(() => readJUnitReport(""), Error, "no test suites");
  assertThrows(() => readJUnitReport("<html></html>"), Error, "no test suites");
});

Deno.test("summary() counts by section, and tells the share", () => {
  const rows: Requirement[] = [PROVEN, WAIVED, { ...PROVEN, section: "10.2" }];
  assertEquals(summary({ "RFC 1": rows }).split("\n"), [
    "RFC 1",
    "        MUST  SHOULD  with tests  with a reason",
    "  §2       1       1           1              1",
    "  §10      1       0           1              0",
    "  all      2       1           2              1",
    "",
    "2 of 2 rows of servers, recipients and senders name tests: 100.0 %",
  ]);
});

Deno.test("rowsText() has the rows of a section and of those in it", () => {
  const rows: Requirement[] = [PROVEN, WAIVED, { ...PROVEN, section: "20", note: "Mostly" }];
  const small = { "RFC 1": rows, "RFC 2": [PROVEN] };
  const [proven, waived] = [
    "RFC 1 §2.1 MUST, server: Do it\n  test: a: passes",
    "RFC 1 §2 SHOULD, client: Ask for it\n  reason: Binds clients.",
  ];
  assertEquals(rowsText(small, "1", "2.1"), proven);
  assertEquals(rowsText(small, "1", "§2"), `${proven}\n\n${waived}`);
  assertStringIncludes(rowsText(small, "1", "20"), "\n  test: a: passes\n  note: Mostly");
  assertEquals(rowsText(small, "2"), proven.replace("RFC 1", "RFC 2"));
  assertEquals(rowsText(small).split("\n\n").length, 4);
  assertEquals(rowsText(small, "3"), "");
});

Deno.test("rfc_index.ts fails where a report lacks the tests, a line for each", async () => {
  const report = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(report, XML);
    const { code, stdout, stderr } = await run("--report", report);
    assertEquals(code, 1);
    assertMatch(stdout, /^RFC 9112$/m);
    assertMatch(stdout, /^\d+ of \d+ rows of servers, recipients and senders name tests: /m);
    assertMatch(stderr, /^(RFC 911[02] §[\d.]+ ".+": no test is named ".+": correct .+\n)+$/);
  } finally {
    await Deno.remove(report);
  }
});

/** Command lines that check nothing. */
const PRINTED: [args: string[], code: number, output: RegExp][] = [
  [
    ["9112", "§4"],
    0,
    /^RFC 9112 §4 SHOULD, client: .+\n {2}reason: .+\n\nRFC 9112 §4 MUST, server/,
  ],
  [["9112", "99"], 1, /^no such rows\n$/],
  [["--rows"], 0, /^RFC 9110 §4[^]+\nRFC 9112 §10\.1 MUST, recipient: .+\n {2}reason: .+\n$/],
  [["--row"], 1, /^usage: /],
  [["9112", "4", "5"], 1, /^usage: /],
];

for (const [args, code, output] of PRINTED) {
  Deno.test(`rfc_index.ts ${args.join(" ")} prints, and runs no tests`, async () => {
    const result = await run(...args);
    assertEquals(result.code, code);
    assertMatch(result.stdout + result.stderr, output);
  });
}

async function run(...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "scripts/rfc_index.ts", ...args],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
