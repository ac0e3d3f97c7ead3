/** A server in a process of its own, and what `/proc` says of it. */
export class ServerProcess implements AsyncDisposable {
  /** Where it listens. */
  readonly port: number;
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts a command that prints the port it listens on, on a core of its own where there are two. */
  static async start(command: readonly string[]): Promise<ServerProcess> {
    const [first, ...args] = pinned(SERVER_CORE, command);
    // What a server says of connections that wrk cuts at its end is no matter.
    const child = new Deno.Command(first, { args, stdout: "piped", stderr: "null" }).spawn();
    try {
      return new ServerProcess(child, await readPort(child.stdout));
    } catch (error) {
      kill(child);
      await child.status;
      throw new Error(`Cannot measure: ${command.join(" ")}`, { cause: error });
    }
  }

  /** Its number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** User and system time so far, in microseconds. */
  cpuTime(): number {
    return cpuTimeOf(this.pid);
  }

  /** Resident memory, in octets. */
  residentMemory(): number {
    const status = Deno.readTextFileSync(`/proc/${this.#child.pid}/status`);
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  }

  /** How many files and connections it holds open. */
  openDescriptors(): number {
    return [...Deno.readDirSync(`/proc/${this.#child.pid}/fd`)].length;
  }

  /** Waits until it holds no more open than so many. */
  async untilOpen(descriptors: number): Promise<void> {
    const end = performance.now() + PATIENCE;
    while (this.openDescriptors() > descriptors) {
      if (performance.now() > end) {
        throw new Error(`Cannot measure: ${this.openDescriptors()} descriptors stay open`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    // A server with connections may wait for them at SIGTERM.
    kill(this.#child);
    await this.#child.status;
  }
}

/** User and system time of a process so far, in microseconds. */
export function cpuTimeOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // Behind the name, which may hold spaces, the twelfth and thirteenth fields; 100 ticks a second.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Milliseconds after which nobody waits any longer. */
const PATIENCE = 60_000;

/** The core of the server. */
export const SERVER_CORE = 0;

/** The core of the client. */
export const CLIENT_CORE = 1;

/** A command that runs on one core, where the machine has two. */
export function pinned(core: number, command: readonly string[]): readonly string[] {
  return navigator.hardwareConcurrency > 1 ? ["taskset", "-c", String(core), ...command] : command;
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

async function readPort(stdout: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  const port = Number(new TextDecoder().decode(value));
  if (!(port > 0)) throw new Error("Cannot measure: the server did not print its port");
  return port;
}
