import { pathOf } from "../load/npm_package.ts";
import type { Workload } from "./workloads.ts";

/** Where a contestant runs. */
export type Runtime = "deno" | "node" | "bun";

/** What a contestant is to the others of its runtime. */
export type Role = "floor" | "own" | "peer" | "culvert";

/** A server that takes part. */
export interface Contestant {
  /** Its own name together with its runtime's; unique. */
  readonly name: string;
  /** What it is called. */
  readonly server: string;
  /** Where it runs. */
  readonly runtime: Runtime;
  /** `floor`: bare sockets; `own`: the server that the runtime brings along. */
  readonly role: Role;
  /** Whether its handlers give a `Response`, which need not be one of its own. */
  readonly givesResponses: boolean;
}

/** What commands are made of. */
export interface Launch {
  /** The module of Culvert on Deno, as a URL. */
  readonly module: string;
  /** The executable of Node. */
  readonly node: string;
  /** The file that is streamed. */
  readonly file: string;
  /** The module of the npm package. */
  readonly packageEntry: string;
}

/** Everyone, in the order in which they take their turns. */
export const CONTESTANTS: readonly Contestant[] = [
  contestant("deno", "Deno.listen", "floor", false),
  contestant("deno", "Deno.serve", "own", true),
  contestant("deno", "Hono", "peer", true),
  contestant("deno", "Culvert", "culvert", true),
  contestant("node", "node:net", "floor", false),
  contestant("node", "node:http", "own", false),
  contestant("node", "Hono", "peer", true),
  contestant("node", "srvx", "peer", true),
  contestant("node", "Fastify", "peer", false),
  contestant("node", "Culvert", "culvert", true),
  contestant("bun", "Bun.serve", "own", true),
];

/** Who can do some work; the runtime's own server always takes part, for others to be compared with. */
export function contestantsOf(
  { floor, responsesOnly }: Workload,
  all: readonly Contestant[],
): readonly Contestant[] {
  return all.filter(({ role, givesResponses }) =>
    (floor || role !== "floor") && (responsesOnly !== true || givesResponses || role === "own")
  );
}

/** How a contestant is started for some kind of work. */
export function commandOf(
  { runtime, server }: Contestant,
  kind: string,
  { module, node, file, packageEntry }: Launch,
): readonly string[] {
  switch (runtime) {
    case "deno":
      return [
        ...[Deno.execPath(), "run", "-A", "--no-lock", here("./on_deno/main.ts")],
        ...[server, kind, file, VERSIONS.hono, module],
      ];
    case "node":
      return [node, here("./on_node/main.mjs"), server, kind, file, packageEntry];
    case "bun":
      return [BUN, here("./on_node/bun.mjs"), kind, file];
  }
}

/** The module of the work tree. */
export const MODULE: string = new URL("../../mod.ts", import.meta.url).href;

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** Where the peers of Node are installed. */
export const NODE_FOLDER = here("./on_node/");

/** The executable of Bun, where it could be installed. */
export const BUN = `${NODE_FOLDER}node_modules/.bin/bun`;

/** The pinned versions of all peers. */
export const VERSIONS: Readonly<Record<string, string>> = readVersions();

function readVersions(): Readonly<Record<string, string>> {
  const manifest: Manifest = JSON.parse(Deno.readTextFileSync(`${NODE_FOLDER}package.json`));
  return { ...manifest.dependencies, ...manifest.optionalDependencies };
}

function contestant(
  runtime: Runtime,
  server: string,
  role: Role,
  givesResponses: boolean,
): Contestant {
  return { name: `${runtime}: ${server}`, runtime, server, role, givesResponses };
}

function here(file: string): string {
  return pathOf(file, import.meta.url);
}
