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

/** Puts the package where what it depends on is found; gives the path of its module. */
export async function installPackage(entry: string): Promise<string> {
  const [, source, module] = /^(.*\/npm)\/(.*)$/.exec(entry)!;
  const folder = `${NODE_FOLDER}node_modules/@culvert/http`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(`${NODE_FOLDER}node_modules/@culvert`, { recursive: true });
  const copy = new Deno.Command("cp", { args: ["-r", source, folder] });
  if (!(await copy.output()).success) throw new Error(`Cannot copy ${source} to ${folder}`);
  return `${folder}/${module}`;
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
