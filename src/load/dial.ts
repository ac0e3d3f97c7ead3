import { connect as connectNet, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { defer } from "../deferred.ts";

/** What a connection tells of itself; nothing comes after `ended` or `failed`. */
export interface WireEvents {
  /** It is open, its TLS handshake included. */
  opened(): void;
  /** Octets have come; they may be written over once this returns. */
  received(octets: Uint8Array): void;
  /** The server has closed it. */
  ended(): void;
  /** It could not be opened, or was cut. */
  failed(error: Error): void;
}

/** A connection to the server. */
export interface Wire {
  /** Sends octets. */
  write(octets: Uint8Array): void;
  /** Closes it at once; it tells nothing more. */
  close(): void;
}

/** Opens a connection. */
export type Dial = (events: WireEvents) => Wire;

/** Where to connect to. */
export interface Endpoint {
  /** Whether it speaks TLS. */
  readonly isSecure: boolean;
  /** Name or address, without brackets; the name that a certificate must be for. */
  readonly hostname: string;
  /** The address to connect to, where `hostname` was looked up. */
  readonly connect?: string;
  /** Its port. */
  readonly port: number;
  /** Path of a Unix domain socket, instead of host and port. */
  readonly unix?: string;
  /** Whether any certificate will do. */
  readonly insecure: boolean;
}

/** Dials over the sockets of `node:net`, which Deno has as well. */
export function dialTo(endpoint: Endpoint): Dial {
  return (events) => new SocketWire(openSocket(endpoint), endpoint.isSecure, events);
}

/**
 * Opens a connection and closes it again.
 *
 * @throws {Error} when it cannot be opened, with the platform's reason, or not before `signal` aborts.
 */
export async function tryDial(dial: Dial, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = defer<void>();
  const wire = dial({
    opened: resolve,
    received() {},
    ended: () => reject(new Error("the server closes connections at once")),
    failed: reject,
  });
  const give = () => reject(signal.reason);
  signal.addEventListener("abort", give);
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", give);
    wire.close();
  }
}

class SocketWire implements Wire {
  readonly #socket: Socket;
  #isOver = false;

  constructor(socket: Socket, isSecure: boolean, events: WireEvents) {
    this.#socket = socket;
    const last = (tell: () => void) => {
      if (this.#isOver) return;
      this.close();
      tell();
    };
    socket.on(isSecure ? "secureConnect" : "connect", () => {
      if (!this.#isOver) events.opened();
    });
    socket.on("data", (octets: Uint8Array) => {
      if (!this.#isOver) events.received(octets);
    });
    socket.on("end", () => last(() => events.ended()));
    socket.on("error", (error: Error) => last(() => events.failed(error)));
    socket.on("close", () => last(() => events.ended()));
  }

  write(octets: Uint8Array): void {
    this.#socket.write(octets);
  }

  close(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }
}

function openSocket({ isSecure, hostname, connect, port, unix, insecure }: Endpoint): Socket {
  const place = unix === undefined
    ? { host: connect ?? hostname, port, noDelay: true }
    : { path: unix };
  if (!isSecure) return connectNet(place);
  return connectTls({
    ...place,
    // An address is no name to ask for (RFC 6066 §3).
    servername: isIP(hostname) === 0 ? hostname : "",
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: !insecure,
  });
}
