import { once } from "node:events";
import net from "node:net";
import { WireClient } from "../transport/wire_client.ts";

/** A client that may come from any loopback address, and may leave by a reset. */
export class SocketClient extends WireClient {
  readonly #socket: net.Socket;

  private constructor(socket: net.Socket) {
    super(new SocketConn(socket) as unknown as Deno.Conn);
    this.#socket = socket;
  }

  /** Connects from an address to a port of 127.0.0.1; each write is sent at once. */
  static async connectFrom(localAddress: string, port: number): Promise<SocketClient> {
    const socket = net.connect({
      host: "127.0.0.1",
      port,
      localAddress,
      allowHalfOpen: true,
      noDelay: true,
    });
    await once(socket, "connect");
    return new SocketClient(socket);
  }

  /** Ends the connection by RST. */
  async reset(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.resetAndDestroy();
    await closed;
  }
}

/** A socket of Node, as much of a connection of Deno as a client on the wire needs. */
class SocketConn {
  readonly #socket: net.Socket;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #unread: Uint8Array = new Uint8Array(0);

  constructor(socket: net.Socket) {
    this.#socket = socket;
    // Whoever reads or writes learns of it.
    socket.on("error", () => {});
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    // Nothing is read before somebody wants it.
    this.#chunks ??= this.#socket[Symbol.asyncIterator]();
    while (this.#unread.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return null;
      this.#unread = value;
    }
    const taken = this.#unread.subarray(0, buffer.length);
    buffer.set(taken);
    this.#unread = this.#unread.subarray(taken.length);
    return taken.length;
  }

  write(octets: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#socket.write(octets, (error) => error ? reject(error) : resolve(octets.length))
    );
  }

  async closeWrite(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.end(() => resolve()));
  }

  close(): void {
    this.#socket.destroy();
  }
}
