/**
 * Checks who imports whom: a module imports from its own floor or from what that floor may import,
 * never upwards or sideways. Imports of types count as well.
 *
 * @module
 */

/** Modules that may import the same things. */
export interface Floor {
  /** Files, and folders with a final slash, relative to the root. */
  readonly modules: readonly string[];
  /** What they may import besides one another: files, folders, beginnings of specifiers. */
  readonly mayImport: readonly string[];
}

/** Something that the floors do not allow. */
export interface Violation {
  /** The file, relative to the root. */
  readonly file: string;
  /** Line of the import; absent where the file as a whole is at fault. */
  readonly line?: number;
  /** What is wrong, and the rule. */
  readonly message: string;
}

interface Module {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly Dependency[];
}

interface Dependency {
  readonly specifier: string;
  readonly code?: Resolution;
  readonly type?: Resolution;
}

interface Resolution {
  /** Absent where it leads nowhere. */
  readonly specifier?: string;
  readonly span: { readonly start: { readonly line: number } };
}

const GROUND = [
  "src/clock.ts",
  "src/deferred.ts",
  "src/exchange_observer.ts",
  "src/handler.ts",
  "src/known_response.ts",
  "src/lent_octets.ts",
  "src/lent_response.ts",
  "src/own_fields.ts",
  "src/stand_in.ts",
  "src/upgrade.ts",
];

/** The whole building. */
export const FLOORS: readonly Floor[] = [
  { modules: GROUND, mayImport: ["node:timers"] },
  { modules: ["src/protocol/"], mayImport: [] },
  { modules: ["src/std/"], mayImport: ["npm:deno-std@"] },
  { modules: ["src/web/"], mayImport: ["src/protocol/", ...GROUND] },
  { modules: ["src/routing/"], mayImport: GROUND },
  { modules: ["src/middleware/"], mayImport: ["src/std/", "node:", "npm:prom-client@", ...GROUND] },
  { modules: ["src/server/"], mayImport: ["src/protocol/", "src/web/", "node:timers", ...GROUND] },
  {
    modules: ["src/load/"],
    mayImport: [
      "src/deferred.ts",
      "src/protocol/",
      "src/std/",
      "src/version.ts",
      "node:",
      "npm:hdr-histogram-js@",
    ],
  },
  { modules: ["src/transport/"], mayImport: ["src/server/duplex.ts", "node:"] },
  {
    modules: ["src/serve.ts", "src/drain.ts"],
    mayImport: ["src/server/", "src/protocol/", "src/web/", ...GROUND],
  },
  {
    modules: ["src/workers/"],
    mayImport: ["src/serve.ts", "src/drain.ts", "src/server/", "src/web/", "node:", ...GROUND],
  },
  {
    modules: [
      "mod.ts",
      "src/node.ts",
      "src/node_cli.ts",
      "src/cli.ts",
      "src/command.ts",
      "src/command_flags.ts",
      "src/showcase/",
      "src/version.ts",
      "src/workers.ts",
      "src/deno_worker.ts",
      "src/node_workers.ts",
    ],
    mayImport: ["mod.ts", "src/", "node:"],
  },
];

/** Finds every import in `mod.ts` and `src` that the floors do not allow; `root` ends in a slash. */
export async function checkFloors(
  root: URL,
  floors: readonly Floor[] = FLOORS,
): Promise<readonly Violation[]> {
  const files = [...sourceFiles(root, "src/"), "mod.ts"].sort();
  const modules = await readModules(root, files);
  return modules.flatMap((module) => violationsIn(module, floors));
}

function violationsIn({ specifier: file, error, dependencies }: Module, floors: readonly Floor[]) {
  if (error !== undefined) return [{ file, message: `cannot be read: ${error}` }];
  const floor = floors.find((floor) => covers(floor.modules, file));
  if (floor === undefined) return [{ file, message: "stands on no floor: name it in FLOORS" }];
  const violations: Violation[] = [];
  for (const { specifier, code, type } of dependencies ?? []) {
    for (const target of [code, type]) {
      if (target === undefined) continue;
      const { specifier: found = specifier, span } = target;
      if (covers([...floor.modules, ...floor.mayImport], found)) continue;
      const message = `imports ${found}, but ${rule(floor)}`;
      violations.push({ file, line: span.start.line + 1, message });
    }
  }
  return violations;
}

function rule({ modules, mayImport }: Floor): string {
  const others = mayImport.length === 0 ? "nothing else" : `only ${mayImport.join(", ")}`;
  return `${modules.join(", ")} may import ${others}`;
}

/** Whether `name` is one of `places`, or inside one that is a folder or a beginning. */
function covers(places: readonly string[], name: string): boolean {
  return places.some((place) => /[/:@]$/.test(place) ? name.startsWith(place) : name === place);
}

function* sourceFiles(root: URL, folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    const path = folder + entry.name;
    if (entry.isDirectory) yield* sourceFiles(root, `${path}/`);
    else if (/\.[cm]?[jt]sx?$/.test(entry.name)) yield path;
  }
}

/** What each file imports, as Deno resolves it; names under `root` are relative to it. */
async function readModules(root: URL, files: readonly string[]): Promise<Module[]> {
  const imports = files.map((file) => `import ${JSON.stringify(new URL(file, root).href)};`);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `data:text/typescript,${encodeURIComponent(imports.join(""))}`],
    cwd: root,
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(`Cannot read the imports: ${new TextDecoder().decode(stderr)}`);
  const graph = new TextDecoder().decode(stdout).replaceAll(`"${root.href}`, '"');
  const { modules }: { modules: Module[] } = JSON.parse(graph);
  return files.map((file) =>
    modules.find(({ specifier }) => specifier === file) ??
      { specifier: file, error: "it is missing from the module graph" }
  );
}

if (import.meta.main) {
  const violations = await checkFloors(new URL("../", import.meta.url));
  for (const { file, line, message } of violations) {
    console.error(`${file}${line === undefined ? "" : `:${line}`} ${message}`);
  }
  if (violations.length > 0) Deno.exit(1);
}
