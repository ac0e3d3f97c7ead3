/**
 * Fuzzes the parsers, the facade, the route table and a whole server in memory, guided by the code
 * that is reached.
 *
 * @module
 */

import { Coverage } from "./coverage.ts";
import { fuzzAll } from "./fuzz_all.ts";
import { type FuzzOptions, readOptions, USAGE } from "./options.ts";

const SOURCES = new URL("../src/", import.meta.url).href;

const reporting = {
  isWatched: (url: string) => url.startsWith(SOURCES),
  finds: new URL("finds/", import.meta.url),
  say: (line: string) => console.log(line),
};

/** Fuzzes as a command line says; gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  await Coverage.start(reporting.isWatched);
  const { TARGETS } = await import("./targets/mod.ts");
  let options: FuzzOptions | undefined;
  try {
    options = readOptions(args, TARGETS.map(({ name }) => name));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options === undefined) {
    console.log(USAGE);
    return 0;
  }
  const names = options.targets;
  return await fuzzAll(TARGETS.filter(({ name }) => names.includes(name)), options, reporting);
}

Deno.exit(await main(Deno.args));
