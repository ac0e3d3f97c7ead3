/** What lies behind a stream, and lends its octets rather than giving them away. */
export interface Lender {
  /**
   * The next octets, lent until they are asked for again; `undefined` behind the last, and once it
   * is cancelled.
   *
   * They come with an event, never at once, so that others have their turn.
   */
  read(): Promise<Uint8Array | undefined>;
  /** Nobody will read on; what is lent may be looked at still. */
  cancel(): Promise<void>;
}

const lenders = new WeakMap<ReadableStream, Lender>();

/**
 * Says that what a stream would give can be borrowed from a lender instead: by whoever has locked the
 * stream itself, and reads no more from it.
 *
 * Nobody else can know of it: what is made of a stream (a clone, a pipe) is another stream.
 */
export function lendOctets(stream: ReadableStream<Uint8Array>, lender: Lender): void {
  lenders.set(stream, lender);
}

/** Who lends a stream's octets; `undefined` where they are only to be had from the stream. */
export function lenderOf(stream: ReadableStream<Uint8Array>): Lender | undefined {
  return lenders.get(stream);
}
