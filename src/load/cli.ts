/**
 * The `culvert-load` command: loads an HTTP/1.1 server, and tells how it answered.
 *
 * @module
 */

import process from "node:process";
import { runCommand } from "./command.ts";

/**
 * Runs the command with these arguments; resolves to its exit code.
 *
 * 0 where all is well, 1 where a threshold is broken or the server cannot be reached, 2 for a flag
 * that makes no sense. SIGINT ends the measurement and prints what there is of it.
 *
 * @example
 * ```ts
 * import { main } from "@culvert/http/load/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await main(["--version"]), 0);
 * assertEquals(await main(["--rate", "fast", "http://127.0.0.1:8000/"]), 2);
 * ```
 */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(args);
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
