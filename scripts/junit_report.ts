import { XMLParser } from "fast-xml-parser";

/** What became of a test. */
export type Outcome = "passed" | "failed" | "ignored";

/** Outcomes by the names of tests; tests of one name each have theirs. */
export type JUnitReport = ReadonlyMap<string, readonly Outcome[]>;

interface Suites {
  readonly testsuites?: { readonly testsuite?: readonly Suite[] } | string;
}

interface Suite {
  readonly testcase?: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly failure?: unknown;
  readonly error?: unknown;
  readonly skipped?: unknown;
}

// Names are compared as they are: white space counts, and a number is text.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name) => name === "testsuite" || name === "testcase",
});

/** Reads what `deno test --junit-path` writes. */
export function readJUnitReport(xml: string): JUnitReport {
  const { testsuites }: Suites = parser.parse(xml);
  if (testsuites === undefined) throw new Error("Cannot read the report: it has no test suites");
  const suites = typeof testsuites === "string" ? [] : testsuites.testsuite ?? [];
  const report = new Map<string, Outcome[]>();
  for (const test of suites.flatMap(({ testcase }) => testcase ?? [])) {
    const outcomes = report.get(test.name);
    if (outcomes === undefined) report.set(test.name, [outcomeOf(test)]);
    else outcomes.push(outcomeOf(test));
  }
  return report;
}

function outcomeOf({ failure, error, skipped }: Case): Outcome {
  if (failure !== undefined || error !== undefined) return "failed";
  return skipped === undefined ? "passed" : "ignored";
}
