/**
 * The `culvert` command on Node: serves a showcase of what the server does.
 *
 * @module
 */

import { runCommand } from "./command.ts";
import { serve } from "./node.ts";

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
  return runCommand(args, { serve, loadWorkers: () => import("./node_workers.ts") });
}
