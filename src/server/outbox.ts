import { defer } from "../deferred.ts";
import { CANNOT_WRITE, type OwnFields } from "../own_fields.ts";
import { appendHeadText } from "../protocol/response_head.ts";
import { OctetWriter } from "../protocol/octet_writer.ts";
import type { Duplex } from "./duplex.ts";
import type { WriterPool } from "./writer_pool.ts";

/** Octets that are collected before they leave, and the size of a lent buffer. */
export const COALESCE_LIMIT = 16_384;

/** Octets that may wait for the client before nothing more is made for it. */
export const HIGH_WATER_MARK = 65_536;

/** Whether pending octets should leave now rather than wait for those of the next request. */
export function shouldFlush(pending: number): boolean {
  return pending >= COALESCE_LIMIT;
}

/** Learns what becomes of the octets up to a position. */
export interface Watcher {
  /** Octets that were appended so far, the last one included. */
  readonly position: number;
  /** The network took them. */
  resolve(): void;
  /** The network will not take them all. */
  reject(error: unknown): void;
}

const encoder = new TextEncoder();

/** Collects what is to be sent on one connection, and sends it in order, one write at a time. */
export class Outbox {
  /** Octets that were ever appended. */
  appended = 0;
  /** Octets that the network has taken. */
  sent = 0;
  readonly #duplex: Duplex;
  readonly #pool: WriterPool;
  readonly #waiting: (OctetWriter | Uint8Array)[] = [];
  readonly #sentSome: (octets: number) => void;
  readonly #failed: (error: unknown) => void;
  #writer: OctetWriter | undefined;
  #writing: Uint8Array | undefined;
  #lent: OctetWriter | undefined;
  #offset = 0;
  #error: unknown;
  #watcher: Watcher | undefined;
  /** Those that came while there was one. */
  #others: Watcher[] | undefined;

  /** Sends through a duplex; `onFailure` learns of a network that is gone. */
  constructor(duplex: Duplex, pool: WriterPool, onFailure: (error: unknown) => void) {
    this.#duplex = duplex;
    this.#pool = pool;
    this.#sentSome = (octets) => this.#settle(this.resume(octets));
    this.#failed = (error) => {
      this.fail(error);
      onFailure(error);
    };
  }

  /** Octets that the network has not taken yet. */
  get pending(): number {
    return this.appended - this.sent;
  }

  /** Whether so much waits for the client that nothing more should be made for it. */
  get isFull(): boolean {
    return this.pending >= HIGH_WATER_MARK;
  }

  /** Whether somebody waits for octets to be sent. */
  get isWatched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Appends a head, one octet for each character. */
  appendHead(text: string): void {
    const writer = this.#room(text.length);
    if (writer === undefined) return this.#enqueue(encodeOctetText(text));
    appendHeadText(writer, text);
    this.appended += text.length;
  }

  /** Appends a head and its content where that is ASCII and fits; else nothing, and says so. */
  appendAscii(head: Uint8Array, content: string): boolean {
    const octets = head.length + content.length;
    const writer = this.#room(octets);
    if (writer === undefined) return false;
    const start = writer.length;
    writer.appendOctets(head);
    if (writer.appendAscii(content)) {
      this.appended += octets;
      return true;
    }
    writer.length = start;
    return false;
  }

  /**
   * Appends an answer in parts: the start of its head, lines of its own, what stands behind them, and
   * a content that is not there yet. Where the lines or the content are not ASCII or in order, or not
   * everything fits, it appends nothing, and says so.
   */
  appendParts(start: Uint8Array, own: OwnFields, end: Uint8Array, content: string = ""): boolean {
    const writer = this.#room(start.length + own.most + end.length + content.length);
    if (writer === undefined) return false;
    const before = writer.length;
    // A field may be anybody's: where it throws, nothing has been appended.
    const linesEnd = own.write(writer.bytes, before + start.length);
    if (linesEnd === CANNOT_WRITE) return false;
    writer.appendOctets(start);
    writer.length = linesEnd;
    writer.appendOctets(end);
    if (writer.appendAscii(content)) {
      this.appended += writer.length - before;
      return true;
    }
    writer.length = before;
    return false;
  }

  /** Appends octets that never change: lent rather than copied, where they go alone. */
  appendLasting(octets: Uint8Array, isAlone: boolean): void {
    if (isAlone && this.pending === 0) this.#enqueue(octets);
    else this.appendOctets(octets);
  }

  /** Appends octets; many of them are lent rather than copied, until they are sent. */
  appendOctets(octets: Uint8Array): void {
    if (octets.length === 0) return;
    const writer = this.#room(octets.length);
    if (writer === undefined) return this.#enqueue(octets);
    writer.appendOctets(octets);
    this.appended += octets.length;
  }

  /** Sends what was collected. */
  flush(): void {
    this.#settle(this.begin());
  }

  /**
   * Begins to send what was collected, and leaves the write to the caller: what the promise gives
   * belongs to `resume`. Nothing else is written until then.
   */
  begin(): Promise<number> | undefined {
    return this.#writing === undefined ? this.#send() : undefined;
  }

  /** Notes what a write has taken, and goes on. */
  resume(octets: number): Promise<number> | undefined {
    this.#note(octets);
    return this.#send();
  }

  /** Resolves when no more than `pending` octets of those appended so far wait for the network. */
  whenSent(position: number): Promise<void> {
    const { promise, resolve, reject } = defer<void>();
    this.watch({ position, resolve, reject });
    return promise;
  }

  /** Tells a watcher once its position is sent, or cannot be; at once where that is known. */
  watch(watcher: Watcher): void {
    if (this.sent >= watcher.position) watcher.resolve();
    else if (this.#error !== undefined) watcher.reject(this.#error);
    else this.#await(watcher);
  }

  /** Drops what is still here: it cannot be sent any more. */
  fail(error: unknown): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#waiting.length = 0;
    this.#writer = undefined;
    this.#takeWatchers().forEach((watcher) => watcher.reject(error));
  }

  /** A writer with so much room; `undefined` where no lent buffer has it. */
  #room(octets: number): OctetWriter | undefined {
    if (this.#writer !== undefined && this.#writer.room >= octets) return this.#writer;
    this.#seal();
    if (octets > COALESCE_LIMIT) return undefined;
    // Who has filled a buffer has more to send: fewer writes, each of them larger.
    const isMuch = this.#waiting.length > 0;
    return this.#writer = isMuch ? this.#pool.borrowLarge() : this.#pool.borrow();
  }

  /** Puts what the writer collected behind what waits already. */
  #seal(): void {
    const writer = this.#writer;
    this.#writer = undefined;
    if (writer === undefined) return;
    if (writer.length > 0) this.#waiting.push(writer);
    else this.#pool.giveBack(writer);
  }

  #enqueue(octets: Uint8Array): void {
    this.#waiting.push(octets);
    this.appended += octets.length;
  }

  #settle(taken: Promise<number> | undefined): void {
    if (taken !== undefined) taken.then(this.#sentSome, this.#failed);
  }

  #send(): Promise<number> | undefined {
    while (this.#error === undefined && this.#next()) {
      const octets = this.#offset === 0 ? this.#writing! : this.#writing!.subarray(this.#offset);
      const taken = this.#duplex.write(octets);
      if (typeof taken !== "number") return taken;
      this.#note(taken);
    }
    return undefined;
  }

  /** Whether there is something to write; it is `#writing` then. */
  #next(): boolean {
    if (this.#writing !== undefined) return true;
    const { length } = this.#waiting;
    if (length === 1) return this.#take(this.#waiting.pop()!);
    if (length > 1) return this.#take(this.#waiting.shift()!);
    const writer = this.#writer;
    if (writer === undefined || writer.length === 0) return false;
    this.#writer = undefined;
    return this.#take(writer);
  }

  #take(next: OctetWriter | Uint8Array): true {
    if (next instanceof OctetWriter) {
      this.#lent = next;
      this.#writing = next.octets;
    } else {
      this.#writing = next;
    }
    return true;
  }

  #note(octets: number): void {
    this.sent += octets;
    this.#offset += octets;
    if (this.#offset === this.#writing!.length) {
      this.#writing = undefined;
      this.#offset = 0;
      if (this.#lent !== undefined) this.#pool.giveBack(this.#lent);
      this.#lent = undefined;
    }
    if (this.#watcher !== undefined) this.#wake(this.#watcher);
  }

  #wake(first: Watcher): void {
    // Nearly always there is one, and its answer was sent at once.
    if (this.#others === undefined && first.position <= this.sent) {
      this.#watcher = undefined;
      return first.resolve();
    }
    const watchers = this.#takeWatchers();
    for (const watcher of watchers) if (watcher.position > this.sent) this.#await(watcher);
    for (const watcher of watchers) if (watcher.position <= this.sent) watcher.resolve();
  }

  #await(watcher: Watcher): void {
    if (this.#watcher === undefined) this.#watcher = watcher;
    else (this.#others ??= []).push(watcher);
  }

  #takeWatchers(): readonly Watcher[] {
    if (this.#watcher === undefined) return [];
    const watchers = [this.#watcher, ...this.#others ?? []];
    this.#watcher = this.#others = undefined;
    return watchers;
  }
}

/** UTF-8 of a text; for content too long for a lent buffer. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

function encodeOctetText(text: string): Uint8Array<ArrayBuffer> {
  const writer = new OctetWriter(new Uint8Array(text.length));
  writer.appendOctetText(text);
  return writer.bytes;
}
