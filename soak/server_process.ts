import { residentMemory } from "../tests/transport/process_facts.ts";
import type { Measurement, Ready } from "./measurement.ts";

const PROGRAM = decodeURIComponent(new URL("server.ts", import.meta.url).pathname);

/** What can be known of the server's process at one moment. */
export interface Observation extends Measurement {
  /** Octets of resident memory behind a forced collection. */
  readonly resident: number;
  /** Sockets that the process has open, those it began with left out. */
  readonly sockets: number;
}

/** The server in a process of its own, asked over pipes so that no count of its own is disturbed. */
export class ServerProcess implements AsyncDisposable {
  /** Where it listens, on the loopback interface. */
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #questions: WritableStreamDefaultWriter<Uint8Array>;
  #socketsAtFirst = 0;

  private constructor(child: Deno.ChildProcess, lines: ReadableStream<string>, port: number) {
    this.#child = child;
    this.#lines = lines.getReader();
    this.#questions = child.stdin.getWriter();
    this.port = port;
  }

  /** Starts the server; `deadline` is in milliseconds. */
  static async start(deadline: number): Promise<ServerProcess> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--v8-flags=--expose-gc", PROGRAM, String(deadline)],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(lineDivider());
    const first = lines.getReader();
    const { port } = readLine<Ready>(await first.read());
    first.releaseLock();
    const server = new ServerProcess(child, lines, port);
    server.#socketsAtFirst = (await server.observe()).sockets;
    return server;
  }

  /** Lets the server collect its garbage, then looks at it from inside and outside. */
  async observe(): Promise<Observation> {
    await this.#questions.write(new Uint8Array([10]));
    const measurement = readLine<Measurement>(await this.#lines.read());
    const resident = await residentMemory(this.#child.pid);
    const sockets = await openSockets(this.#child.pid) - this.#socketsAtFirst;
    return { ...measurement, resident, sockets };
  }

  /** Asks it to end; resolves to its exit code. */
  async terminate(): Promise<number> {
    this.#child.kill("SIGTERM");
    return (await this.#child.status).code;
  }

  /** Ends it at once, unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#child.status;
    await Promise.allSettled([this.#questions.close(), this.#lines.cancel()]);
  }
}

/** How many sockets a process has open, whatever their state. */
async function openSockets(pid: number): Promise<number> {
  let sockets = 0;
  for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
    const target = await Deno.readLink(`/proc/${pid}/fd/${name}`).catch(() => "");
    if (target.startsWith("socket:")) sockets++;
  }
  return sockets;
}

function readLine<T>({ done, value }: ReadableStreamReadResult<string>): T {
  if (done) throw new Error("Cannot observe the server: its process has ended");
  return JSON.parse(value);
}

function lineDivider(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(text, controller) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) controller.enqueue(line);
    },
  });
}
