import { ServerProcess } from "./process.ts";
import { runWrk } from "./wrk.ts";

const REQUEST = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

/** Connections that were served once, and stay. */
export class IdleConnections implements Disposable {
  readonly #connections: Deno.TcpConn[] = [];

  /** Opens so many connections, one after the other. */
  static async open(port: number, count: number): Promise<IdleConnections> {
    const idle = new IdleConnections();
    for (let i = 0; i < count; i++) idle.#connections.push(await beServed(port));
    return idle;
  }

  /** Closes them all. */
  [Symbol.dispose](): void {
    this.#connections.forEach((conn) => conn.close());
  }
}

/** Resident memory that each of some idle connections takes, in octets. */
export async function measureIdleMemory(
  command: readonly string[],
  connections: number,
): Promise<number> {
  await using server = await ServerProcess.start(command);
  await runWrk(server.port, { seconds: 1 });
  await settle();
  const before = server.residentMemory();
  using _idle = await IdleConnections.open(server.port, connections);
  await settle();
  return (server.residentMemory() - before) / connections;
}

async function beServed(port: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(REQUEST);
  await conn.read(new Uint8Array(1024));
  return conn;
}

/** Gives the server's allocator and collector time to come to rest. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2_000));
}
