/**
 * Builds the npm package, installs it in an empty folder, and tries it on every version of Node that
 * it is for. `deno task test:npm` runs this; it needs the npm registry.
 *
 * @module
 */
import { type NetAddress, serve, text } from "../../mod.ts";
import { assert, assertEquals, assertGreater, assertLess } from "../assert.ts";
import { readFences } from "../fences.ts";
import { type Ending, startServer } from "../program.ts";
import { corpusAnswers } from "../wire/corpus_answers.ts";

const VERSIONS = [20, 22, 24, 26];

/** Octets that the package may have. */
const LARGEST_PACKAGE = 300_000;

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const FIXTURES = `${ROOT}tests/fixtures`;
/** Where programs find a certificate. */
const TLS = { CERT: `${FIXTURES}/localhost.cert.pem`, KEY: `${FIXTURES}/localhost.key.pem` };

const project = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(project, { recursive: true }));

await must(Deno.execPath(), ["run", "-A", `${ROOT}scripts/build_npm.ts`], ROOT);
await must("npm", ["pack", "--pack-destination", project], `${ROOT}npm`);
await Deno.writeTextFile(`${project}/package.json`, '{ "private": true, "type": "module" }');
const tarball = [...Deno.readDirSync(project)].map(({ name }) => name)
  .find((name) => name.endsWith(".tgz"))!;
await install(`./${tarball}`, ...await peersOf(`${ROOT}npm`));
const programs = [...Deno.readDirSync(`${ROOT}tests/npm/programs`)].map(({ name }) => name);
for (const name of programs) {
  await Deno.copyFile(`${ROOT}tests/npm/programs/${name}`, `${project}/${name}`);
}
const installed = `${project}/node_modules/@culvert/http`;
const manifest = JSON.parse(await Deno.readTextFile(`${installed}/package.json`));
const peers = Object.entries(manifest.peerDependencies ?? {});
if (peers.length > 0) await install(...peers.map(([name, range]) => `${name}@${range}`));

/** Where each version of Node is. */
const nodes = new Map<number, string>();
for (const version of VERSIONS) {
  const ending = await must("npx", ["-y", `node@${version}`, "-p", "process.execPath"], project);
  nodes.set(version, ending.stdout.trim());
}

Deno.test("the package holds what it should, and no more", async () => {
  assertLess((await Deno.stat(`${project}/${tarball}`)).size, LARGEST_PACKAGE);
  const files = [...filesIn(installed)].map((file) => file.slice(installed.length + 1));
  for (const file of ["README.md", "LICENSE", "CHANGELOG.md", "package.json", "bin/culvert.mjs"]) {
    assert(files.includes(file), `${file} is missing`);
  }
  const strangers = files.filter((file) =>
    /test|scripts\/|\block\b|\.map$|(?<!\.d)\.ts$/.test(file)
  );
  assertEquals(strangers, []);
  for (const file of files.filter((file) => file.endsWith(".js"))) {
    const code = await Deno.readTextFile(`${installed}/${file}`);
    assert(
      !/sourceMappingURL|\bDeno\.|from "(?:npm|jsr|@std)[:/]/.test(withoutComments(code)),
      file,
    );
  }
  assertEquals(manifest.engines, { node: "^20.19 || >=22.12" });
  assertEquals([manifest.sideEffects, manifest.license], [false, "MIT"]);
  assertEquals(Object.keys(manifest.dependencies), ["deno-std"]);
  const { exports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  assertEquals(Object.keys(manifest.exports), Object.keys(exports));
});

for (const [version, node] of nodes) {
  Deno.test(`node ${version}: what must hold everywhere`, async () => {
    const { code, stdout, stderr } = await runIn(project, node, ["checks.mjs"], TLS);
    assertEquals(code, 0, stdout + stderr);
    assertGreater(Number(/^(?:#|ℹ) pass (\d+)$/m.exec(stdout)?.[1]), 15);
  });

  for (const name of programs.filter((name) => name.endsWith("_checks.mjs"))) {
    Deno.test(`node ${version}: ${name.slice(0, -"_checks.mjs".length)}`, async () => {
      const { code, stdout, stderr } = await runIn(project, node, [name], TLS);
      assertEquals(code, 0, stdout + stderr);
      assertGreater(Number(/^(?:#|ℹ) pass (\d+)$/m.exec(stdout)?.[1]), 1);
    });
  }

  Deno.test(`node ${version}: the program of README.md`, async () => {
    const readme = await Deno.readTextFile(`${ROOT}README.md`);
    const fence = readFences(readme).find(({ info }) => info.includes("program"))!;
    const file = `${project}/readme_${version}.mjs`;
    await Deno.writeTextFile(file, fence.code.replace(/\bport: \d+/, "port: 0"));
    await using server = await startServer([file], undefined, node);
    assertEquals(await (await fetch(server.origin)).text(), "Hello, World!");
    const user = await fetch(`${server.origin}/users/7`);
    assertEquals(await user.json(), { id: "7", status: "active" });
  });

  Deno.test(`node ${version}: the corpus gets the same octets as on Deno`, async () => {
    await using onDeno = serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen() {},
      onError: () => text("failed", { status: 500 }),
    }, async (request) => text(`${request.url} ${await request.text()}`));
    await using server = await startServer([`${project}/corpus_server.mjs`], undefined, node);
    const { port } = server;
    const [expected, actual] = await Promise.all([
      corpusAnswers(onDeno.addr as NetAddress),
      corpusAnswers({ transport: "tcp", hostname: "127.0.0.1", port }),
    ]);
    assertGreater(expected.size, 120);
    assertEquals(withoutPort(actual), withoutPort(expected));
  });

  Deno.test(`node ${version}: the command serves, and stops when it is told to`, async () => {
    const command = [`${installed}/bin/culvert.mjs`, "--port", "0"];
    await using server = await startServer(command, undefined, node);
    assertEquals((await (await fetch(`${server.origin}/users/42`)).json()).id, "42");
    const taken = await runIn(project, node, [command[0], "--port", `${server.port}`]);
    assertEquals(taken.code, 1);
    assert(taken.stderr.includes("it is taken"), taken.stderr);
    server.signal("SIGTERM");
    assertEquals((await server.ended).code, 0);
  });

  Deno.test({
    name: `node ${version}: require() loads the package`,
    ignore: manifest.exports["."].require === undefined,
    async fn() {
      const source = 'const { serve, text } = require("@culvert/http");' +
        'require("@culvert/http/cli").main(["--version"]);' +
        'const server = serve({ port: 0, hostname: "127.0.0.1" }, () => text("required"));' +
        "server.listening.then(({ port }) => fetch(`http://127.0.0.1:${port}/`))" +
        ".then((response) => response.text()).then(console.log).then(() => server.shutdown());";
      await Deno.writeTextFile(`${project}/required.cjs`, source);
      const { code, stdout, stderr } = await runIn(project, node, ["required.cjs"]);
      assertEquals([code, stdout.split("\n")[1]], [0, "required"], stderr);
    },
  });
}

Deno.test("moving over: the programs before and after answer alike", async (t) => {
  await install("express@5", "fastify@5", "hono@4", "@hono/node-server@1");
  const page = await Deno.readTextFile(`${ROOT}docs/moving-over-from-node.md`);
  const fences = readFences(page).filter(({ info }) => info[2] === "before");
  assertEquals(fences.length, 4);
  for (const { info: [, , , library], code } of fences) {
    const after = readFences(page).find(({ info }) => info[2] === "after" && info[3] === library)!;
    await t.step(library, async () => {
      const expected = await answersOf(`before_${library.replaceAll(/\W/g, "_")}.mjs`, code);
      const actual = await answersOf(`after_${library.replaceAll(/\W/g, "_")}.mjs`, after.code);
      assertGreater(expected.length, 1);
      assertEquals(actual, expected);
    });
  }
});

Deno.test("tsc takes a strict consumer", async () => {
  await install("typescript@5.9", "@types/node@20");
  for (const [resolution, module] of [["node16", "node16"], ["bundler", "esnext"]]) {
    const settings = ["--target", "es2022", "--lib", "es2023,dom,dom.iterable"];
    const modules = ["--module", module, "--moduleResolution", resolution];
    await must(
      "npx",
      ["tsc", "--noEmit", "--strict", ...settings, ...modules, "consumer.ts"],
      project,
    );
  }
});

Deno.test("autocannon gets every answer", async () => {
  await install("autocannon@8");
  const node = nodes.get(VERSIONS.at(-1)!)!;
  await using server = await startServer([`${project}/corpus_server.mjs`], undefined, node);
  const load = ["-c", "10", "-a", "2000", "-j", "-m", "POST", "-b", "content"];
  const { stdout } = await must("npx", ["autocannon", ...load, server.origin], project);
  const { errors, timeouts, non2xx, ...report } = JSON.parse(stdout);
  assertEquals([errors, timeouts, non2xx, report["2xx"]], [0, 0, 0, 2000]);
});

/** Runs a program of the documentation, and asks it what it has routes for. */
async function answersOf(file: string, code: string): Promise<unknown[]> {
  const port = freePort();
  await Deno.writeTextFile(`${project}/${file}`, code.replace(/\b8000\b/, `${port}`));
  const process = new Deno.Command(nodes.get(24)!, {
    args: [file],
    cwd: project,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    const origin = `http://127.0.0.1:${port}`;
    const answers = [await ask(`${origin}/`)];
    if (code.includes('"/users/') || code.includes(" /users/")) {
      answers.push(await ask(`${origin}/users/a%20b`));
    }
    const headers = { "content-type": "application/json" };
    answers.push(
      await ask(`${origin}/echo`, { method: "POST", body: '{"text":"hello"}', headers }),
    );
    return answers;
  } finally {
    process.kill("SIGKILL");
    await process.status;
  }
}

/** Asks until somebody listens. */
async function ask(url: string, init?: RequestInit): Promise<unknown> {
  for (let attempts = 0;; attempts++) {
    try {
      const response = await fetch(url, init);
      const servedBy = response.headers.get("x-served-by");
      return { status: response.status, content: await response.text(), servedBy };
    } catch (error) {
      if (attempts > 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A port that the programs can be given, which name one. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** What users of some exports install themselves. */
async function peersOf(folder: string): Promise<string[]> {
  const { peerDependencies = {} } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`));
  return Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`);
}

async function install(...packages: readonly string[]): Promise<void> {
  await must("npm", ["install", "--no-audit", "--no-fund", ...packages], project);
}

async function must(command: string, args: readonly string[], cwd: string): Promise<Ending> {
  const ending = await runIn(cwd, command, args);
  if (ending.code === 0) return ending;
  throw new Error(`${command} ${args.join(" ")} failed: ${ending.stdout}${ending.stderr}`);
}

async function runIn(
  cwd: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ending> {
  const options: Deno.CommandOptions = {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  };
  const { code, stdout, stderr } = await new Deno.Command(command, options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[^]*?\*\//g, "");
}

/** Without the port that stands in for a missing `Host`. */
function withoutPort(answers: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...answers].map(([name, answer]) => [
      name,
      answer.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:port"),
    ]),
  );
}
