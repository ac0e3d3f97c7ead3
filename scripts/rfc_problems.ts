import type { Requirement, Role } from "../tests/rfc/requirement.ts";
import type { JUnitReport } from "./junit_report.ts";

/** The rows of each specification. */
export type RequirementIndex = Readonly<Record<string, readonly Requirement[]>>;

/** How many keywords a section's text has. */
export interface KeywordCount {
  /** MUST and its like. */
  readonly must: number;
  /** SHOULD and its like. */
  readonly should: number;
}

/** Keywords by specification and section. */
export type KeywordCounts = Readonly<Record<string, Readonly<Record<string, KeywordCount>>>>;

/** A part of a whole. */
export interface Share {
  /** How many rows name tests. */
  readonly named: number;
  /** How many there are. */
  readonly total: number;
}

/** The keywords of the specifications' own texts. */
export const KEYWORDS: KeywordCounts = {
  "RFC 9110": {
    "4": { must: 13, should: 4 },
    "5": { must: 17, should: 8 },
    "6": { must: 9, should: 6 },
    "7": { must: 27, should: 8 },
    "8": { must: 15, should: 11 },
    "9": { must: 17, should: 22 },
    "10": { must: 15, should: 15 },
    "12": { must: 5, should: 4 },
    "13": { must: 30, should: 5 },
    "14": { must: 7, should: 8 },
    "15": { must: 26, should: 26 },
  },
  "RFC 9112": {
    "2": { must: 8, should: 3 },
    "3": { must: 16, should: 4 },
    "4": { must: 1, should: 1 },
    "5": { must: 6, should: 0 },
    "6": { must: 22, should: 3 },
    "7": { must: 10, should: 3 },
    "8": { must: 1, should: 0 },
    "9": { must: 20, should: 16 },
    "10": { must: 1, should: 0 },
  },
};

/** The least part of the rows that bind us that must name tests. */
export const LEAST_SHARE = 0.85;

/** Whom we may be: rows of the others are not counted in the share. */
const OURS: ReadonlySet<Role> = new Set<Role>(["server", "recipient", "sender"]);

/** A section without keywords. */
const NONE: KeywordCount = { must: 0, should: 0 };

/** What an index lacks, a line for each, with what to do about it. */
export function problemsIn(
  index: RequirementIndex,
  report: JUnitReport,
  keywords: KeywordCounts = KEYWORDS,
): readonly string[] {
  return [
    ...countProblems(index, keywords),
    ...Object.entries(index).flatMap(([rfc, rows]) =>
      rows.flatMap((row) => rowProblems(row, report).map((what) => `${nameOf(rfc, row)}: ${what}`))
    ),
    ...shareProblems(index),
  ];
}

/** Where the rows of a section are not as many as its text has keywords. */
export function countProblems(
  index: RequirementIndex,
  keywords: KeywordCounts = KEYWORDS,
): readonly string[] {
  const rfcs = new Set([...Object.keys(keywords), ...Object.keys(index)]);
  return [...rfcs].flatMap((rfc) => {
    const found = countsOf(index[rfc] ?? []);
    const sections = new Set([...Object.keys(keywords[rfc] ?? {}), ...found.keys()]);
    return [...sections].flatMap((section) => {
      const rows = found.get(section) ?? NONE;
      const text = keywords[rfc]?.[section] ?? NONE;
      if (rows.must === text.must && rows.should === text.should) return [];
      return [
        `${rfc} §${section}: it has ${count(rows)}, the text has ${count(text)}: ` +
        "write one row for each keyword of the text",
      ];
    });
  });
}

/** How many of the rows that bind us name tests. */
export function shareOf(index: RequirementIndex): Share {
  const ours = Object.values(index).flat().filter(({ of }) => OURS.has(of));
  return { named: ours.filter(namesTests).length, total: ours.length };
}

/** Whether a row names tests. */
export function namesTests(row: Requirement): boolean {
  return "tests" in row && row.tests.length > 0;
}

/** The number of the chapter that holds a section: `9` of `9.3.2`. */
export function chapterOf({ section }: Requirement): string {
  return section.split(".", 1)[0];
}

/** A part as a percentage, with one digit behind the point. */
export function percentage({ named, total }: Share): string {
  return `${(total === 0 ? 0 : 100 * named / total).toFixed(1)} %`;
}

function countsOf(rows: readonly Requirement[]): ReadonlyMap<string, KeywordCount> {
  const counts = new Map<string, KeywordCount>();
  for (const row of rows) {
    const { must, should } = counts.get(chapterOf(row)) ?? NONE;
    const isMust = row.level === "MUST";
    counts.set(chapterOf(row), { must: must + Number(isMust), should: should + Number(!isMust) });
  }
  return counts;
}

function count({ must, should }: KeywordCount): string {
  return `${must} MUST and ${should} SHOULD`;
}

function nameOf(rfc: string, { section, rule }: Requirement): string {
  return `${rfc} §${section} "${rule}"`;
}

function rowProblems(row: Requirement, report: JUnitReport): readonly string[] {
  if (namesTests(row) && "tests" in row) {
    return row.tests.flatMap((name) => testProblems(name, report));
  }
  if ("reason" in row && row.reason.trim() !== "") return [];
  return ["it has neither tests nor a reason: name what proves it, or say why nothing does"];
}

function testProblems(name: string, report: JUnitReport): readonly string[] {
  const found = testsNamed(name, report);
  if (found.length === 0) {
    return [`no test is named "${name}": correct the name, or write the test`];
  }
  const failed = found.find((test) => report.get(test)?.includes("failed"));
  if (failed !== undefined) return [`the test "${failed}" failed: make it pass`];
  const ignored = found.find((test) => report.get(test)?.includes("ignored"));
  if (ignored !== undefined) return [`the test "${ignored}" did not run: ignore it no longer`];
  return [];
}

function testsNamed(name: string, report: JUnitReport): readonly string[] {
  if (!name.endsWith("*")) return report.has(name) ? [name] : [];
  const beginning = name.slice(0, -1);
  return [...report.keys()].filter((test) => test.startsWith(beginning));
}

function shareProblems(index: RequirementIndex): readonly string[] {
  const share = shareOf(index);
  if (share.named >= LEAST_SHARE * share.total) return [];
  const least = percentage({ named: LEAST_SHARE, total: 1 });
  return [
    `${percentage(share)} of the rows of servers, recipients and senders name tests, ` +
    `${least} must: write tests for those that have a reason`,
  ];
}
