/**
 * The `culvert` command: serves a showcase of what the server does.
 *
 * @module
 */

import process from "node:process";
import { serve } from "../mod.ts";
import { runCommand } from "./command.ts";

/**
 * Runs the command with these arguments; resolves to its exit code.
 *
 * 0 where it did what was asked, 1 where it cannot listen, 2 for a flag that it does not know.
 *
 * @example
 * ```ts
 * import { main } from "@culvert/http/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await main(["--version"]), 0);
 * assertEquals(await main(["--prot", "80"]), 2);
 * ```
 */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(args, { serve, loadWorkers: () => import("./workers.ts") });
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
