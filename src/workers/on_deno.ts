import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { followChild } from "./child_events.ts";
import type { GroupOptions } from "./options.ts";
import type { GroupRuntime } from "./serve_workers.ts";
import type { StartChild } from "./worker_process.ts";
import { WORKER_ARGUMENT } from "./worker.ts";

/** Permissions that are handed on where this process has them as a whole. */
const PERMISSIONS = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;

const CONFIG_FILES = ["deno.json", "deno.jsonc"];

/** Processes of Deno that share the port; `program` exports `becomeWorker`. */
export function groupsOnDeno(program: string): GroupRuntime {
  return {
    cores: navigator.hardwareConcurrency,
    onlyOne: Deno.build.os === "linux"
      ? undefined
      : `only Linux divides connections among processes of Deno, not ${Deno.build.os}`,
    sharesSocket: false,
    starter: (options) => starter(program, options),
  };
}

/** Fails where others listen on the port, whom `reusePort` would share it with unasked. */
export function claimPort(hostname: string = "0.0.0.0", port: number = 8000): void {
  if (port !== 0) Deno.listen({ hostname, port }).close();
}

function starter(program: string, options: GroupOptions): StartChild {
  if (Deno.build.standalone) {
    throw new TypeError("Cannot start workers: a compiled program has no Deno to run them");
  }
  const { module } = options;
  const flags = options.execArgv ?? [...configFlags(module), ...permissionFlags(options)];
  // Imported by name, the module needs no permission to be read, and is not the main one.
  const main = `import { becomeWorker } from ${JSON.stringify(program)};` +
    `import * as app from ${JSON.stringify(module)};becomeWorker(app);`;
  const args = ["run", "--no-prompt", "--unstable-net", ...flags, "-", WORKER_ARGUMENT];
  return (events) => {
    const child = spawn(Deno.execPath(), args, { stdio: ["pipe", "inherit", "inherit", "ipc"] });
    // One that ends before it has read all of it is told of as any that ends.
    child.stdin!.on("error", ignore);
    child.stdin!.end(main);
    return followChild(child, events);
  };
}

/** What is granted as a whole; of the network at least what it takes to listen. */
function permissionFlags({ options: { hostname = "0.0.0.0", port = 8000 } }: GroupOptions) {
  const states = PERMISSIONS.map((name) => [name, Deno.permissions.querySync({ name })] as const);
  const partial = states.filter(([, { partial }]) => partial).map(([name]) => name);
  if (partial.length > 0) {
    throw new TypeError(
      `Cannot tell which part of ${partial.join(", ")} is denied: say with execArgv what workers ` +
        "may do",
    );
  }
  const granted = states.filter(([, { state }]) => state === "granted").map(([name]) => name);
  if (granted.length === PERMISSIONS.length) return ["--allow-all"];
  const flags = granted.map((name) => `--allow-${name}`);
  if (granted.includes("net")) return flags;
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  const hosts = [name, `${name}:${port}`].filter((host) => isGranted({ name: "net", host }));
  return [...flags, ...hosts.slice(0, 1).map((host) => `--allow-net=${host}`)];
}

function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}

/** The configuration nearest to the module, as it has where it is the main one. */
function configFlags(module: string): string[] {
  if (!module.startsWith("file:")) return [];
  for (let folder = new URL(".", module);;) {
    for (const name of CONFIG_FILES) {
      const file = fileURLToPath(new URL(name, folder));
      // Where it may not look, Deno looks from the current folder on.
      if (isGranted({ name: "read", path: file }) && existsSync(file)) return ["--config", file];
    }
    const above = new URL("..", folder);
    if (above.href === folder.href) return [];
    folder = above;
  }
}

function ignore(): void {}
