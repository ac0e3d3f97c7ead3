/**
 * Runs the tests, and checks how much of `src` they reach: all of `protocol/` and `routing/`, and
 * 90 % of the lines of the whole.
 *
 * Every file is loaded, so that one no test imports counts as well. What runs in a process that a
 * test starts does not count: whether it can write its coverage depends on how it ends.
 *
 * @module
 */

/** How much of a file the tests reached. */
export interface FileCoverage {
  /** The file, relative to the root. */
  readonly file: string;
  /** Lines with code, and how many of them ran. */
  readonly lines: Ratio;
  /** Branches, and how many of them were taken. */
  readonly branches: Ratio;
  /** What was not reached, each with its line. */
  readonly gaps: readonly Gap[];
}

/** A part of a whole. */
export interface Ratio {
  /** How many were reached. */
  readonly hit: number;
  /** How many there are. */
  readonly found: number;
}

/** Code that no test reached. */
export interface Gap {
  /** Its line, from 1. */
  readonly line: number;
  /** What did not happen. */
  readonly what: string;
}

const FULL = ["src/protocol/", "src/routing/"];
const LEAST_LINES = 90;
/** Keeps processes that tests start from writing coverage of their own. */
const ALONE = 'data:text/javascript,Deno.env.delete("DENO_COVERAGE_DIR")';

/** Runs the tests under `root` and reads their coverage; `root` ends in a slash. */
export async function measure(root: URL): Promise<readonly FileCoverage[]> {
  const files = [...sourceFiles(root, "src/")].sort();
  const loader = await Deno.makeTempFile({ suffix: "_test.ts" });
  try {
    const imports = files.map((file) => `import ${JSON.stringify(new URL(file, root).href)};\n`);
    await Deno.writeTextFile(loader, imports.join(""));
    return await measureWith(loader, files, root);
  } finally {
    await Deno.remove(loader);
  }
}

/** Reads what `deno coverage --lcov` prints; a file that it does not name has no code. */
export function readLcov(
  lcov: string,
  files: readonly string[],
  root: URL,
): readonly FileCoverage[] {
  const prefix = decodeURIComponent(root.pathname);
  const records = new Map<string, string[]>();
  for (const record of lcov.split("end_of_record")) {
    const [name, ...lines] = record.trim().split("\n");
    records.set(name.slice("SF:".length + prefix.length), lines);
  }
  return files.map((file) => readRecord(file, records.get(file) ?? []));
}

/** One line for each demand that is not met. */
export function shortfalls(coverage: readonly FileCoverage[]): readonly string[] {
  const gaps = coverage
    .filter(({ file }) => FULL.some((folder) => file.startsWith(folder)))
    .flatMap(({ file, gaps }) => gaps.map(({ line, what }) => `${file}:${line} ${what}`));
  const lines = percentage(sum(coverage.map(({ lines }) => lines)));
  if (lines >= LEAST_LINES) return gaps;
  return [...gaps, `${lines.toFixed(1)} % of all lines run: ${LEAST_LINES} % must`];
}

/** A table with a row for each file and one for the whole. */
export function table(coverage: readonly FileCoverage[]): string {
  const total = {
    file: "the whole",
    lines: sum(coverage.map(({ lines }) => lines)),
    branches: sum(coverage.map(({ branches }) => branches)),
  };
  const width = Math.max(...coverage.map(({ file }) => file.length), total.file.length);
  return [...coverage, total].map(({ file, lines, branches }) =>
    `${file.padEnd(width)}  ${column(lines)} of lines  ${column(branches)} of branches`
  ).join("\n");
}

async function measureWith(loader: string, files: readonly string[], root: URL) {
  const folder = new URL("coverage/", root);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const data = `--coverage=${decodeURIComponent(folder.pathname)}`;
  const flags = ["-A", "--parallel", "--no-check", data, "--coverage-raw-data-only"];
  const tests = await deno(root, "inherit", "test", ...flags, "--preload", ALONE, ".", loader);
  if (!tests.success) throw new Error("Cannot measure: a test failed");
  const report = await deno(
    root,
    "piped",
    "coverage",
    "--lcov",
    decodeURIComponent(folder.pathname),
  );
  if (!report.success) throw new Error("Cannot measure: there is no report");
  return readLcov(new TextDecoder().decode(report.stdout), files, root);
}

function deno(cwd: URL, stdout: "inherit" | "piped", ...args: string[]) {
  const options = { args, cwd, stdin: "null", stdout, stderr: "inherit" } as const;
  return new Deno.Command(Deno.execPath(), options).output();
}

function readRecord(file: string, record: readonly string[]): FileCoverage {
  const entries = record.map((entry) => entry.split(/[:,]/));
  const lines = entries.filter(([kind]) => kind === "DA");
  const branches = entries.filter(([kind]) => kind === "BRDA");
  const gaps = [
    ...uncalled(entries),
    ...branches.filter(isMissed).map((entry) => gapAt(entry, "has a branch that is not taken")),
    ...lines.filter(isMissed).map((entry) => gapAt(entry, "does not run")),
  ];
  return {
    file,
    lines: { found: lines.length, hit: lines.length - lines.filter(isMissed).length },
    branches: { found: branches.length, hit: branches.length - branches.filter(isMissed).length },
    gaps: gaps.sort((a, b) => a.line - b.line),
  };
}

/** Functions are listed twice in one order: with their lines, then with their calls. */
function uncalled(entries: readonly string[][]): Gap[] {
  const calls = entries.filter(([kind]) => kind === "FNDA");
  return entries.filter(([kind]) => kind === "FN")
    .filter((_, index) => calls[index][1] === "0")
    .map((entry) => gapAt(entry, `${entry.slice(2).join(",")}() is never called`));
}

/** Whether a line's or branch's count, its last field, is none. */
function isMissed(entry: readonly string[]): boolean {
  return entry.at(-1) === "0" || entry.at(-1) === "-";
}

function gapAt(entry: readonly string[], what: string): Gap {
  return { line: Number(entry[1]), what };
}

function sum(ratios: readonly Ratio[]): Ratio {
  const add = (a: number, b: number) => a + b;
  return {
    hit: ratios.map(({ hit }) => hit).reduce(add, 0),
    found: ratios.map(({ found }) => found).reduce(add, 0),
  };
}

function percentage({ hit, found }: Ratio): number {
  return found === 0 ? 100 : 100 * hit / found;
}

function column(ratio: Ratio): string {
  return ratio.found === 0 ? "   none" : `${percentage(ratio).toFixed(1).padStart(5)} %`;
}

function* sourceFiles(root: URL, folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    const path = folder + entry.name;
    if (entry.isDirectory) yield* sourceFiles(root, `${path}/`);
    else if (/(?<!\.d)\.ts$/.test(entry.name)) yield path;
  }
}

if (import.meta.main) {
  const coverage = await measure(new URL("../", import.meta.url));
  console.log(table(coverage));
  const missing = shortfalls(coverage);
  for (const line of missing) console.error(line);
  if (missing.length > 0) Deno.exit(1);
}
