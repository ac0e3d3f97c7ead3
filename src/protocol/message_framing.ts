import { ProtocolError } from "./errors.ts";
import { COMMA, equalsIgnoringCase, HTAB, isDigit, SP, textOf, ZERO } from "./octets.ts";

/** How long the content of a request is (RFC 9112 §6.3). */
export type MessageFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly octets: number }
  | { readonly kind: "chunked" };

/** No content: what a request without framing fields has (§6.3, item 7). */
export const NO_CONTENT: MessageFraming = { kind: "none" };

const CHUNKED: MessageFraming = { kind: "chunked" };

/** A transfer coding with parameters, white space around it (RFC 9112 §7). */
const TRANSFER_CODING =
  /^[ \t]*[!#$%&'*+\-.^_`|~\w]+(?:[ \t]*;[ \t]*[!#$%&'*+\-.^_`|~\w]+[ \t]*=[ \t]*(?:[!#$%&'*+\-.^_`|~\w]+|"(?:[^"\\]|\\.)*"))*[ \t]*$/;

/** `chunked`, whatever follows it. */
const CHUNKED_CODING = /^[ \t]*chunked[ \t]*(?:;|$)/;

/** Gathers the fields that frame a message, and decides its length. */
export class FramingFields {
  #contentLength: number | undefined;
  #transferEncoding: string | undefined;

  /** Reads a `Content-Length` line: one length, or several that are equal (RFC 9110 §8.6). */
  noteContentLength(bytes: Uint8Array, start: number, end: number): void {
    let offset = start;
    do {
      const comma = endOfElement(bytes, offset, end);
      this.#noteLength(readLength(bytes, offset, comma));
      offset = comma + 1;
    } while (offset <= end);
  }

  /** Reads a `Transfer-Encoding` line; a second one is refused, whatever it says. */
  noteTransferEncoding(bytes: Uint8Array, start: number, end: number): void {
    if (this.#transferEncoding !== undefined) {
      throw new ProtocolError("malformed-transfer-encoding");
    }
    this.#transferEncoding = equalsIgnoringCase(bytes, start, end, "chunked")
      ? "chunked"
      : textOf(bytes, start, end).toLowerCase();
  }

  /** Decides by the rules of RFC 9112 §6.3, stricter where they leave a choice. */
  conclude(minorVersion: number): MessageFraming {
    if (this.#transferEncoding !== undefined) {
      return this.#concludeCoding(this.#transferEncoding, minorVersion);
    }
    if (this.#contentLength === undefined) return NO_CONTENT;
    return { kind: "length", octets: this.#contentLength };
  }

  #concludeCoding(transferEncoding: string, minorVersion: number): MessageFraming {
    // Either might be what a proxy went by: that is request smuggling (§6.1, §11.2).
    if (this.#contentLength !== undefined) throw new ProtocolError("ambiguous-framing");
    // §6.1 allows to read on and close; a 1.0 client that sends it is up to no good.
    if (minorVersion === 0) throw new ProtocolError("unexpected-transfer-encoding");
    if (transferEncoding === "chunked") return CHUNKED;
    throw new ProtocolError(refusalOfCodings(transferEncoding));
  }

  #noteLength(length: number): void {
    if (this.#contentLength !== undefined && this.#contentLength !== length) {
      throw new ProtocolError("conflicting-content-length");
    }
    this.#contentLength = length;
  }
}

/** Why a list of codings that is not `chunked` alone is refused. */
function refusalOfCodings(
  transferEncoding: string,
): "malformed-transfer-encoding" | "unsupported-transfer-coding" {
  const codings = transferEncoding.split(",");
  if (!codings.every((coding) => TRANSFER_CODING.test(coding))) {
    return "malformed-transfer-encoding";
  }
  // Chunked has no parameters, is applied once, and last (§6.1, §7.1).
  const misplaced = codings.some((coding, i) =>
    CHUNKED_CODING.test(coding) && (coding.includes(";") || i < codings.length - 1)
  );
  return misplaced ? "malformed-transfer-encoding" : "unsupported-transfer-coding";
}

/** The offset of the comma that ends a list element, or `end`. */
function endOfElement(bytes: Uint8Array, start: number, end: number): number {
  let offset = start;
  while (offset < end && bytes[offset] !== COMMA) offset++;
  return offset;
}

/** Reads `1*DIGIT`, white space around it left out. */
function readLength(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && isWhiteSpace(bytes[start])) start++;
  while (end > start && isWhiteSpace(bytes[end - 1])) end--;
  if (start === end) throw new ProtocolError("malformed-content-length");
  let length = 0;
  for (let offset = start; offset < end; offset++) {
    if (!isDigit(bytes[offset])) throw new ProtocolError("malformed-content-length");
    length = length * 10 + (bytes[offset] - ZERO);
    if (length > Number.MAX_SAFE_INTEGER) throw new ProtocolError("malformed-content-length");
  }
  return length;
}

function isWhiteSpace(octet: number): boolean {
  return octet === SP || octet === HTAB;
}
