import { standIn } from "../stand_in.ts";
import { ContentIterator, ownOctets, type PlatformStream } from "./content_iterator.ts";
import type { ContentSource } from "./request_content.ts";

/** A content that a stream is made of. */
export interface StreamedContent extends ContentSource {
  /** Whether somebody has read from it. */
  readonly used: boolean;
}

/**
 * The `ReadableStream` of a content; it reads no more than is asked for.
 *
 * Most who read a stream go through it in a loop, which takes the chunks as the content gives them.
 * For everything else a stream of the platform is made, once, by `native()`.
 */
export class ContentStream {
  readonly #content: StreamedContent;
  #iterator: ContentIterator | undefined;
  #platform: PlatformStream | undefined;

  /** Streams a content. */
  constructor(content: StreamedContent) {
    this.#content = content;
  }

  /** Whether a reader or a loop holds it. */
  get locked(): boolean {
    if (this.#platform !== undefined) return this.#platform.stream.locked;
    return this.#iterator?.isUnderWay === true;
  }

  /** Its chunks; leaving the loop cancels it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array<ArrayBuffer>, undefined> {
    // What was read in part may have left octets in the platform's queue.
    if (this.#content.used || this.locked) return this.native().values();
    this.#iterator = new ContentIterator(this.#content);
    if (this.#platform !== undefined) this.#iterator.lock(this.#platform);
    return this.#iterator;
  }

  /** The one door: nothing else makes a stream of the platform. */
  native(): ReadableStream<Uint8Array<ArrayBuffer>> {
    if (this.#platform === undefined) {
      this.#platform = this.#open();
      this.#iterator?.lock(this.#platform);
    }
    return this.#platform.stream;
  }

  #open(): PlatformStream {
    let controller!: ReadableByteStreamController;
    const stream = new ReadableStream({
      type: "bytes",
      start(given) {
        controller = given;
      },
      // Where a loop takes the chunks, they do not come through here.
      pull: (controller) => this.#iterator === undefined ? this.#pull(controller) : undefined,
      cancel: () => this.#content.cancel(),
    }, { highWaterMark: 0 });
    return { stream, controller };
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    const next = this.#content.read();
    const piece = next instanceof Promise ? await next : next;
    if (piece !== undefined) return controller.enqueue(ownOctets(piece));
    controller.close();
    controller.byobRequest?.respond(0);
  }
}

standIn(ContentStream.prototype, new ReadableStream());
