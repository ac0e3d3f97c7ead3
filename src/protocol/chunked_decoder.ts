import type { ContentDecoder } from "./content_decoder.ts";
import { ProtocolError } from "./errors.ts";
import { FieldSection, FieldSectionParser } from "./field_section.ts";
import type { Limits } from "./limits.ts";
import {
  BACKSLASH,
  CR,
  DQUOTE,
  EQUALS,
  FIELD_OCTET,
  hexDigitValue,
  isOctetOf,
  LF,
  QDTEXT,
  SEMICOLON,
  TCHAR,
} from "./octets.ts";

/** Where in the coding the next octet stands. */
type State =
  | "size-start"
  | "size"
  | "size-lf"
  | "extension-name-start"
  | "extension-name"
  | "extension-value-start"
  | "extension-token"
  | "extension-quoted"
  | "extension-escaped"
  | "extension-end"
  | "data"
  | "data-cr"
  | "data-lf"
  | "trailers"
  | "done";

/** Hexadecimal digits that a chunk size may have; more could not be counted exactly. */
const MAX_SIZE_DIGITS = 13;

/** Octets that framing leaves to nobody: trailers are only looked at when they are asked for. */
const IGNORED = { noteField(): void {} };

/**
 * The chunked transfer coding (RFC 9112 §7.1), its extensions and its trailer section.
 *
 * White space, which §7.1.1 calls bad, is refused wherever it may stand around a size or an
 * extension: parsers that skipped it have disagreed about where a chunk begins.
 */
export class ChunkedDecoder implements ContentDecoder {
  /** Unknown: only the last chunk tells. */
  readonly remaining = undefined;
  /** Offset behind what the last call used. */
  consumed = 0;
  /** Offset of the content that the last call found. */
  contentStart = 0;
  /** Offset behind the content that the last call found. */
  contentEnd = 0;
  /** The trailer section, once the content has ended; `undefined` where it is empty. */
  trailers: FieldSection | undefined;
  readonly #maxExtension: number;
  readonly #trailerParser: FieldSectionParser;
  #state: State = "size-start";
  #size = 0;
  #digits = 0;
  #extension = 0;
  #trailersBegun = false;

  /** Decodes within the given bounds. */
  constructor(limits: Limits) {
    this.#maxExtension = limits.chunkExtension;
    this.#trailerParser = new FieldSectionParser({
      octets: limits.trailerSection,
      fields: limits.headerFields,
      tooLarge: "trailer-section-too-large",
    });
  }

  /** Whether the last chunk and the trailer section have come. */
  get done(): boolean {
    return this.#state === "done";
  }

  /** Decodes until content is found, the content ends or the octets do. */
  decode(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    this.contentStart = this.contentEnd = start;
    while (offset < end && this.#state !== "data" && this.#state !== "trailers") {
      this.#state = this.#next(bytes[offset++]);
    }
    if (this.#state === "data") offset = this.#takeData(offset, end);
    if (this.#state === "trailers") offset = this.#takeTrailers(bytes, offset, end);
    this.consumed = offset;
  }

  /** Reads the trailer section again from its start, as nothing of it was consumed. */
  reset(): void {
    this.#trailersBegun = false;
  }

  #takeData(start: number, end: number): number {
    const octets = Math.min(end - start, this.#size);
    this.#size -= octets;
    if (this.#size === 0) this.#state = "data-cr";
    this.contentStart = start;
    return this.contentEnd = start + octets;
  }

  #takeTrailers(bytes: Uint8Array, start: number, end: number): number {
    // Nothing to leave unused means that the next octets may come at any offset.
    if (start === end) return start;
    if (!this.#trailersBegun) {
      this.#trailerParser.begin(start);
      this.#trailersBegun = true;
    }
    const sectionEnd = this.#parseTrailers(bytes, end);
    if (sectionEnd === undefined) return start;
    const { count } = this.#trailerParser;
    if (count > 0) this.trailers = new FieldSection(bytes, [start, sectionEnd], count);
    this.#state = "done";
    return sectionEnd;
  }

  #parseTrailers(bytes: Uint8Array, end: number): number | undefined {
    try {
      return this.#trailerParser.parse(bytes, end, IGNORED);
    } catch (error) {
      const { status } = error as ProtocolError;
      throw status === 400 ? new ProtocolError("malformed-trailer-section") : error;
    }
  }

  /** The state behind one octet of framing. */
  #next(octet: number): State {
    switch (this.#state) {
      case "size-start":
        this.#size = this.#digits = this.#extension = 0;
        return this.#addDigit(octet);
      case "size":
        if (octet === CR) return "size-lf";
        return octet === SEMICOLON ? this.#extend("extension-name-start") : this.#addDigit(octet);
      case "size-lf":
        if (octet !== LF) throw new ProtocolError("malformed-chunk");
        return this.#size === 0 ? "trailers" : "data";
      case "data-cr":
        if (octet !== CR) throw new ProtocolError("malformed-chunk");
        return "data-lf";
      case "data-lf":
        if (octet !== LF) throw new ProtocolError("malformed-chunk");
        return "size-start";
      default:
        return octet === CR ? this.#endExtension() : this.#extend(this.#nextInExtension(octet));
    }
  }

  #addDigit(octet: number): State {
    const digit = hexDigitValue(octet);
    if (digit === -1 || ++this.#digits > MAX_SIZE_DIGITS) {
      throw new ProtocolError("malformed-chunk");
    }
    this.#size = this.#size * 16 + digit;
    return "size";
  }

  #extend(state: State): State {
    if (++this.#extension > this.#maxExtension) throw new ProtocolError("chunk-extension-too-long");
    return state;
  }

  /** `*( ";" chunk-ext-name [ "=" chunk-ext-val ] )`, without bad white space. */
  #nextInExtension(octet: number): State {
    switch (this.#state) {
      case "extension-name-start":
      case "extension-name":
        if (isOctetOf(octet, TCHAR)) return "extension-name";
        if (this.#state === "extension-name" && octet === EQUALS) return "extension-value-start";
        break;
      case "extension-value-start":
        if (octet === DQUOTE) return "extension-quoted";
        if (isOctetOf(octet, TCHAR)) return "extension-token";
        break;
      case "extension-token":
        if (isOctetOf(octet, TCHAR)) return "extension-token";
        break;
      case "extension-quoted":
        if (octet === DQUOTE) return "extension-end";
        if (octet === BACKSLASH) return "extension-escaped";
        if (isOctetOf(octet, QDTEXT)) return "extension-quoted";
        break;
      case "extension-escaped":
        if (isOctetOf(octet, FIELD_OCTET)) return "extension-quoted";
        break;
    }
    if (octet === SEMICOLON && this.#mayEndExtension()) return "extension-name-start";
    throw new ProtocolError("malformed-chunk-extension");
  }

  #endExtension(): State {
    if (!this.#mayEndExtension()) throw new ProtocolError("malformed-chunk-extension");
    return "size-lf";
  }

  #mayEndExtension(): boolean {
    return this.#state === "extension-name" || this.#state === "extension-token" ||
      this.#state === "extension-end";
  }
}
