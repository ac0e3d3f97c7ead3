/**
 * Whether a program is there that tests need. Where it is missing they are left out, and the reason
 * is printed; under `CI` that is a failure, since what they would have tested was not tested.
 */
export function requireTool(name: string, packageName: string = name): boolean {
  try {
    new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const missing = `Cannot run ${name}: install it (on Debian: apt-get install ${packageName})`;
    if (Deno.env.has("CI")) throw new Error(missing);
    console.warn(missing);
    return false;
  }
}
