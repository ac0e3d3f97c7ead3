import { Socket } from "node:net";
import process from "node:process";
import type { Pause, Receiver } from "../server/duplex.ts";
import { OctetArena } from "./octet_arena.ts";

/** Octets of the buffer that all connections read into, and of those that content is read into. */
const BUFFER = 65_536;

/** Content that comes in fewer octets is copied: the buffer that it came in would be mostly empty. */
const SPARSE = 16_384;

/** Where a socket keeps what its option `onread` was given. */
export interface OnReadFields {
  /** The buffer that is read into. */
  readonly buffer: symbol;
  /** What is called with the octets. */
  readonly callback: symbol;
  /** What gives the next buffer. */
  readonly next: symbol;
}

/** A handle of Node, which reads into whatever it is given. */
interface Handle {
  useUserBuffer(buffer: Uint8Array): void;
}

type Fields = Record<symbol, unknown>;

/** What all connections read into; it is empty again when the next one reads. */
const SHARED = new Uint8Array(BUFFER);

const FIELDS: OnReadFields | undefined = probe();

const arena = new OctetArena();

/**
 * Has a socket read into one buffer with all others, where that can be done; whether it can.
 *
 * Node's option `onread` does so, but only sockets that a program makes itself can be given it. What
 * the option sets is set here on a socket that was accepted. This is the one file that looks at
 * Node's own fields, and only at those that a probe found; else `data` events bring the octets, each
 * in a buffer of 64 KiB that is made for it.
 */
export function readIntoBuffers(
  socket: Socket,
  receiver: Receiver,
  hold: (pause: Pause) => void,
): boolean {
  const handle = handleOf(socket);
  if (FIELDS === undefined || handle === undefined) return false;
  const reads = new BufferedReads(receiver, hold);
  const fields = socket as unknown as Fields;
  fields[FIELDS.buffer] = reads.buffer;
  fields[FIELDS.callback] = (octets: number) => reads.take(octets);
  fields[FIELDS.next] = () => reads.renew();
  handle.useUserBuffer(reads.buffer);
  // It has no `data` event to begin with, and no `end` before it has begun.
  socket.resume();
  return true;
}

/** The reads of one connection. */
class BufferedReads {
  /** What is read into. */
  buffer: Uint8Array<ArrayBuffer> = SHARED;
  readonly #receiver: Receiver;
  readonly #hold: (pause: Pause) => void;
  #own: Uint8Array<ArrayBuffer> | undefined;

  constructor(receiver: Receiver, hold: (pause: Pause) => void) {
    this.#receiver = receiver;
    this.#hold = hold;
  }

  /** Delivers what was read; what was delivered is never written over. */
  take(octets: number): void {
    const pause = this.buffer === this.#own && octets >= SPARSE
      ? this.#deliverOwn(this.#own, octets)
      : this.#deliverCopy(octets);
    if (pause !== undefined) this.#hold(pause);
  }

  /** Another buffer, where the next read needs one: content is read to where it will stay. */
  renew(): Uint8Array<ArrayBuffer> | undefined {
    const { appetite } = this.#receiver;
    if (appetite < SPARSE) this.#own = undefined;
    else this.#own ??= newBuffer(Math.min(appetite, BUFFER));
    const next = this.#own ?? SHARED;
    return next === this.buffer ? undefined : this.buffer = next;
  }

  #deliverOwn(buffer: Uint8Array<ArrayBuffer>, octets: number): Pause | undefined {
    this.#own = undefined;
    return this.#receiver.receive(buffer, 0, octets);
  }

  #deliverCopy(octets: number): Pause | undefined {
    const start = arena.keep(this.buffer, octets);
    return this.#receiver.receive(arena.bytes, start, start + octets);
  }
}

/** Memory that nobody has to fill first: only what was read of it is delivered. */
function newBuffer(octets: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(octets).buffer);
}

/** TLS has handles of another kind. */
function handleOf(socket: Socket): Handle | undefined {
  if (Object.getPrototypeOf(socket) !== Socket.prototype) return undefined;
  const { _handle: handle } = socket as unknown as { readonly _handle?: Partial<Handle> };
  return typeof handle?.useUserBuffer === "function" ? handle as Handle : undefined;
}

/** The fields of sockets made with the option, found by what it was given. */
function probe(): OnReadFields | undefined {
  // Others have sockets that look the same, and do nothing of it.
  if (process.versions.deno !== undefined || process.versions.bun !== undefined) return undefined;
  const fixed = { buffer: new Uint8Array(1), callback: () => true };
  const renewed = { buffer: () => new Uint8Array(1), callback: () => true };
  const withFixed = new Socket({ onread: fixed });
  const withRenewed = new Socket({ onread: renewed });
  const buffer = fieldOf(withFixed, fixed.buffer);
  const callback = fieldOf(withFixed, fixed.callback);
  const next = fieldOf(withRenewed, renewed.buffer);
  if (!buffer || !next || !callback || callback !== fieldOf(withRenewed, renewed.callback)) {
    return undefined;
  }
  return { buffer, callback, next };
}

function fieldOf(socket: Socket, value: unknown): symbol | undefined {
  return Object.getOwnPropertySymbols(socket)
    .find((symbol) => (socket as unknown as Fields)[symbol] === value);
}
