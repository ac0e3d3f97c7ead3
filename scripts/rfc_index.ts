/**
 * Checks the index of what RFC 9110 and RFC 9112 require: that it is complete, and that the tests
 * it names have passed.
 *
 * ```sh
 * deno run -A scripts/rfc_index.ts                  # runs the tests first
 * deno run -A scripts/rfc_index.ts --report FILE    # reads what `deno test --junit-path` wrote
 * deno run -A scripts/rfc_index.ts 9112 §6.3        # prints rows, and checks nothing
 * ```
 *
 * @module
 */
import { parseArgs } from "../src/std/parse_args.ts";
import { INDEX } from "../tests/rfc/index.ts";
import type { Requirement } from "../tests/rfc/requirement.ts";
import { type JUnitReport, readJUnitReport } from "./junit_report.ts";
import {
  chapterOf,
  namesTests,
  percentage,
  problemsIn,
  type RequirementIndex,
  shareOf,
} from "./rfc_problems.ts";

const USAGE = "usage: rfc_index.ts [--report FILE] | --rows | RFC [SECTION]";

/** A table with a row for each section, and the share of the rows that bind us. */
export function summary(index: RequirementIndex): string {
  const share = shareOf(index);
  return [
    ...Object.entries(index).flatMap(([rfc, rows]) => sectionTable(rfc, rows)),
    `${share.named} of ${share.total} rows of servers, recipients and senders name tests: ` +
    percentage(share),
  ].join("\n");
}

/** The rows of a section, all of those that it holds included; of the whole where none is named. */
export function rowsText(index: RequirementIndex, rfc = "", section = ""): string {
  const number = section.replace(/^§/, "");
  return Object.entries(index)
    .filter(([name]) => rfc === "" || name === `RFC ${rfc}`)
    .flatMap(([name, rows]) =>
      rows
        .filter((row) => number === "" || `${row.section}.`.startsWith(`${number}.`))
        .map((row) => rowText(name, row))
    ).join("\n\n");
}

function sectionTable(rfc: string, rows: readonly Requirement[]): readonly string[] {
  const chapters = [...new Set(rows.map(chapterOf))];
  const lines = chapters.map((chapter) =>
    line([`§${chapter}`, ...figures(rows.filter((row) => chapterOf(row) === chapter))])
  );
  const heading = ["", "MUST", "SHOULD", "with tests", "with a reason"];
  return [rfc, line(heading), ...lines, line(["all", ...figures(rows)]), ""];
}

function figures(rows: readonly Requirement[]): readonly number[] {
  const must = rows.filter(({ level }) => level === "MUST").length;
  const named = rows.filter(namesTests).length;
  return [must, rows.length - must, named, rows.length - named];
}

function line([first, ...others]: readonly (string | number)[]): string {
  const widths = [6, 8, 12, 15];
  return `  ${String(first).padEnd(4)}${
    others.map((cell, i) => String(cell).padStart(widths[i])).join("")
  }`;
}

function rowText(rfc: string, row: Requirement): string {
  const proof = "tests" in row
    ? [...row.tests.map((name) => `  test: ${name}`), ...(row.note ? [`  note: ${row.note}`] : [])]
    : [`  reason: ${row.reason}`];
  return [`${rfc} §${row.section} ${row.level}, ${row.of}: ${row.rule}`, ...proof].join("\n");
}

/** Runs all tests; which of them passed is the index's to judge. */
async function runTests(): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const args = ["test", "-A", "--parallel", "--reporter=dot", `--junit-path=${path}`];
    const cwd = new URL("../", import.meta.url);
    const options = { args, cwd, stdin: "null", stdout: "inherit", stderr: "inherit" } as const;
    await new Deno.Command(Deno.execPath(), options).output();
    return await Deno.readTextFile(path);
  } finally {
    await Deno.remove(path);
  }
}

/** Prints the summary, then what is wrong; tells whether nothing is. */
function check(report: JUnitReport): boolean {
  console.log(summary(INDEX));
  const problems = problemsIn(INDEX, report);
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}

async function main(): Promise<boolean> {
  const names: string[] = [];
  const unknown: string[] = [];
  const { rows, report } = parseArgs(Deno.args, {
    boolean: ["rows"],
    string: ["report"],
    unknown: (argument, name) => void (name === undefined ? names : unknown).push(argument),
  });
  if (unknown.length > 0 || names.length > 2) {
    console.error(USAGE);
    return false;
  }
  if (rows || names.length > 0) {
    const text = rowsText(INDEX, ...names);
    console.log(text || "no such rows");
    return text !== "";
  }
  return check(readJUnitReport(report ? await Deno.readTextFile(report) : await runTests()));
}

if (import.meta.main && !await main()) Deno.exit(1);
