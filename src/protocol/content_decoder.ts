import type { FieldSection } from "./field_section.ts";

/**
 * Takes the framing off a content.
 *
 * `decode` looks at the octets from `start` to `end` and says in `consumed` how far it came; the
 * span from `contentStart` to `contentEnd` is content. It may be empty.
 */
export interface ContentDecoder {
  /** Whether the content has ended. */
  readonly done: boolean;
  /** Octets of content that are still to come; `undefined` where only their end will tell. */
  readonly remaining: number | undefined;
  /** Offset behind what the last call used. */
  readonly consumed: number;
  /** Offset of the content that the last call found. */
  readonly contentStart: number;
  /** Offset behind the content that the last call found. */
  readonly contentEnd: number;
  /** The trailer section, once the content has ended; `undefined` where there is none. */
  readonly trailers: FieldSection | undefined;
  /** Decodes until content is found, the content ends or the octets do. */
  decode(bytes: Uint8Array, start: number, end: number): void;
  /** Forgets offsets: what was not consumed comes again, in another place. */
  reset(): void;
}

/** A content of known length, zero included (RFC 9112 §6.2). */
export class LengthDecoder implements ContentDecoder {
  /** Octets still to come. */
  remaining: number;
  /** Offset behind what the last call used. */
  consumed = 0;
  /** Offset of the content that the last call found. */
  contentStart = 0;
  /** Offset behind the content that the last call found. */
  contentEnd = 0;
  /** Always `undefined`: only the chunked transfer coding has trailers. */
  readonly trailers = undefined;

  /** Expects so many octets. */
  constructor(octets: number) {
    this.remaining = octets;
  }

  /** Whether all octets have come. */
  get done(): boolean {
    return this.remaining === 0;
  }

  /** Takes what belongs to the content. */
  decode(_bytes: Uint8Array, start: number, end: number): void {
    const octets = Math.min(end - start, this.remaining);
    this.contentStart = start;
    this.contentEnd = this.consumed = start + octets;
    this.remaining -= octets;
  }

  /** Has nothing to forget. */
  reset(): void {}
}
