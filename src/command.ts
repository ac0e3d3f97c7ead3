import process from "node:process";
import { type CommandSettings, readCommandLine, USAGE } from "./command_flags.ts";
import { drain } from "./drain.ts";
import type { Serve } from "./serve.ts";
import { type App, makeApp } from "./showcase/app.ts";
import { tellWorkers, WORKER_MODULE } from "./showcase/worker.ts";
import { VERSION } from "./version.ts";
import type { ServeWorkers } from "./workers/serve_workers.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** Exit codes of a process that a signal ended at once. */
const CODE_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;
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

type Start = (settings: CommandSettings, atOnce: AbortSignal) => Serving;

type StopSignal = (typeof SIGNALS)[number];

/** Runs the command with these arguments, on a runtime; gives its exit code. */
export async function runCommand(args: readonly string[], runtime: Runtime): Promise<number> {
  const line = readCommandLine(args);
  switch (line.kind) {
    case "help":
      return say(USAGE);
    case "version":
      return say(`culvert ${VERSION}\n`);
    case "mistake":
      return complain(`${line.message}\nTry --help for the flags\n`, 2);
    case "run":
      return await run(line.settings, await starterFor(line.settings, runtime));
  }
}

async function starterFor(settings: CommandSettings, runtime: Runtime): Promise<Start> {
  if (settings.workers === undefined) return startHere(runtime.serve, await makeApp(settings.app));
  const { serveWorkers } = await runtime.loadWorkers();
  return startWorkers(serveWorkers);
}

/** Serves until a signal comes and all is done. */
async function run(settings: CommandSettings, start: Start): Promise<number> {
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

function startHere(serve: Serve, app: App): Start {
  return ({ hostname, port }, signal) => {
    const server = serve({ hostname, port, signal }, app.handler);
    app.observe(server);
    return {
      finished: server.finished.finally(app.close),
      drain(deadline) {
        app.drain();
        announceRequests(server.stats().requests.inFlight);
        return drain(server, { deadline, untilQuiet: true });
      },
    };
  };
}

function startWorkers(serveWorkers: ServeWorkers): Start {
  return ({ hostname, port, workers, app }, signal) => {
    tellWorkers(app);
    const group = serveWorkers({ module: WORKER_MODULE, hostname, port, workers, signal });
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

function whyNotListening(error: unknown, { hostname, port }: CommandSettings): string {
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
