/**
 * Serves one fault of a handler at each path, and tells what the process holds.
 *
 * Its first argument is JSON: `timeouts`, and which of the hooks at fault to use. It needs
 * `--v8-flags=--expose-gc`, so that memory which only waits to be collected is not counted.
 *
 * @module
 */

import { json, type RunningServer, serve, text } from "../../../mod.ts";
import type { ServerFacts, ServerPlan } from "../faulty_server.ts";
import { FAULTS } from "./faults.ts";
import { DEVICES } from "./devices.ts";
import { ON_ERROR, ON_REFUSAL } from "./hooks.ts";

// Deno opens sockets for signals when it likes: now, before anybody counts.
Deno.addSignalListener("SIGUSR1", () => {});

const plan: ServerPlan = JSON.parse(Deno.args[0] ?? "{}");
const onError = ON_ERROR[plan.onError ?? "answers"];
const codes = new Set<string>();
let errors = 0;

// Deno keeps the last thousand values that were printed, and all that they refer to, for its
// inspector: that would be measured instead.
console.error = (value) =>
  void Deno.stderr.writeSync(new TextEncoder().encode(`${Deno.inspect(value)}\n`));

const server: RunningServer = serve({
  hostname: "127.0.0.1",
  port: 0,
  timeouts: plan.timeouts,
  onRefusal: plan.onRefusal === undefined ? undefined : ON_REFUSAL[plan.onRefusal],
  onError(error) {
    errors++;
    if (plan.onError === undefined) codes.add(codeOf(error));
    return onError(error);
  },
}, (request, context) => {
  const { pathname } = context.url;
  if (pathname === "/") return text("hello");
  if (pathname === "/facts") return json(facts());
  if (pathname === "/in-flight") return text(String(others()));
  return { ...FAULTS, ...DEVICES }[pathname.slice(1)](request, context);
});

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "none";
}

/** Requests under way beside the one that asks. */
function others(): number {
  return server.stats().requests.inFlight - 1;
}

function facts(): ServerFacts {
  (globalThis as unknown as { gc(): void }).gc();
  const { heapUsed, external } = Deno.memoryUsage();
  const { connections, requests, refused } = server.stats();
  return {
    memory: heapUsed + external,
    connections: connections.open,
    inFlight: requests.inFlight,
    refused,
    errors,
    codes: [...codes],
  };
}
