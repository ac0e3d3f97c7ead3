import { parseArgs } from "../std/parse_args.ts";
import type { LoadOptions } from "./options.ts";
import type { Thresholds } from "./thresholds.ts";
import { parseDuration, parseSize } from "./units.ts";

/** What the command prints for `--help`. */
export const USAGE = `Usage: culvert-load [flags] URL

Loads an HTTP/1.1 server, and tells how it answered.

  --connections <n>     connections that are kept busy (10)
  --pipelining <n>      requests on one connection that may wait for answers (1)
  --duration <time>     how long to measure: 500ms, 10s, 2m (10s)
  --requests <n>        how many requests to send, instead of a duration or within it
  --rate <n>            requests a second, however long answers take (an open loop):
                        latency counts from when a request was due
  --warm-up <time>      how long to load before the measurement begins (none)
  --timeout <time>      how long an answer may take (10s)
  --method <name>       method of the requests (GET, or POST with content)
  --header <field>      a header field, "Name: value"; can be repeated
  --body <text>         content of each request
  --body-file <path>    a file with the content; - for the standard input
  --body-size <size>    content of so many octets: 512, 64KiB, 1MB
  --unix <path>         Unix domain socket to connect to, instead of the URL's host
  --insecure            take any certificate
  --json <path>         write the report as JSON; - for the standard output
  --html <path>         write the report as a page with charts
  --max-p50 <time>      exit with 1 where a percentile is longer; also --max-p90,
                        --max-p99, --max-p999, and --max-latency for the longest
  --max-errors <n>      exit with 1 where there are more errors
  --min-rate <n>        exit with 1 where there are fewer answers a second
  --quiet               show no progress
  --help                print this
  --version             print the version

Exit codes: 0 all is well, 1 a threshold is broken or the server cannot be reached,
2 a flag that makes no sense.
`;

/** What a command line asks for. */
export interface LoadCommand {
  /** What to load, but for the content, which may be in a file. */
  readonly options: LoadOptions;
  /** Where the content is; `-` is the standard input. */
  readonly contentFile?: string;
  /** What the report must keep to. */
  readonly thresholds: Thresholds;
  /** Where the report goes as JSON; `-` is the standard output. */
  readonly json?: string;
  /** Where the report goes as a page. */
  readonly html?: string;
  /** Whether no progress is shown. */
  readonly isQuiet: boolean;
}

/** A command line that makes no sense; its message is for whoever wrote it. */
export class UsageError extends Error {
  /** Always `"UsageError"`. */
  override readonly name = "UsageError";
}

type Reader = (flag: string, text: string) => number;

const readTime: Reader = (flag, text) => {
  const time = parseDuration(text);
  if (time === undefined) throw new UsageError(`--${flag} needs a time: 500ms, 10s, 2m, 1h`);
  return time;
};

const readNumber: Reader = (flag, text) => {
  if (!/^\d{1,15}(\.\d{1,9})?$/.test(text)) throw new UsageError(`--${flag} needs a number`);
  return Number(text);
};

/** Flags whose value is an option, and how they are read. */
const OPTION_FLAGS = {
  "connections": ["connections", readNumber],
  "pipelining": ["pipelining", readNumber],
  "duration": ["duration", readTime],
  "requests": ["requests", readNumber],
  "rate": ["rate", readNumber],
  "warm-up": ["warmUp", readTime],
  "timeout": ["timeout", readTime],
} as const satisfies Readonly<Record<string, readonly [keyof LoadOptions, Reader]>>;

/** Flags whose value is a threshold. */
const THRESHOLD_FLAGS = {
  "max-p50": ["maxP50", readTime],
  "max-p90": ["maxP90", readTime],
  "max-p99": ["maxP99", readTime],
  "max-p999": ["maxP999", readTime],
  "max-latency": ["maxLatency", readTime],
  "max-errors": ["maxErrors", readNumber],
  "min-rate": ["minRate", readNumber],
} as const satisfies Readonly<Record<string, readonly [keyof Thresholds, Reader]>>;

const TEXT_FLAGS = [
  "method",
  "body",
  "body-file",
  "body-size",
  "unix",
  "json",
  "html",
] as const;

/** Flags without a value. */
const SWITCHES = ["insecure", "quiet", "help", "version"] as const;

type Texts = Readonly<Record<string, string | undefined>>;

/**
 * Reads a command line; `"help"` or `"version"` where it asks for that.
 *
 * @throws {UsageError} when it makes no sense.
 */
export function readCommandLine(args: readonly string[]): LoadCommand | "help" | "version" {
  const strangers: string[] = [];
  const flags = parseArgs(joinDashes(args), {
    boolean: SWITCHES,
    string: [
      ...Object.keys(OPTION_FLAGS),
      ...Object.keys(THRESHOLD_FLAGS),
      ...TEXT_FLAGS,
      "header",
    ],
    collect: ["header"],
    unknown(argument, name) {
      if (name !== undefined) strangers.push(argument);
      return name === undefined;
    },
  });
  if (flags.help) return "help";
  if (flags.version) return "version";
  if (strangers.length > 0) throw new UsageError(`unknown flag ${strangers[0]}`);
  const { header, ...texts } = flags as unknown as Texts & { readonly header?: readonly string[] };
  for (const [name, text] of Object.entries(texts)) {
    // An empty content is one; anything else that is empty was forgotten.
    if (text === "" && name !== "body") throw new UsageError(`--${name} needs a value`);
  }
  const [url, ...more] = flags._.map(String);
  if (url === undefined) throw new UsageError("the URL is missing");
  if (more.length > 0) throw new UsageError(`one URL at a time, and not ${more[0]}`);
  return {
    options: {
      url: readUrl(url),
      ...readAll(OPTION_FLAGS, texts),
      ...pick(texts, "method", "unix"),
      ...(header !== undefined && header.length > 0 && { headers: header.map(readField) }),
      ...readContent(texts),
      insecure: flags.insecure,
    },
    thresholds: readAll(THRESHOLD_FLAGS, texts),
    ...pick(texts, "json", "html"),
    contentFile: texts["body-file"],
    isQuiet: flags.quiet,
  };
}

/** `--json -` as `--json=-`, since a lone dash is no value to the parser. */
function joinDashes(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const last = joined.at(-1);
    if (argument === "-" && last !== undefined && /^--[a-z]+(-[a-z]+)*$/.test(last)) {
      joined[joined.length - 1] = `${last}=-`;
    } else joined.push(argument);
  }
  return joined;
}

function readAll(
  table: Readonly<Record<string, readonly [name: string, read: Reader]>>,
  texts: Texts,
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [flag, [name, read]] of Object.entries(table)) {
    const text = texts[flag];
    if (text !== undefined) values[name] = read(flag, text);
  }
  return values;
}

function pick<Name extends string>(texts: Texts, ...names: Name[]): { [name in Name]?: string } {
  const found: { [name in Name]?: string } = {};
  for (const name of names) if (texts[name] !== undefined) found[name] = texts[name];
  return found;
}

/** A URL without a scheme is one of `http`. */
function readUrl(text: string): string {
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) throw new UsageError(`${text} is no URL: write http://host:port/path`);
  return url;
}

function readField(text: string): readonly [string, string] {
  const [, name, value] = /^([^:]+):\s*(.*?)\s*$/.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--header needs "Name: value", not ${text}`);
  return [name, value];
}

function readContent(texts: Texts): { content?: string | Uint8Array } {
  const given = ["body", "body-file", "body-size"].filter((flag) => texts[flag] !== undefined);
  if (given.length > 1) throw new UsageError(`--${given[0]} and --${given[1]} exclude one another`);
  if (texts.body !== undefined) return { content: texts.body };
  if (texts["body-size"] === undefined) return {};
  const size = parseSize(texts["body-size"]);
  if (size === undefined || size > LARGEST_CONTENT) {
    throw new UsageError("--body-size needs a size up to 1GiB: 512, 64KiB, 1MB");
  }
  return { content: new Uint8Array(size).fill(LETTER_X) };
}

/** Octets of content that a flag can ask for, and what they are. */
const LARGEST_CONTENT = 2 ** 30;
const LETTER_X = 0x78;
