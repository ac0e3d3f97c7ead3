import { packageEntry, pathOf } from "../load/npm_package.ts";

/** How a contestant is started; those on Node load the npm package, which must have been built. */
export function commandOf(contestant: string): readonly string[] {
  if (!/^node:|on Node$/.test(contestant)) {
    return [Deno.execPath(), "run", "-A", pathOf("./contestants.ts", import.meta.url), contestant];
  }
  const script = pathOf("./node_contestants.mjs", import.meta.url);
  return ["node", script, contestant, packageEntry()];
}
