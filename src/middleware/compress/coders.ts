/** What makes the content codings. */
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  gzipSync,
} from "node:zlib";
import * as zlib from "node:zlib";
import type { ContentCoding } from "../content_coding.ts";

/** A coder of a stream, as much of it as is used. */
export interface StreamCoder {
  /** Takes octets; calls back once they have been worked on. */
  write(octets: Uint8Array, done: (error?: Error | null) => void): boolean;
  /** Makes everything that was written readable. */
  flush(kind: number, done: () => void): void;
  /** Takes nothing more. */
  end(): unknown;
  /** Coded octets, `null` where there are none for now. */
  read(): Uint8Array | null;
  /** Frees its memory. */
  destroy(): unknown;
  /** Listens. */
  on(event: "readable" | "end" | "error", listener: (error: Error) => void): unknown;
}

/** How one coding is made. */
export interface Coder {
  /** Codes octets that are at hand. */
  readonly encode: (octets: Uint8Array | string) => Uint8Array;
  /** Makes a coder of a stream. */
  readonly stream: () => StreamCoder;
  /** What to call its `flush` with. */
  readonly flush: number;
}

/** zstd is younger than the oldest Node that this runs on. */
interface Zstd {
  readonly zstdCompressSync?: (octets: Uint8Array | string, options: object) => Uint8Array;
  readonly createZstdCompress?: (options: object) => StreamCoder;
  readonly constants: Readonly<Record<string, number>>;
}

const { zstdCompressSync, createZstdCompress, constants: own } = zlib as unknown as Zstd;

/** Good for content that is made anew each time; beyond it, time grows faster than what is saved. */
const BROTLI = {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 4,
    // 256 KiB rather than 4 MiB for each stream.
    [constants.BROTLI_PARAM_LGWIN]: 18,
  },
};

const GZIP = { level: 6 };

const ZSTD = {
  params: { [own.ZSTD_c_compressionLevel]: 3, [own.ZSTD_c_windowLog]: 18 },
};

/** The codings that this runtime can make. */
export const CODERS: Readonly<Partial<Record<ContentCoding, Coder>>> = {
  br: {
    encode: (octets) => brotliCompressSync(octets, BROTLI),
    stream: () => createBrotliCompress(BROTLI),
    flush: constants.BROTLI_OPERATION_FLUSH,
  },
  gzip: {
    encode: (octets) => gzipSync(octets, GZIP),
    stream: () => createGzip(GZIP),
    flush: constants.Z_SYNC_FLUSH,
  },
  ...(zstdCompressSync !== undefined && createZstdCompress !== undefined && {
    zstd: {
      encode: (octets: Uint8Array | string) => zstdCompressSync(octets, ZSTD),
      stream: () => createZstdCompress(ZSTD),
      flush: own.ZSTD_e_flush,
    },
  }),
};
