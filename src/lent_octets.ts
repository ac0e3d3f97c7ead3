/** Takes back octets that a stream has given, to use them again. */
export type TakeBack = (octets: Uint8Array) => void;

const lenders = new WeakMap<ReadableStream, TakeBack>();

/**
 * Says that a stream lends its chunks: whoever reads the stream itself may give them back once
 * nobody needs them, and may as well keep them.
 *
 * Nobody else can have seen them: what is made of a stream (a clone, a pipe) is another stream.
 */
export function lendChunks(stream: ReadableStream<Uint8Array>, takeBack: TakeBack): void {
  lenders.set(stream, takeBack);
}

/** Whom to give a stream's chunks back to; `undefined` where they are for good. */
export function lenderOf(stream: ReadableStream<Uint8Array>): TakeBack | undefined {
  return lenders.get(stream);
}
