import { BUN, NODE_FOLDER, VERSIONS } from "./contestants.ts";

/** Installs the peers of Node and Bun in a folder of their own, unless they are there. */
export async function installPeers(): Promise<void> {
  if (Object.entries(VERSIONS).every(([name, version]) => isInstalled(name, version))) return;
  console.error("Installing the peers of Node");
  const command = new Deno.Command("npm", {
    args: ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"],
    cwd: NODE_FOLDER,
    stdout: "null",
  });
  if (!(await command.spawn().status).success) throw new Error("Cannot install the peers of Node");
}

/** Whether Bun is there; it is left out where it does not install. */
export function hasBun(): boolean {
  try {
    return Deno.statSync(BUN).isFile;
  } catch {
    return false;
  }
}

/** The executable of Node: the one that is installed, or a version that npx fetches. */
export async function nodeExecutable(version?: string): Promise<string> {
  const print = ["-p", "process.execPath"];
  const [command, args] = version === undefined
    ? ["node", print]
    : ["npx", ["-y", "-p", `node@${version}`, "node", ...print]];
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`Cannot start Node: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

function isInstalled(name: string, version: string): boolean {
  try {
    const manifest = Deno.readTextFileSync(`${NODE_FOLDER}node_modules/${name}/package.json`);
    return JSON.parse(manifest).version === version;
  } catch {
    return false;
  }
}
