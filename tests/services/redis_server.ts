/** A Redis server that a test starts: on a socket in a folder of its own, keeping nothing on disk. */
export class RedisServer implements AsyncDisposable {
  readonly #folder = Deno.makeTempDirSync();
  #process: Deno.ChildProcess | undefined;

  /** Where it listens. */
  get path(): string {
    return `${this.#folder}/redis.sock`;
  }

  /** Starts it, and waits until it listens. */
  static async start(): Promise<RedisServer> {
    const server = new RedisServer();
    await server.start();
    return server;
  }

  /** Starts it again where it was, empty. */
  async start(): Promise<void> {
    const settings = {
      port: "0",
      unixsocket: this.path,
      dir: this.#folder,
      save: "",
      appendonly: "no",
      daemonize: "no",
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const options = { args, stdin: "null", stdout: "piped", stderr: "null" } as const;
    this.#process = new Deno.Command("redis-server", options).spawn();
    const reader = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let written = "";
    while (!written.includes("ready to accept connections")) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`Cannot start redis-server: ${written}`);
      written += value;
    }
    // Nobody else reads what it writes: it must not wait for that.
    void drain(reader);
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#process!.kill(signal);
  }

  /** Ends it at once; what it kept is lost. */
  async stop(): Promise<void> {
    this.signal("SIGKILL");
    await this.#process!.status;
    this.#process = undefined;
  }

  /** Ends it, and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process !== undefined) await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}
