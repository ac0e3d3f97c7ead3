import process from "node:process";
import type { RunningServer, Serve } from "./serve.ts";
import { makeShowcase } from "./showcase.ts";
import { parseArgs } from "./std/parse_args.ts";
import { VERSION } from "./version.ts";

const USAGE = `Usage: culvert [flags]

Serves a showcase until it gets SIGINT or SIGTERM. It then finishes what it has begun;
a second signal ends it at once.

  --hostname <name>   address to listen on (127.0.0.1; 0.0.0.0 for every IPv4 address)
  --port <port>       port to listen on, 0 for any (8000)
  --deadline <ms>     how long a drain may take, in milliseconds (10000)
  --help              print this
  --version           print the version
`;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** Exit codes of a process that a signal ended at once. */
const CODE_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;
/** Milliseconds; what a timer can wait. */
const LONGEST_DEADLINE = 2 ** 31 - 1;
/** Milliseconds between two looks at what is in flight. */
const POLL_INTERVAL = 20;

interface Settings {
  readonly hostname: string;
  readonly port: number;
  readonly deadline: number;
}

type StopSignal = (typeof SIGNALS)[number];

/** Runs the command with these arguments, over a transport's `serve`; gives its exit code. */
export async function runCommand(args: readonly string[], serve: Serve): Promise<number> {
  const strangers: string[] = [];
  const flags = parseArgs([...args], {
    boolean: ["help", "version"],
    string: ["hostname", "port", "deadline"],
    unknown(argument) {
      strangers.push(argument);
      return false;
    },
  });
  const mistakes: string[] = [];
  if (flags.help) return say(USAGE);
  if (flags.version) return say(`culvert ${VERSION}\n`);
  const { hostname = "127.0.0.1", port = "8000", deadline = "10000" } = flags;
  if (hostname === "") mistakes.push("--hostname needs a name or an address");
  const settings = {
    hostname,
    port: readNumber("--port", port, 65_535, mistakes),
    deadline: readNumber("--deadline", deadline, LONGEST_DEADLINE, mistakes),
  };
  // What looks like a flag is no value, so a flag that lacks its own comes first. Behind `--` nothing
  // is asked.
  mistakes.push(...[...strangers, ...flags._].map((argument) => `unknown argument ${argument}`));
  if (mistakes.length > 0) return complain(`${mistakes[0]}\n\n${USAGE}`, 2);
  return await run(settings, serve);
}

function readNumber(flag: string, text: string, max: number, mistakes: string[]): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(number <= max)) mistakes.push(`${flag} needs a number from 0 to ${max}`);
  return number;
}

/** Serves until a signal comes and all is done. */
async function run(settings: Settings, serve: Serve): Promise<number> {
  const { hostname, port, deadline } = settings;
  const atOnce = new AbortController();
  let code: number | undefined;
  let server: RunningServer;
  try {
    const showcase = makeShowcase(() => code === undefined);
    server = serve({ hostname, port, signal: atOnce.signal }, showcase);
  } catch (error) {
    return complain(whyNotListening(error, settings), 1);
  }
  const forget = onStopSignal((signal) => {
    if (code !== undefined) {
      code = CODE_BY_SIGNAL[signal];
      return atOnce.abort();
    }
    code = 0;
    void drain(server, deadline);
  });
  try {
    await server.finished;
    return code ?? 0;
  } catch (error) {
    // Node learns only now that the address is taken.
    return complain(whyNotListening(error, settings), 1);
  } finally {
    forget();
  }
}

/**
 * Lets requests in flight end, and then closes, both within the deadline in milliseconds.
 *
 * While they do, new connections are still answered: whoever sends work learns of the drain from
 * `/readyz`, not from a refused connection. Half of the deadline at most, so that a server that is
 * never without a request also gets to finish its last ones.
 */
async function drain(server: RunningServer, deadline: number): Promise<void> {
  const start = performance.now();
  const requests = () => server.stats().requests.inFlight;
  if (requests() > 0) process.stderr.write(`Requests to finish: ${requests()}\n`);
  while (requests() > 0 && performance.now() - start < deadline / 2) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
  await server.shutdown({ deadline: Math.max(0, deadline - (performance.now() - start)) });
}

/** Calls `stop` for every signal that asks the process to end; returns what undoes that. */
function onStopSignal(stop: (signal: StopSignal) => void): () => void {
  const listeners = SIGNALS.map((signal) => [signal, () => stop(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

function whyNotListening(error: unknown, { hostname, port }: Settings): string {
  const failed = `Cannot listen on ${hostname} port ${port}`;
  if (!(error instanceof Error)) return `${failed}: ${error}\n`;
  // Node's errors have a code, Deno's a name.
  const isTaken = error.name === "AddrInUse" || Reflect.get(error, "code") === "EADDRINUSE";
  return isTaken
    ? `${failed}: it is taken; choose another with --port\n`
    : `${failed}: ${error.message}\n`;
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(text: string, code: number): number {
  process.stderr.write(text);
  return code;
}
