import process from "node:process";
import { drain } from "./drain.ts";
import type { Serve } from "./serve.ts";
import { makeShowcase } from "./showcase.ts";
import { SHOWCASE_MODULE } from "./showcase_worker.ts";
import { parseArgs } from "./std/parse_args.ts";
import { VERSION } from "./version.ts";
import type { ServeWorkers } from "./workers/serve_workers.ts";

const USAGE = `Usage: culvert [flags]

Serves a showcase until it gets SIGINT or SIGTERM. It then finishes what it has begun;
a second signal ends it at once.

  --hostname <name>   address to listen on (127.0.0.1; 0.0.0.0 for every IPv4 address)
  --port <port>       port to listen on, 0 for any (8000)
  --workers <number>  processes that share the port; without it, this one serves
  --deadline <ms>     how long a drain may take, in milliseconds (10000)
  --help              print this
  --version           print the version
`;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** Exit codes of a process that a signal ended at once. */
const CODE_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;
/** Milliseconds; what a timer can wait. */
const LONGEST_DEADLINE = 2 ** 31 - 1;
const MOST_WORKERS = 1024;

interface Settings {
  readonly hostname: string;
  readonly port: number;
  readonly deadline: number;
  /** Absent where this process is to serve. */
  readonly workers?: number;
}

/** What a runtime serves with. */
interface Runtime {
  readonly serve: Serve;
  /** Loaded only where it is needed. */
  readonly loadWorkers: () => Promise<{ readonly serveWorkers: ServeWorkers }>;
}

/** What is serving, in whatever processes. */
interface Serving {
  readonly finished: Promise<void>;
  /** Ends it, within a deadline in milliseconds. */
  drain(deadline: number): Promise<void>;
}

type Start = (settings: Settings, atOnce: AbortSignal) => Serving;

type StopSignal = (typeof SIGNALS)[number];

/** Runs the command with these arguments, on a runtime; gives its exit code. */
export async function runCommand(args: readonly string[], runtime: Runtime): Promise<number> {
  const strangers: string[] = [];
  const flags = parseArgs([...args], {
    boolean: ["help", "version"],
    string: ["hostname", "port", "deadline", "workers"],
    unknown(argument) {
      strangers.push(argument);
      return false;
    },
  });
  const mistakes: string[] = [];
  if (flags.help) return say(USAGE);
  if (flags.version) return say(`culvert ${VERSION}\n`);
  const { hostname = "127.0.0.1", port = "8000", deadline = "10000", workers } = flags;
  if (hostname === "") mistakes.push("--hostname needs a name or an address");
  const settings: Settings = {
    hostname,
    port: readNumber("--port", port, [0, 65_535], mistakes),
    deadline: readNumber("--deadline", deadline, [0, LONGEST_DEADLINE], mistakes),
    ...(workers !== undefined && {
      workers: readNumber("--workers", workers, [1, MOST_WORKERS], mistakes),
    }),
  };
  // What looks like a flag is no value, so a flag that lacks its own comes first. Behind `--` nothing
  // is asked.
  mistakes.push(...[...strangers, ...flags._].map((argument) => `unknown argument ${argument}`));
  if (mistakes.length > 0) return complain(`${mistakes[0]}\n\n${USAGE}`, 2);
  if (workers === undefined) return await run(settings, startHere(runtime.serve));
  const { serveWorkers } = await runtime.loadWorkers();
  return await run(settings, startWorkers(serveWorkers));
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

/** Serves until a signal comes and all is done. */
async function run(settings: Settings, start: Start): Promise<number> {
  const atOnce = new AbortController();
  let code: number | undefined;
  let serving: Serving;
  try {
    serving = start(settings, atOnce.signal);
  } catch (error) {
    return complain(whyNotListening(error, settings), 1);
  }
  const forget = onStopSignal((signal) => {
    if (code !== undefined) {
      code = CODE_BY_SIGNAL[signal];
      return atOnce.abort();
    }
    code = 0;
    void serving.drain(settings.deadline);
  });
  try {
    await serving.finished;
    return code ?? 0;
  } catch (error) {
    // Only now is it known that the address is taken: on Node, and of workers.
    return complain(whyNotListening(error, settings), 1);
  } finally {
    forget();
  }
}

function startHere(serve: Serve): Start {
  return ({ hostname, port }, signal) => {
    let isReady = true;
    const server = serve({ hostname, port, signal }, makeShowcase(() => isReady));
    return {
      finished: server.finished,
      drain(deadline) {
        isReady = false;
        announceRequests(server.stats().requests.inFlight);
        return drain(server, { deadline, untilQuiet: true });
      },
    };
  };
}

function startWorkers(serveWorkers: ServeWorkers): Start {
  return ({ hostname, port, workers }, signal) => {
    const group = serveWorkers({ module: SHOWCASE_MODULE, hostname, port, workers, signal });
    return {
      finished: group.finished,
      async drain(deadline) {
        announceRequests((await group.stats()).requests.inFlight);
        await group.shutdown({ deadline });
      },
    };
  };
}

function announceRequests(inFlight: number): void {
  if (inFlight > 0) process.stderr.write(`Requests to finish: ${inFlight}\n`);
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
