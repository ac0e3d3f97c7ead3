/**
 * Serves the showcase, as the `culvert` command does, with short deadlines; every line on its
 * standard input asks it for a measurement, which it writes as a line of JSON.
 *
 * The only argument is the deadline in milliseconds.
 *
 * @module
 */

import process from "node:process";
import { type Handler, type NetAddress, type RunningServer, type Serve, serve } from "../mod.ts";
import { runCommand } from "../src/command.ts";
import { toHandler } from "../src/handler.ts";
import type { ServeOptions } from "../src/serve.ts";
import { defaultErrorHandler } from "../src/server/error_response.ts";
import type { Measurement, Ready } from "./measurement.ts";
import { withStreams } from "./server/handler.ts";
import { LiveTimers } from "./server/live_timers.ts";
import { LoopDelay } from "./server/loop_delay.ts";

/** Deadlines that a good client never meets are as many times longer. */
const IDLE_FACTOR = 5;

/** Errors that are told; the others are only counted. */
const TOLD_ERRORS = 20;

const deadline = Number(Deno.args[0]);
const timers = new LiveTimers();
const errors: string[] = [];
let server: RunningServer | undefined;

timers.install();
const loopDelay = new LoopDelay();
const questions = Deno.stdin.readable.getReader();
const answering = answerQuestions();
process.exitCode = await runCommand(["--port", "0", "--quiet", "--limit", "0"], {
  serve: serveForSoak as Serve,
  loadWorkers: () => import("../src/workers.ts"),
});
// Nothing else may keep the process alive now.
await questions.cancel();
await answering;

function serveForSoak(options: ServeOptions, handler: Handler): RunningServer {
  server = serve({
    ...options,
    clock: timers.clock,
    limits: { minRate: { window: 2 * deadline } },
    timeouts: {
      requestHead: deadline,
      requestContent: deadline,
      write: deadline,
      // A handler that waits for content must see that time out first.
      handler: 2 * deadline,
      idle: IDLE_FACTOR * deadline,
    },
    onListen: (address) => tell({ port: (address as NetAddress).port } satisfies Ready),
    onError,
  }, withStreams(toHandler(handler)));
  return server;
}

function onError(error: unknown): Response | Promise<Response> {
  if (errors.length < TOLD_ERRORS) errors.push(String(error));
  return defaultErrorHandler(error);
}

async function answerQuestions(): Promise<void> {
  for (let read = await questions.read(); !read.done; read = await questions.read()) {
    for (const octet of read.value) if (octet === 10 && server !== undefined) tell(measure(server));
  }
}

function measure({ stats }: RunningServer): Measurement {
  const delay = loopDelay.take();
  (globalThis as { gc?: () => void }).gc!();
  const { heapUsed, external } = Deno.memoryUsage();
  loopDelay.skip();
  return {
    heap: heapUsed,
    external,
    timers: timers.count,
    loopDelay: delay,
    errors,
    stats: stats(),
  };
}

function tell(message: Measurement | Ready): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
