import { ContentStream, type StreamedContent } from "./content_stream.ts";
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
export class RequestContent implements StreamedContent {
  readonly #source: ContentSource;
  readonly #expected: number | undefined;
  #taken = false;
  #touched = false;
  #stream: ContentStream | undefined;

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
  get stream(): ContentStream & ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#stream ??= new ContentStream(this);
    return this.#stream as ContentStream & ReadableStream<Uint8Array<ArrayBuffer>>;
  }

  /** The next octets, for a stream. */
  read(): ContentPiece {
    this.#touched = true;
    return this.#source.read();
  }

  /** Nobody will read on from the stream. */
  cancel(): void {
    this.#touched = true;
    this.#source.cancel();
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
