import process from "node:process";
import { compose, type Handler, type Middleware } from "../handler.ts";
import { createAccessLog } from "../middleware/access_log.ts";
import { cors } from "../middleware/cors.ts";
import type { Metrics, ObservedServer } from "../middleware/metrics.ts";
import { staticFiles } from "../middleware/static_files.ts";
import { makeShowcase } from "./routes.ts";
import type { AppSettings } from "./settings.ts";

/** What the command serves, with everything around it. */
export interface App {
  /** Answers requests. */
  readonly handler: Handler;
  /** Lets `/metrics` tell what only the server knows. */
  observe(server: ObservedServer): void;
  /** Lets `/readyz` say that no new work is wanted. */
  drain(): void;
  /** Writes what is left of the log. */
  close(): Promise<void>;
}

/** Makes what the command serves. */
export async function makeApp(settings: AppSettings): Promise<App> {
  const metrics = settings.files === undefined ? await loadMetrics() : undefined;
  const log = settings.log ? createAccessLog({ format: "short" }) : undefined;
  let isReady = true;
  const layers = [log?.middleware, metrics?.middleware].filter((layer) => layer !== undefined);
  const handler = settings.files === undefined
    ? showcaseOf(settings, metrics, () => isReady)
    : fileServer(settings.files, settings);
  return {
    handler: compose(...layers)(handler),
    observe: (server) => metrics?.observe(server),
    drain() {
      isReady = false;
    },
    close: async () => await log?.close(),
  };
}

function showcaseOf(
  { limit, folder }: AppSettings,
  metrics: Metrics | undefined,
  isReady: () => boolean,
): Handler {
  return makeShowcase({
    isReady,
    limit,
    ...(folder !== undefined && { folder }),
    ...(metrics !== undefined && {
      metrics: metrics.handler,
      onDecision: metrics.rateLimitDecision,
    }),
  }).fetch;
}

function fileServer(root: string, { listing, dotfiles, cors: isOpen }: AppSettings): Handler {
  const layers: readonly Middleware[] = isOpen ? [cors()] : [];
  const files = staticFiles(root, { listing, dotfiles, precompressed: true });
  return compose(...layers)(files);
}

/** Metrics need a library that is an optional one on npm: without it there are none. */
async function loadMetrics(): Promise<Metrics | undefined> {
  try {
    const { createMetrics } = await import("../middleware/metrics.ts");
    return createMetrics();
  } catch (error) {
    if (!isLibraryMissing(error)) throw error;
    process.stderr.write(
      "No /metrics: they need prom-client beside it (npm install prom-client)\n",
    );
    return undefined;
  }
}

function isLibraryMissing(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, "code") === "ERR_MODULE_NOT_FOUND" &&
    error.message.includes("'prom-client'");
}
