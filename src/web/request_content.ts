import { ContentIterator, type IteratedStream } from "./content_iterator.ts";
import { GatheredOctets } from "./gathered_octets.ts";

/** Octets of a content, the end of it, or a promise of either. */
export type ContentPiece = Uint8Array | undefined | Promise<Uint8Array | undefined>;

/** Where the content of one request comes from. */
export interface ContentSource {
  /**
   * The next octets, never written over later; `undefined` behind the last.
   *
   * Throws or rejects when the content is too large, malformed, or its client went away.
   */
  read(): ContentPiece;
  /** Nobody will read on. */
  cancel(): void;
}

const decoder = new TextDecoder();

/** The content of a request, read once: as a whole, or as a stream. */
export class RequestContent {
  readonly #source: ContentSource;
  readonly #expected: number | undefined;
  #taken = false;
  #touched = false;
  #isIterated = false;
  #stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;

  /** Reads from a source; `expected` is how many octets were announced, where they were. */
  constructor(source: ContentSource, expected?: number) {
    this.#source = source;
    this.#expected = expected;
  }

  /** Whether somebody has begun to read as a whole. */
  get taken(): boolean {
    return this.#taken;
  }

  /** Whether somebody has read from it, in whatever way. */
  get used(): boolean {
    return this.#taken || this.#touched;
  }

  /** Whether it is still for anybody to read. */
  get isFree(): boolean {
    return !this.used && this.#stream?.locked !== true;
  }

  /** Whether somebody has asked for the stream. */
  get isStreamed(): boolean {
    return this.#stream !== undefined;
  }

  /** The content as a stream; it reads no more than is asked for. */
  get stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream ??= this.#openStream();
  }

  /** The whole content as text, a byte order mark left out. */
  async text(): Promise<string> {
    const gathered = this.#gather();
    return decoder.decode((gathered instanceof Promise ? await gathered : gathered).octets);
  }

  /** The whole content in memory of its own. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const gathered = this.#gather();
    return (gathered instanceof Promise ? await gathered : gathered).takeOwn();
  }

  #openStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let controller: ReadableByteStreamController;
    const stream = new ReadableStream({
      type: "bytes",
      start(given) {
        controller = given;
      },
      pull: (controller) => this.#isIterated ? undefined : this.#pull(controller),
      cancel: () => {
        this.#touched = true;
        this.#source.cancel();
      },
    }, { highWaterMark: 0 });
    // Most who read a stream go through it in a loop.
    Object.defineProperty(stream, Symbol.asyncIterator, {
      configurable: true,
      writable: true,
      value: () => this.#iterate(stream, controller),
    });
    return stream;
  }

  #iterate(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    controller: ReadableByteStreamController,
  ): AsyncIterableIterator<Uint8Array<ArrayBuffer>, undefined> {
    // What was read in part may have left octets in the stream's own queue.
    if (this.used || stream.locked) return stream.values();
    this.#isIterated = true;
    return new ContentIterator({ stream, controller, read: () => this.#readOwn() });
  }

  #readOwn(): OwnPiece {
    this.#touched = true;
    const next = this.#source.read();
    return next instanceof Promise ? next.then(ownPiece) : ownPiece(next);
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const next = this.#readOwn();
    const piece = next instanceof Promise ? await next : next;
    if (piece !== undefined) return controller.enqueue(piece);
    controller.close();
    controller.byobRequest?.respond(0);
  }

  /** Reads all there is at once; a promise is made only where something is still to come. */
  #gather(): GatheredOctets | Promise<GatheredOctets> {
    this.#taken = true;
    const gathered = new GatheredOctets(this.#expected);
    for (;;) {
      const piece = this.#source.read();
      if (piece === undefined) return gathered;
      if (piece instanceof Promise) return gatherRest(this.#source, gathered, piece);
      gathered.append(piece);
    }
  }
}

async function gatherRest(
  source: ContentSource,
  gathered: GatheredOctets,
  next: ContentPiece,
): Promise<GatheredOctets> {
  for (;;) {
    const piece = next instanceof Promise ? await next : next;
    if (piece === undefined) return gathered;
    gathered.append(piece);
    next = source.read();
  }
}

type OwnPiece = ReturnType<IteratedStream["read"]>;

function ownPiece(piece: Uint8Array | undefined): Uint8Array<ArrayBuffer> | undefined {
  return piece === undefined ? undefined : ownOctets(piece);
}

/** A reader may transfer what it gets, so it gets memory that nobody else uses. */
function ownOctets(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = piece;
  return piece.length === buffer.byteLength && buffer instanceof ArrayBuffer
    ? piece as Uint8Array<ArrayBuffer>
    // Not slice(): that of Node's buffers copies nothing.
    : new Uint8Array(piece);
}
