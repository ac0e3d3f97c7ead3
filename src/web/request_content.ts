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
  #taken = false;

  /** Reads from a source. */
  constructor(source: ContentSource) {
    this.#source = source;
  }

  /** Whether somebody has begun to read as a whole. */
  get taken(): boolean {
    return this.#taken;
  }

  /** The content as a stream; it reads no more than is asked for. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({
      type: "bytes",
      pull: (controller) => this.#pull(controller),
      cancel: () => {
        this.#source.cancel();
      },
    }, { highWaterMark: 0 });
  }

  /** The whole content as text, a byte order mark left out. */
  async text(): Promise<string> {
    const gathered = this.#gather();
    const pieces = gathered instanceof Promise ? await gathered : gathered;
    return decoder.decode(pieces.length === 1 ? pieces[0] : concatenate(pieces));
  }

  /** The whole content in memory of its own. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const gathered = this.#gather();
    return concatenate(gathered instanceof Promise ? await gathered : gathered);
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const next = this.#source.read();
    const piece = next instanceof Promise ? await next : next;
    if (piece !== undefined) return controller.enqueue(ownOctets(piece));
    controller.close();
    controller.byobRequest?.respond(0);
  }

  /** Reads all there is at once; a promise is made only where something is still to come. */
  #gather(): Uint8Array[] | Promise<Uint8Array[]> {
    this.#taken = true;
    const pieces: Uint8Array[] = [];
    for (;;) {
      const piece = this.#source.read();
      if (piece === undefined) return pieces;
      if (piece instanceof Promise) return gatherRest(this.#source, pieces, piece);
      pieces.push(piece);
    }
  }
}

async function gatherRest(
  source: ContentSource,
  pieces: Uint8Array[],
  next: ContentPiece,
): Promise<Uint8Array[]> {
  for (;;) {
    const piece = next instanceof Promise ? await next : next;
    if (piece === undefined) return pieces;
    pieces.push(piece);
    next = source.read();
  }
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((octets, piece) => octets + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** A reader may transfer what it gets, so it gets memory that nobody else uses. */
function ownOctets(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = piece;
  return piece.length === buffer.byteLength && buffer instanceof ArrayBuffer
    ? piece as Uint8Array<ArrayBuffer>
    // Not slice(): that of Node's buffers copies nothing.
    : new Uint8Array(piece);
}
