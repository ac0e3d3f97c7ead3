/**
 * Programs that tests run as processes of their own.
 *
 * @module
 */

/** How a program ended, and all that it wrote. */
export interface Ending {
  /** Exit code; beyond 128 where a signal ended it. */
  readonly code: number;
  /** What it wrote to its standard output. */
  readonly stdout: string;
  /** What it wrote to its standard error. */
  readonly stderr: string;
}

/**
 * Runs `deno` with these arguments in the project's root until it ends.
 *
 * `source` is a program for the argument `-`.
 */
export async function runProgram(args: readonly string[], source?: string): Promise<Ending> {
  return await new Program(args, source).ended;
}

/**
 * Starts `deno` with these arguments in the project's root, and waits until it listens.
 *
 * `source` is a program for the argument `-`; `command` may be another than `deno`.
 */
export async function startServer(
  args: readonly string[],
  source?: string,
  command?: string,
): Promise<RunningServer> {
  const program = new Program(args, source, command);
  const line = await program.seen(/Listening on (https?:\S+?)\/?\s/);
  return new RunningServer(program, line[1].replace("//0.0.0.0:", "//127.0.0.1:"));
}

/** A server in a process of its own; ended when its test is. */
export class RunningServer implements AsyncDisposable {
  /** Scheme, host and port of its first address, without a final slash. */
  readonly origin: string;
  /** How it ended, once it did. */
  readonly ended: Promise<Ending>;
  readonly #program: Program;

  constructor(program: Program, origin: string) {
    this.#program = program;
    this.origin = origin;
    this.ended = program.ended;
  }

  /** Its port. */
  get port(): number {
    return Number(new URL(this.origin).port);
  }

  /** Its process. */
  get pid(): number {
    return this.#program.process.pid;
  }

  /** Waits until it has written what `pattern` matches. */
  seen(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#program.seen(pattern);
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#program.process.kill(signal);
  }

  /** Ends it at once, unless it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#program.hasEnded) this.signal("SIGKILL");
    await this.ended;
  }
}

interface Awaited {
  readonly pattern: RegExp;
  readonly resolve: (match: RegExpExecArray) => void;
  readonly reject: (error: Error) => void;
}

class Program {
  readonly process: Deno.ChildProcess;
  readonly ended: Promise<Ending>;
  hasEnded = false;
  #stdout = "";
  #stderr = "";
  #awaited: readonly Awaited[] = [];

  constructor(args: readonly string[], source: string = "", command: string = Deno.execPath()) {
    this.process = new Deno.Command(command, {
      args: [...args],
      cwd: new URL("../", import.meta.url),
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.ended = this.#read(source);
  }

  /** Waits until it has written what `pattern` matches; rejects when it ends without. */
  seen(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      this.#awaited = [...this.#awaited, { pattern, resolve, reject }];
      this.#look();
    });
  }

  async #read(source: string): Promise<Ending> {
    const [{ code }] = await Promise.all([
      this.process.status,
      write(this.process.stdin, source),
      this.#follow(this.process.stdout, (text) => this.#stdout += text),
      this.#follow(this.process.stderr, (text) => this.#stderr += text),
    ]);
    this.hasEnded = true;
    this.#look();
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  async #follow(stream: ReadableStream<Uint8Array>, append: (text: string) => void) {
    const decoder = new TextDecoder();
    for await (const octets of stream) {
      append(decoder.decode(octets, { stream: true }));
      this.#look();
    }
  }

  #look(): void {
    const written = `${this.#stdout}\n${this.#stderr}`;
    this.#awaited = this.#awaited.filter(({ pattern, resolve, reject }) => {
      const match = pattern.exec(written);
      if (match) resolve(match);
      else if (this.hasEnded) {
        reject(new Error(`The program ended without ${pattern}:\n${written}`));
      }
      return match === null && !this.hasEnded;
    });
  }
}

async function write(stream: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stream.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
}
