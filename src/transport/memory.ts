import type {
  Accept,
  Duplex,
  Listener,
  ListenOptions,
  Pause,
  Receiver,
  Transport,
} from "../server/duplex.ts";

type Address = Duplex["localAddr"];

/** Connections without a network: what is sent has arrived when `send` returns. */
export class MemoryTransport implements Transport {
  #accept: Accept | undefined;
  #ports = 50_000;

  /** Listens, though there is nothing to hear but `connect`. */
  listen({ hostname, port }: ListenOptions, accept: Accept): Listener {
    this.#accept = accept;
    return {
      addr: { transport: "tcp", hostname, port },
      close: () => this.#accept = undefined,
      ref() {},
      unref() {},
    };
  }

  /** Connects a client, from an address if one is given. */
  connect(hostname: string = "127.0.0.1"): MemoryClient {
    if (this.#accept === undefined) throw new TypeError("Cannot connect: nobody listens");
    return new MemoryClient(this.#accept, { transport: "tcp", hostname, port: this.#ports++ });
  }
}

/** The client's end of a connection in memory. */
export class MemoryClient {
  /** Whether the server has said that it will send nothing more. */
  finished = false;
  /** Whether the connection has ended. */
  closed = false;
  /** Whether it has ended so that nothing received can be taken for whole. */
  wasReset = false;
  /** How many writes the server made. */
  writes = 0;
  readonly #receiver: Receiver | undefined;
  #received: number[] = [];
  #room = Infinity;
  #pending:
    | { readonly octets: Uint8Array; readonly taken: PromiseWithResolvers<number> }
    | undefined;

  /** Connects through a listener's `accept`. */
  constructor(accept: Accept, remoteAddr: Address) {
    this.#receiver = accept({
      remoteAddr,
      localAddr: { transport: "tcp", hostname: "127.0.0.1", port: 80 },
      secure: false,
      write: (octets) => this.#take(octets),
      finish: () => void (this.finished = true),
      close: () => this.#close(),
      reset: () => {
        this.wasReset = true;
        this.#close();
      },
    });
  }

  /** What was received and not yet read, one character for each octet. */
  get received(): string {
    return this.#received.map((octet) => String.fromCharCode(octet)).join("");
  }

  /** What was received since the last time. */
  read(): string {
    const text = this.received;
    this.#received = [];
    return text;
  }

  /** Sends octets, or text of one octet for each character; the server may ask to wait. */
  send(content: Uint8Array | string): Promise<void> | undefined {
    const octets = typeof content === "string"
      ? Uint8Array.from(content, (character) => character.charCodeAt(0))
      : content;
    const pause = this.closed ? undefined : this.#receiver?.receive(octets);
    return pause === undefined ? undefined : this.#wait(pause);
  }

  async #wait(pause: Pause): Promise<void> {
    let next: Pause | undefined = pause;
    try {
      while (next !== undefined) next = this.#receiver!.resume(await next);
    } catch (error) {
      this.#receiver!.fail(error);
    }
  }

  /** Sends nothing more (FIN). */
  end(): void {
    if (!this.closed) this.#receiver?.end();
  }

  /** Goes away in the middle of whatever there is (RST). */
  reset(): void {
    this.#receiver?.fail(new Error("Connection reset by peer"));
  }

  /** Takes no more than so many octets, until told otherwise. */
  takeOnly(octets: number): void {
    this.#room = octets;
    const pending = this.#pending;
    if (pending === undefined || octets === 0) return;
    this.#pending = undefined;
    pending.taken.resolve(this.#store(pending.octets));
  }

  #take(octets: Uint8Array): number | Promise<number> {
    this.writes++;
    if (this.#room > 0) return this.#store(octets);
    const taken = Promise.withResolvers<number>();
    this.#pending = { octets, taken };
    return taken.promise;
  }

  #store(octets: Uint8Array): number {
    const taken = octets.subarray(0, this.#room);
    for (const octet of taken) this.#received.push(octet);
    this.#room -= taken.length;
    return taken.length;
  }

  #close(): void {
    this.closed = true;
    this.#pending?.taken.reject(new Error("Connection closed"));
    this.#pending = undefined;
  }
}
