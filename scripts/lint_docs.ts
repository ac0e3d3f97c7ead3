/**
 * Lints the documentation of everything that the package exports, on JSR and on npm.
 *
 * @module
 */

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
}

const root = new URL("../", import.meta.url);
const manifest: Manifest = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
const entries = [...new Set(Object.values(manifest.exports)), "src/node.ts", "src/node_cli.ts"];

const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["doc", "--lint", ...entries],
  cwd: root,
  stdin: "null",
  stdout: "inherit",
  stderr: "inherit",
}).spawn().status;
Deno.exit(code);
