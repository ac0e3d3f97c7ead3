import type { Address } from "../handler.ts";

/** One connection's two directions: all that the server knows of a network. */
export interface Duplex {
  /** The client's end. */
  readonly remoteAddr: Address;
  /** The server's end. */
  readonly localAddr: Address;
  /** Whether the connection is encrypted, which makes it `https`. */
  readonly secure: boolean;
  /**
   * Sends octets: gives how many were taken, at least one, at once or later.
   *
   * The octets are lent until then. Never called again before.
   */
  write(octets: Uint8Array): number | Promise<number>;
  /** Rejects where the client is known to be gone; for those that nobody reads from. */
  probe?(): Promise<void>;
  /** Says that nothing more will be sent (FIN); receiving goes on. */
  finish(): void;
  /** Ends both directions at once; what is under way fails. */
  close(): void;
  /**
   * Closes so that the client cannot take what it got for whole (TCP: RST); for an answer that only
   * its close would have ended. Absent where the platform knows no way.
   */
  reset?(): void;
}

/**
 * Why no more octets are wanted for now: a write that is under way, whose result is the transport's
 * to hand on, or a client that must wait.
 */
export type Pause = Promise<number | void>;

/** Where a connection's octets go. */
export interface Receiver {
  /** Octets that can be used now; a transport may read that many at once. */
  readonly appetite: number;
  /**
   * Takes the octets from `start` to `end`, all of them by default; they must never be written
   * over.
   *
   * A promise asks to deliver no more until `resume` was called with what it gives.
   */
  receive(octets: Uint8Array, start?: number, end?: number): Pause | undefined;
  /** Goes on after a pause; there may be another. */
  resume(given: number | void): Pause | undefined;
  /** The client will send nothing more (FIN). */
  end(): void;
  /** The connection is gone. */
  fail(error: unknown): void;
}

/** Takes a connection; `undefined` where it was turned away, and closed. */
export type Accept = (duplex: Duplex) => Receiver | undefined;

/** Where a server listens. */
export interface ListenOptions {
  /** Name or address of the interface. */
  readonly hostname: string;
  /** Port; 0 for one that is free. */
  readonly port: number;
  /** Path of a Unix domain socket, instead of the two above. */
  readonly path: string | undefined;
  /** Certificate chain in PEM. */
  readonly cert: string | undefined;
  /** Private key in PEM. */
  readonly key: string | undefined;
  /** Whether several processes may listen on the port. */
  readonly reusePort: boolean;
  /** Connections that may wait to be accepted. */
  readonly tcpBacklog: number | undefined;
}

/** A socket that accepts connections. */
export interface Listener {
  /** Where it listens; what was asked for while it does not yet. */
  readonly addr: Address;
  /** Resolves once it listens, rejects where it cannot; absent where it does from the start. */
  readonly listening?: Promise<void>;
  /**
   * Resolves when no client waits to be accepted; those that do are cut off by `close`. Absent where
   * `close` cuts nobody off.
   */
  settle?(): Promise<void>;
  /** Accepts no more; connections go on. A promise tells when the address is free again. */
  close(): void | Promise<void>;
  /** Keeps the process alive. */
  ref(): void;
  /** Lets the process end. */
  unref(): void;
}

/** A way to accept connections. */
export interface Transport {
  /** Listens, and hands each connection to `accept`. Throws where it knows at once that it cannot. */
  listen(options: ListenOptions, accept: Accept): Listener;
}
