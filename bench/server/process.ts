/** A server in a process of its own, and what `/proc` says of it. */
export class ServerProcess implements AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts a contestant, on a core of its own where the machine has two. */
  static async start(contestant: string): Promise<ServerProcess> {
    const command = commandOf(contestant);
    const [first, ...rest] = navigator.hardwareConcurrency > 1
      ? ["taskset", "-c", "0", ...command]
      : command;
    const child = new Deno.Command(first, { args: rest, stdout: "piped" }).spawn();
    return new ServerProcess(child, await readPort(child.stdout));
  }

  /** User and system time so far, in microseconds. */
  cpuTime(): number {
    const stat = Deno.readTextFileSync(`/proc/${this.#child.pid}/stat`);
    // Behind the name, which may hold spaces, the twelfth and thirteenth fields; 100 ticks a second.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  /** Resident memory, in octets. */
  residentMemory(): number {
    const status = Deno.readTextFileSync(`/proc/${this.#child.pid}/status`);
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
  }
}

/** Those on Node load the npm package, which must have been built. */
function commandOf(contestant: string): string[] {
  const pathOf = (file: string) => decodeURIComponent(new URL(file, import.meta.url).pathname);
  if (!/^node:|on Node$/.test(contestant)) {
    return [Deno.execPath(), "run", "-A", pathOf("./contestants.ts"), contestant];
  }
  const { exports } = JSON.parse(Deno.readTextFileSync(pathOf("../../npm/package.json")));
  const entry = exports["."].default ?? exports["."].import.default;
  return ["node", pathOf("./node_contestants.mjs"), contestant, pathOf(`../../npm/${entry}`)];
}

async function readPort(stdout: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  const port = Number(new TextDecoder().decode(value));
  if (!(port > 0)) throw new Error("Cannot measure: the server did not print its port");
  return port;
}
