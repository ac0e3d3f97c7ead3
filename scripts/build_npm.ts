/**
 * Makes the npm package in `npm/`: with dnt where JSR can be reached (ES modules, CommonJS and
 * declarations), else with `deno pack` (ES modules and declarations).
 *
 * @module
 */

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

/** As much of dnt as is used here. */
interface Dnt {
  build(options: object): Promise<void>;
}

/** Not a literal, so that it is only looked for when it is needed. */
const DNT: string = "jsr:@deno/dnt@0.42.3";

/** Modules that are others on Node, by their names in the package. */
const ON_NODE: Readonly<Record<string, string>> = {
  ".": "./src/node.ts",
  "./cli": "./src/node_cli.ts",
  "./workers": "./src/node_workers.ts",
};

/** Packages that only users of some export need, by name; they install them. */
const OPTIONAL_PEERS: readonly string[] = ["hdr-histogram-js", "prom-client"];

/** What users may read, beside the code. */
const DOCUMENTS = ["README.md", "LICENSE", "CHANGELOG.md"];

/** Commands, and the modules whose `main` they run. */
const COMMANDS: Readonly<Record<string, string>> = {
  "culvert": "@culvert/http/cli",
  "culvert-load": "@culvert/http/load/cli",
};

const root = new URL("../", import.meta.url);
const out = new URL("npm/", root);
const manifest: Manifest = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));

/** Modules by their names in the package: those of `deno.json`, as they are on Node. */
const EXPORTS: Readonly<Record<string, string>> = { ...manifest.exports, ...ON_NODE };

/** The folder that the showcase serves. */
const SITE = new URL("src/showcase/site", root);

/** Builds the package, in the way that can be gone. */
async function build(): Promise<void> {
  await Deno.remove(out, { recursive: true }).catch(() => {});
  const dnt = await importDnt();
  if (dnt === undefined) await buildWithPack();
  else await buildWithDnt(dnt);
  for (const name of DOCUMENTS) await Deno.copyFile(new URL(name, root), new URL(name, out));
  await Deno.mkdir(new URL("bin/", out));
  for (const [name, module] of Object.entries(COMMANDS)) {
    const file = new URL(`bin/${name}.mjs`, out);
    await Deno.writeTextFile(file, launcherOf(name, module));
    await Deno.chmod(file, 0o755);
  }
}

/** A command; one that needs an optional peer says so where it is missing. */
function launcherOf(name: string, module: string): string {
  return `#!/usr/bin/env node
import process from "node:process";

try {
  const { main } = await import("${module}");
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const [, missing] = /^Cannot find package '([^']+)'/.exec(error.message) ?? [];
  if (missing === undefined) throw error;
  process.stderr.write(\`${name} needs \${missing} beside it: npm install \${missing}\\n\`);
  process.exitCode = 2;
}
`;
}

async function importDnt(): Promise<Dnt | undefined> {
  try {
    return await import(DNT);
  } catch {
    console.error("JSR cannot be reached: without dnt the package has ES modules only");
    return undefined;
  }
}

async function buildWithDnt(dnt: Dnt): Promise<void> {
  await dnt.build({
    entryPoints: Object.entries(EXPORTS).map(([name, path]) => ({ name, path })),
    importMap: new URL("deno.json", root).href,
    outDir: pathOf(out),
    shims: {},
    test: false,
    typeCheck: "both",
    declaration: "separate",
    scriptModule: "cjs",
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2023", "DOM", "DOM.Iterable", "ESNext.Disposable"],
      // The compiler does not read @ts-types, so what std exports is of type any to it.
      noImplicitAny: false,
      sourceMap: false,
    },
    package: {
      ...describePackage(["bin", "esm", "script", "types", "site"]),
      devDependencies: { "@types/node": "^24.0.0" },
    },
  });
  // What is no module is not carried along.
  await copyTree(pathOf(SITE), pathOf(new URL("site", out)));
  for (const file of filesIn(out)) if (file.pathname.endsWith(".map")) await Deno.remove(file);
  await trimManifest();
}

/** Without what only the build needed. */
async function trimManifest(): Promise<void> {
  const file = new URL("package.json", out);
  const { devDependencies: _, scripts: __, _generatedBy: ___, ...kept } = JSON.parse(
    await Deno.readTextFile(file),
  );
  // dnt takes every import for a dependency of all users.
  for (const name of OPTIONAL_PEERS) delete kept.dependencies?.[name];
  await writeJson(file, kept);
}

async function buildWithPack(): Promise<void> {
  const source = await Deno.makeTempDir();
  try {
    await prepareSource(source);
    await run("deno", ["pack", "--no-source-maps", "--allow-dirty", "-o", "package.tgz"], source);
    await run("tar", ["-xzf", "package.tgz"], source);
    await copyTree(`${source}/package`, pathOf(out));
  } finally {
    await Deno.remove(source, { recursive: true });
  }
  for (const file of filesIn(out)) await nameDependencies(file);
  const exports = Object.entries(EXPORTS).map(([name, path]) => {
    const module = path.replace(/\.ts$/, "");
    return [name, { types: `${module}.d.ts`, default: `${module}.js` }];
  });
  await writeJson(new URL("package.json", out), {
    ...describePackage(["bin", "src"]),
    type: "module",
    types: "./src/node.d.ts",
    exports: Object.fromEntries(exports),
    dependencies: { "deno-std": versionOf("deno-std") },
  });
}

/** The modules alone, with the exports of the package. */
async function prepareSource(folder: string): Promise<void> {
  await copyTree(pathOf(new URL("src", root)), `${folder}/src`);
  const { name, version, license, imports } = manifest;
  const config = { name, version, license, exports: EXPORTS, imports: npmImports(imports) };
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
}

function npmImports(imports: Manifest["imports"]): Manifest["imports"] {
  return Object.fromEntries(Object.entries(imports).filter(([, to]) => to.startsWith("npm:")));
}

/** Writes names of the import map as Node knows them; sources that nothing imports are left out. */
async function nameDependencies(file: URL): Promise<void> {
  if (/(?<!\.d)\.ts$/.test(file.pathname)) return Deno.remove(file);
  if (!/\.(?:js|d\.ts)$/.test(file.pathname)) return;
  const text = await Deno.readTextFile(file);
  const named = text.replace(/^\/\/ @ts-types=.*\n/gm, "")
    .replace(/(from |import\()"([^"]+)"/g, (whole, before, name) => {
      const target = manifest.imports[name];
      if (!target?.startsWith("npm:")) return whole;
      return `${before}"${target.replace(/^npm:(@?[^@]+)@[^/]+/, "$1")}"`;
    });
  if (named !== text) await Deno.writeTextFile(file, named);
}

function describePackage(files: readonly string[]) {
  const { name, version, license } = manifest;
  return {
    name,
    version,
    description: "An HTTP/1.1 server from the socket up, with a web-standard face",
    keywords: ["http", "server", "router", "web-standard", "fetch"],
    license,
    engines: { node: "^20.19 || >=22.12" },
    sideEffects: false,
    bin: Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, `./bin/${name}.mjs`])),
    files: [...files, "CHANGELOG.md"],
    ...optionalPeers(),
  };
}

/** The range of each optional peer: what is tested here, and later minor versions. */
function optionalPeers() {
  if (OPTIONAL_PEERS.length === 0) return {};
  const ranges = OPTIONAL_PEERS.map((name) => [name, `^${versionOf(name)}`]);
  const notes = OPTIONAL_PEERS.map((name) => [name, { optional: true }]);
  return {
    peerDependencies: Object.fromEntries(ranges),
    peerDependenciesMeta: Object.fromEntries(notes),
  };
}

/** The version of an npm package that `deno.json` names. */
function versionOf(name: string): string {
  for (const target of Object.values(manifest.imports)) {
    const [, version] = new RegExp(`^npm:${name}@([\\d.]+)`).exec(target) ?? [];
    if (version !== undefined) return version;
  }
  throw new Error(`Cannot build: deno.json names no version of ${name}`);
}

async function writeJson(file: URL, value: object): Promise<void> {
  await Deno.writeTextFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyTree(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

function* filesIn(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of [...Deno.readDirSync(folder)]) {
    if (name === "node_modules") continue;
    if (isDirectory) yield* filesIn(new URL(`${name}/`, folder));
    else yield new URL(name, folder);
  }
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const program = command === "deno" ? Deno.execPath() : command;
  const { success, stderr } = await new Deno.Command(program, { args: [...args], cwd }).output();
  if (!success) throw new Error(`Cannot build: ${new TextDecoder().decode(stderr)}`);
}

function pathOf(url: URL): string {
  return decodeURIComponent(url.pathname);
}

await build();
