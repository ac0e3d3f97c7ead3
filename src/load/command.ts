import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { VERSION } from "../version.ts";
import { type LoadCommand, readCommandLine, USAGE, UsageError } from "./flags.ts";
import { renderHtmlReport } from "./html_report.ts";
import { LoadError, loadTest } from "./load.ts";
import { type LoadOptions, resolveOptions } from "./options.ts";
import { ProgressLine } from "./progress_line.ts";
import type { LoadReport } from "./report.ts";
import { renderSummary } from "./summary.ts";
import { checkThresholds } from "./thresholds.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs the command with these arguments; gives its exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    const command = readCommandLine(args);
    if (command === "help") return say(USAGE);
    if (command === "version") return say(`culvert-load ${VERSION}\n`);
    return await run(command);
  } catch (error) {
    if (error instanceof UsageError) {
      return complain(`${error.message}\nTry --help for the flags\n`, 2);
    }
    if (error instanceof LoadError || error instanceof FileError) {
      return complain(`${error.message}\n`, 1);
    }
    throw error;
  }
}

/** A file cannot be read or written. */
class FileError extends Error {
  override readonly name = "FileError";
}

async function run(command: LoadCommand): Promise<number> {
  const { thresholds, json, html } = command;
  try {
    resolveOptions(command.options);
  } catch (error) {
    return complain(`${reasonOf(error)}\n`, 2);
  }
  const content = await readContent(command);
  const report = await measure({ ...command.options, ...content }, command.isQuiet);
  const broken = checkThresholds(report, thresholds);
  const summary = renderSummary(report, broken);
  // Whoever reads the standard output as JSON gets nothing else there.
  if (json === "-") {
    process.stderr.write(summary);
    process.stdout.write(renderJson(report));
  } else {
    process.stdout.write(summary);
    if (json !== undefined) await writeText(json, renderJson(report));
  }
  if (html !== undefined) await writeText(html, renderHtmlReport(report));
  return broken.length > 0 || report.requests === 0 ? 1 : 0;
}

/** Measures until all is done or a signal comes; a second signal ends the process. */
async function measure(options: LoadOptions, isQuiet: boolean): Promise<LoadReport> {
  const controller = new AbortController();
  const interruption = new LoadError("Cannot measure: interrupted before the first connection");
  const line = new ProgressLine(process.stderr);
  const stop = () => controller.abort(interruption);
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await loadTest({
      ...options,
      signal: controller.signal,
      ...(!isQuiet && { onProgress: (progress) => line.show(progress) }),
    });
  } finally {
    if (!isQuiet) line.clear();
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

async function readContent({ contentFile }: LoadCommand): Promise<{ content?: Uint8Array }> {
  if (contentFile === undefined) return {};
  try {
    const content = contentFile === "-" ? await readInput() : await readFile(contentFile);
    return { content };
  } catch (error) {
    throw new FileError(`Cannot read ${contentFile}: ${reasonOf(error)}`);
  }
}

async function readInput(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of process.stdin) parts.push(part);
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new FileError(`Cannot write ${path}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function renderJson(report: LoadReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(text: string, code: number): number {
  process.stderr.write(text);
  return code;
}
