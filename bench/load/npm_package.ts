const ROOT = new URL("../../", import.meta.url);

/** Builds the npm package, and gives the path of the module that `import "@culvert/http"` loads. */
export async function buildPackage(): Promise<string> {
  const script = new URL("scripts/build_npm.ts", ROOT).pathname;
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", script] });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return packageEntry();
}

/** The path of the module that `import "@culvert/http"` loads, once the package is built. */
export function packageEntry(): string {
  const folder = new URL("npm/", ROOT);
  const { exports } = JSON.parse(Deno.readTextFileSync(new URL("package.json", folder)));
  const entry = exports["."].default ?? exports["."].import.default;
  return pathOf(entry, folder);
}

/** The path of a file, relative to a module or folder. */
export function pathOf(file: string, base: string | URL): string {
  return decodeURIComponent(new URL(file, base).pathname);
}
