/**
 * What the `culvert` command serves, as its workers serve it.
 *
 * @module
 */

import process from "node:process";
import type { Handler } from "../handler.ts";
import { type App, makeApp } from "./app.ts";
import type { AppSettings } from "./settings.ts";

/** Where this module is. */
export const WORKER_MODULE: string = import.meta.url;

const VARIABLE = "CULVERT_APP";

/** Leaves word for the workers that this process will start. */
export function tellWorkers(settings: AppSettings): void {
  process.env[VARIABLE] = JSON.stringify(settings);
}

let making: Promise<App> | undefined;
let app: App | undefined;

/** Made when it is first needed: whoever only leaves word needs none. */
function theApp(): Promise<App> {
  return making ??= makeApp(JSON.parse(process.env[VARIABLE] ?? "")).then((made) => app = made);
}

/** Answers requests. */
const handler: Handler = (request, context) => {
  if (app !== undefined) return app.handler(request, context);
  return theApp().then((made) => made.handler(request, context));
};
export default handler;

/** Lets `GET /readyz` say that the worker wants no new work. */
export function onDrain(): void {
  app?.drain();
}

/** Writes what is left of the log. */
export async function onEnd(): Promise<void> {
  await app?.close();
}
