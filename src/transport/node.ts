import { createServer, type ListenOptions as NetOptions, type Server, type Socket } from "node:net";
import process from "node:process";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type {
  Accept,
  Duplex,
  Listener,
  ListenOptions,
  Pause,
  Receiver,
  Transport,
} from "../server/duplex.ts";
import { readIntoBuffers } from "./node_reads.ts";

type Address = Duplex["localAddr"];

/** The first version of each major that will do; later majors all do. */
const LEAST_MINOR: Readonly<Record<number, number>> = { 20: 19, 22: 12 };

/** The first minor of each major that can share a port between processes. */
const REUSE_PORT_MINOR: Readonly<Record<number, number>> = { 22: 12, 23: 1 };

const NO_OCTETS = new Uint8Array(0);

/** The sockets of Node: TCP, TLS and Unix domain. */
export const nodeTransport: Transport = {
  listen(options: ListenOptions, accept: Accept): Listener {
    checkVersion(process.versions.node, options.reusePort);
    return new NodeListener(options, accept);
  },
};

/**
 * Checks that this version of Node has what is needed.
 *
 * @throws {Error} when it is too old.
 * @throws {TypeError} when it cannot share a port, and that is asked for.
 */
export function checkVersion(version: string, reusePort: boolean): void {
  if (!isFrom(version, LEAST_MINOR)) {
    throw new Error(`Cannot serve on Node ${version}: it takes 20.19, 22.12 or later`);
  }
  if (reusePort && !isFrom(version, REUSE_PORT_MINOR)) {
    throw new TypeError(
      `Cannot share the port: reusePort needs Node 22.12 or later, not ${version}`,
    );
  }
}

function isFrom(version: string, leastMinor: Readonly<Record<number, number>>): boolean {
  const [major, minor] = version.split(".").map(Number);
  const last = Math.max(...Object.keys(leastMinor).map(Number));
  return major > last || minor >= (leastMinor[major] ?? Infinity);
}

/** A server of Node, which binds its address only after it has looked it up. */
class NodeListener implements Listener {
  readonly listening: Promise<void>;
  readonly #server: Server;
  #addr: Address;

  constructor(options: ListenOptions, accept: Accept) {
    const { hostname, port, path } = options;
    this.#addr = path === undefined
      ? { transport: "tcp", hostname, port }
      : { transport: "unix", path };
    const context = secureContextOf(options);
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true },
      (socket) => open(secured(socket, context), this.#addr, accept),
    );
    this.listening = this.#listen(options);
  }

  get addr(): Address {
    return this.#addr;
  }

  close(): Promise<void> {
    // What has no address yet cannot be told to give it up.
    return this.listening.then(
      () => new Promise((resolve) => this.#server.close(() => resolve())),
      ignore,
    );
  }

  ref(): void {
    this.#server.ref();
  }

  unref(): void {
    this.#server.unref();
  }

  #listen(options: ListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      // Behind the first event nothing hears of errors: a connection that could not be accepted is
      // not the others' fault.
      this.#server.on("error", reject);
      this.#server.listen(netOptions(options), () => {
        this.#addr = boundAddress(this.#server) ?? this.#addr;
        resolve();
      });
    });
  }
}

function netOptions(options: ListenOptions): NetOptions {
  const { hostname, port, path, reusePort, tcpBacklog } = options;
  const backlog = tcpBacklog === undefined ? {} : { backlog: tcpBacklog };
  if (path !== undefined) return { path, ...backlog };
  return { host: hostname, port, ...(reusePort ? { reusePort } : {}), ...backlog };
}

function boundAddress(server: Server): Address | undefined {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return undefined;
  return { transport: "tcp", hostname: bound.address, port: bound.port };
}

/** Throws where the certificate or the key is none. */
function secureContextOf({ cert, key }: ListenOptions): SecureContext | undefined {
  return cert === undefined || key === undefined ? undefined : createSecureContext({ cert, key });
}

/** The handshake is part of the connection, so that limits and timeouts hold for it. */
function secured(socket: Socket, secureContext: SecureContext | undefined): Socket {
  if (secureContext === undefined) return socket;
  // What goes wrong below is told above.
  socket.on("error", ignore);
  return new TLSSocket(socket, { isServer: true, secureContext });
}

function open(socket: Socket, listening: Address, accept: Accept): void {
  const receiver = accept(new NodeDuplex(socket, listening));
  // Without a listener, an error would end the process.
  socket.on("error", (error) => receiver?.fail(error));
  if (receiver !== undefined) deliverAll(socket, receiver);
}

/** Delivers all that comes. */
function deliverAll(socket: Socket, receiver: Receiver): void {
  socket.on("end", () => receiver.end());
  socket.on("close", () => receiver.fail(undefined));
  const wait = (pause: Pause) => void hold(socket, receiver, pause);
  if (readIntoBuffers(socket, receiver, wait)) return;
  // A chunk of Node is never written over.
  socket.on("data", (octets: Uint8Array) => {
    const pause = receiver.receive(octets);
    if (pause !== undefined) wait(pause);
  });
}

/** Delivers nothing until the receiver wants more. */
async function hold(socket: Socket, receiver: Receiver, first: Pause): Promise<void> {
  socket.pause();
  let pause: Pause | undefined = first;
  try {
    while (pause !== undefined) pause = receiver.resume(await pause);
    socket.resume();
  } catch (error) {
    receiver.fail(error);
  }
}

interface PendingWrite {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Octets of one write. */
const MOST_WRITTEN = 65_536;

/** One connection of Node. */
class NodeDuplex implements Duplex {
  readonly remoteAddr: Address;
  readonly localAddr: Address;
  readonly secure: boolean;
  readonly #socket: Socket;
  readonly #written: (error?: Error | null) => void;
  #pending: PendingWrite | undefined;

  constructor(socket: Socket, listening: Address) {
    this.#socket = socket;
    this.secure = socket instanceof TLSSocket;
    const isUnix = listening.transport === "unix";
    this.localAddr = isUnix ? listening : netAddress(socket.localAddress, socket.localPort);
    this.remoteAddr = isUnix
      ? { transport: "unix", path: "" }
      : netAddress(socket.remoteAddress, socket.remotePort);
    this.#written = (error) => this.#confirm(error);
  }

  write(all: Uint8Array): number | Promise<number> {
    const socket = this.#socket;
    // Node tells of a write once all of it is taken; a slow client must be seen to get on.
    const octets = all.length > MOST_WRITTEN ? all.subarray(0, MOST_WRITTEN) : all;
    if (this.secure) return this.#confirmed(octets, octets.length);
    socket.write(octets);
    // Mostly the kernel has taken all of it by now: a confirmation would only cost.
    if (socket.writableLength === 0 && socket.errored === null && !socket.destroyed) {
      return octets.length;
    }
    return this.#confirmed(NO_OCTETS, octets.length);
  }

  /** Writes, and waits until the network has taken that, and all before it. */
  #confirmed(octets: Uint8Array, taken: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve: () => resolve(taken), reject };
      this.#socket.write(octets, this.#written);
    });
  }

  finish(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
  }

  reset(): void {
    // Only TCP knows a reset; TLS misses the closure alert instead.
    if (this.secure || this.localAddr.transport === "unix") this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #confirm(error: Error | null | undefined): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    if (error) pending.reject(error);
    else pending.resolve();
  }
}

/** A socket that is gone already has no address any more. */
function netAddress(hostname: string = "", port: number = 0): Address {
  return { transport: "tcp", hostname, port };
}

function ignore(): void {}
