import { type AppSettings, ownFolder, whyNotServed } from "./showcase/settings.ts";
import { parseArgs } from "./std/parse_args.ts";

/** What the command says of itself. */
export const USAGE = `Usage: culvert [flags]
       culvert [flags] <folder>

Serves a showcase, or the files of a folder, until it gets SIGINT or SIGTERM. It then finishes
what it has begun; a second signal ends it at once.

  --hostname <name>   address to listen on (127.0.0.1; 0.0.0.0 for every IPv4 address)
  --port <port>       port to listen on, 0 for any (8000)
  --workers <number>  processes that share the port; without it, this one serves
  --deadline <ms>     how long a drain may take, in milliseconds (10000)
  --quiet             no access log
  -h, --help          print this
  --version           print the version

Of the showcase:
  --dir <folder>      folder that is served under /files/ (one of its own)
  --limit <number>    requests a second for each address on /users/* and /echo; 0: any (100).
                      Each worker counts by itself, and tells its own /metrics

Of a folder:
  --no-listing        a folder without an index is 404
  --dotfiles          serves names that begin with a dot
  --cors              pages of any origin may read the files
`;

/** Milliseconds; what a timer can wait. */
const LONGEST_DEADLINE = 2 ** 31 - 1;
const MOST_WORKERS = 1024;
const HIGHEST_LIMIT = 1_000_000;

/** What the command line asks for. */
export interface CommandSettings {
  /** Address to listen on. */
  readonly hostname: string;
  /** Port to listen on, 0 for one that is free. */
  readonly port: number;
  /** How long a drain may take, in milliseconds. */
  readonly deadline: number;
  /** Absent where this process is to serve. */
  readonly workers?: number;
  /** What is served. */
  readonly app: AppSettings;
}

/** What became of a command line. */
export type CommandLine =
  | { readonly kind: "help" | "version" }
  | { readonly kind: "mistake"; readonly message: string }
  | { readonly kind: "run"; readonly settings: CommandSettings };

/** Reads the arguments of a command line. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const strangers: string[] = [];
  const flags = parseArgs(withoutDashes(args), {
    boolean: ["help", "version", "quiet", "no-listing", "dotfiles", "cors"],
    string: ["hostname", "port", "deadline", "workers", "dir", "limit", "_"],
    unknown(argument, name) {
      if (name === undefined || argument === "-h") return true;
      strangers.push(argument);
      return false;
    },
  });
  if (flags.help || "h" in flags) return { kind: "help" };
  if (flags.version) return { kind: "version" };
  const { hostname = "127.0.0.1", port = "8000", deadline = "10000", limit = "100" } = flags;
  const { workers, dir } = flags;
  const [files, ...others] = flags._.map(String);
  const mistakes: string[] = [];
  const number = (flag: string, text: string, least: number, most: number) =>
    readNumber(`--${flag}`, text, [least, most], mistakes);
  if (hostname === "") mistakes.push("--hostname needs a name or an address");
  if (dir === "") mistakes.push("--dir needs a folder");
  const settings: CommandSettings = {
    hostname,
    port: number("port", port, 0, 65_535),
    deadline: number("deadline", deadline, 0, LONGEST_DEADLINE),
    ...(workers !== undefined && { workers: number("workers", workers, 1, MOST_WORKERS) }),
    app: {
      ...(files === undefined ? folderOf(dir ?? ownFolder()) : { files }),
      limit: number("limit", limit, 0, HIGHEST_LIMIT),
      log: !flags.quiet,
      listing: !flags["no-listing"],
      dotfiles: flags.dotfiles,
      cors: flags.cors,
    },
  };
  // What looks like a flag is no value, so a flag that lacks its own comes first.
  mistakes.push(...[...strangers, ...others].map((argument) => `unknown argument ${argument}`));
  if (files !== undefined && dir !== undefined) {
    mistakes.push("--dir is the showcase's: a folder is served, or the showcase");
  }
  if (mistakes.length > 0) return { kind: "mistake", message: mistakes[0] };
  return checkFolders(settings);
}

/** A task runner hands on the `--` that ends its own flags. */
function withoutDashes(args: readonly string[]): string[] {
  const at = args.indexOf("--");
  return at === -1 ? [...args] : [...args.slice(0, at), ...args.slice(at + 1)];
}

function folderOf(folder: string | undefined): { readonly folder?: string } {
  return folder === undefined ? {} : { folder };
}

function checkFolders(settings: CommandSettings): CommandLine {
  const folder = settings.app.files ?? settings.app.folder;
  const why = folder === undefined ? undefined : whyNotServed(folder);
  if (why === undefined) return { kind: "run", settings };
  return { kind: "mistake", message: `Cannot serve the folder ${folder}: ${why}` };
}

function readNumber(
  flag: string,
  text: string,
  [min, max]: readonly [number, number],
  mistakes: string[],
): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(number >= min && number <= max)) {
    mistakes.push(`${flag} needs a number from ${min} to ${max}`);
  }
  return number;
}
