import { setImmediate } from "node:timers";
import type {
  Accept,
  Duplex,
  Listener,
  ListenOptions,
  Pause,
  Receiver,
  Transport,
} from "../server/duplex.ts";
import { OctetArena } from "./octet_arena.ts";

/** Octets of the buffer that an idle connection owns. */
const IDLE_BUFFER = 4096;

/** Octets that are read at once while content is expected. */
const CONTENT_BUFFER = 65_536;

/** The same, where so much has just come at once: memory in fewer pieces is had for less. */
const LARGE_CONTENT_BUFFER = 262_144;

/** Milliseconds to wait where connections cannot be accepted for now. */
const ACCEPT_PAUSE = 100;

/** Buffers of connections that are gone, kept for those to come. */
const SPARE_BUFFERS = 64;
const spareBuffers: Uint8Array<ArrayBuffer>[] = [];

const NO_OCTETS = new Uint8Array(0);

/** Octets after which the event loop gets its turn: reads that are ready at once never leave it one. */
const TURN = 262_144;

/** How often a listener that closes looks whether anybody waits to be accepted. */
const MOST_TURNS = 100;

const arena = new OctetArena();
let octetsThisTurn = 0;

/** The sockets of Deno: TCP, TLS and Unix domain. */
export const denoTransport: Transport = {
  listen(options: ListenOptions, accept: Accept): Listener {
    const listener = listenOn(options);
    let accepted = 0;
    const count: Accept = (duplex) => {
      accepted++;
      return accept(duplex);
    };
    const accepting = acceptAll(listener, count, options.cert !== undefined);
    return {
      addr: addressOf(listener.addr),
      settle: () => untilStill(() => accepted),
      close() {
        listener.close();
        // The platform lets go of the port only once nothing waits to be accepted.
        return accepting;
      },
      ref: () => listener.ref(),
      unref: () => listener.unref(),
    };
  },
};

function listenOn(options: ListenOptions): Deno.Listener {
  const { hostname, port, path, cert, key, reusePort, tcpBacklog } = options;
  if (path !== undefined) return Deno.listen({ transport: "unix", path });
  if (reusePort) checkReusePort();
  const tcp = { hostname, port, reusePort, ...(tcpBacklog === undefined ? {} : { tcpBacklog }) };
  if (cert === undefined || key === undefined) return Deno.listen(tcp);
  return Deno.listenTls({ ...tcp, cert, key });
}

/** Without the flag, `Deno.listen` would end the process. */
function checkReusePort(): void {
  if ("listenDatagram" in Deno) return;
  throw new TypeError(
    'Cannot share the port: reusePort needs Deno\'s flag --unstable-net, or "unstable": ["net"]',
  );
}

async function acceptAll(listener: Deno.Listener, accept: Accept, secure: boolean): Promise<void> {
  for (;;) {
    try {
      open(await listener.accept(), accept, secure);
    } catch (error) {
      if (isClosed(error)) return;
      // A client that has left already is no reason to let others wait; to be short of descriptors is.
      if (!isClientGone(error)) await pause(ACCEPT_PAUSE);
    }
  }
}

function isClientGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.ConnectionAborted;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}

function open(conn: Deno.Conn, accept: Accept, secure: boolean): void {
  const duplex = openDuplex(conn, secure);
  const receiver = accept(duplex);
  if (receiver === undefined) return;
  answerAtOnce(conn);
  readAll(conn, receiver);
}

/** Answers are not held back until the client has acknowledged what went before. */
function answerAtOnce(conn: Deno.Conn): void {
  if (!("setNoDelay" in conn)) return;
  try {
    (conn as Deno.TcpConn).setNoDelay(true);
  } catch {
    // Some systems refuse it for a client that is gone already; reading will tell.
  }
}

/** A client that has left already has no address: its connection is closed, not forgotten. */
function openDuplex(conn: Deno.Conn, secure: boolean): DenoDuplex {
  try {
    return new DenoDuplex(conn, secure);
  } catch (error) {
    conn.close();
    throw error;
  }
}

/** One connection of Deno. */
class DenoDuplex implements Duplex {
  readonly remoteAddr;
  readonly secure: boolean;
  readonly #conn: Deno.Conn;
  #localAddr: Duplex["localAddr"] | undefined;

  constructor(conn: Deno.Conn, secure: boolean) {
    this.#conn = conn;
    this.secure = secure;
    this.remoteAddr = addressOf(conn.remoteAddr);
  }

  get localAddr(): Duplex["localAddr"] {
    return this.#localAddr ??= addressOf(this.#conn.localAddr);
  }

  write(octets: Uint8Array): Promise<number> {
    return this.#conn.write(octets);
  }

  async probe(): Promise<void> {
    await this.#conn.write(NO_OCTETS);
  }

  finish(): void {
    // A client that is gone already makes this fail; reading will tell.
    this.#conn.closeWrite().catch(ignore);
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It was closed already.
    }
  }
}

/** Delivers all that comes. */
async function readAll(conn: Deno.Conn, receiver: Receiver): Promise<void> {
  const idle = spareBuffers.pop() ?? new Uint8Array(IDLE_BUFFER);
  let most = CONTENT_BUFFER;
  try {
    for (;;) {
      const { appetite } = receiver;
      const buffer = appetite > IDLE_BUFFER ? new Uint8Array(Math.min(appetite, most)) : idle;
      const octets = await conn.read(buffer);
      if (octets === null) return receiver.end();
      // Only who fills the one gets the other: a slow client must not hold so much.
      most = octets < CONTENT_BUFFER ? CONTENT_BUFFER : LARGE_CONTENT_BUFFER;
      if ((octetsThisTurn += octets) > TURN) await nextTurn();
      let pause = buffer === idle
        ? deliverCopy(receiver, idle, octets)
        : receiver.receive(buffer, 0, octets);
      while (pause !== undefined) pause = receiver.resume(await pause);
    }
  } catch (error) {
    receiver.fail(error);
  } finally {
    // No read is under way, and what was delivered was copied.
    if (spareBuffers.length < SPARE_BUFFERS) spareBuffers.push(idle);
  }
}

/** Waits until a count stands still; not for ever, since new clients may come all the time. */
async function untilStill(count: () => number): Promise<void> {
  for (let turn = 0, before = -1; turn < MOST_TURNS && count() !== before; turn++) {
    before = count();
    // The first turn may have begun before the client came.
    for (let i = 0; i < 2; i++) await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** Lets timers and other connections have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) =>
    setImmediate(() => {
      octetsThisTurn = 0;
      resolve();
    })
  );
}

/** What was delivered is never written over, so what came in the buffer that is used again is copied. */
function deliverCopy(
  receiver: Receiver,
  buffer: Uint8Array,
  octets: number,
): Pause | undefined {
  const start = arena.keep(buffer, octets);
  return receiver.receive(arena.bytes, start, start + octets);
}

function addressOf(addr: Deno.Addr): Duplex["localAddr"] {
  if (addr.transport === "tcp" || addr.transport === "udp") {
    return { transport: "tcp", hostname: addr.hostname, port: addr.port };
  }
  return { transport: "unix", path: "path" in addr ? addr.path : "" };
}

function ignore(): void {}
