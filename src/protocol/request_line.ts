import { ProtocolError } from "./errors.ts";
import {
  CR,
  endOfRun,
  indexOfOctet,
  isDigit,
  LF,
  SP,
  TARGET_OCTET,
  TCHAR,
  ZERO,
} from "./octets.ts";

/** Octets that a method may have. */
export const MAX_METHOD = 32;

/** Octets of `HTTP/1.1`. */
const VERSION_LENGTH = 8;

/** Where the parts of a request line are. */
export interface RequestLineSpans {
  /** Offset behind the method. */
  methodEnd: number;
  /** Offset behind the request-target, which begins one octet behind the method. */
  targetEnd: number;
  /** The `1` of `HTTP/1.1`. */
  minorVersion: number;
}

/** The most octets that a request line may have, its CRLF included. */
export function requestLineBound(maxTarget: number): number {
  return MAX_METHOD + 1 + maxTarget + 1 + VERSION_LENGTH + 2;
}

/**
 * Reads `method SP request-target SP HTTP-version CRLF` (RFC 9112 §3).
 *
 * Returns the offset of the first field line, or `undefined` where the line is not whole.
 */
export function parseRequestLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  spans: RequestLineSpans,
): number | undefined {
  const methodEnd = endOfRun(bytes, start, end, TCHAR);
  if (methodEnd === end) return undefined;
  // Exactly one SP on each side: tolerating more invites smuggling (§11.2).
  if (methodEnd === start || bytes[methodEnd] !== SP) malformed();
  if (methodEnd - start > MAX_METHOD) throw new ProtocolError("method-too-long");
  const targetEnd = endOfRun(bytes, methodEnd + 1, end, TARGET_OCTET);
  if (targetEnd === end) return undefined;
  if (targetEnd === methodEnd + 1 || bytes[targetEnd] !== SP) malformed();
  const lineEnd = targetEnd + 1 + VERSION_LENGTH;
  if (lineEnd >= end) return awaitVersion(bytes, targetEnd, end);
  spans.methodEnd = methodEnd;
  spans.targetEnd = targetEnd;
  spans.minorVersion = readMinorVersion(bytes, targetEnd + 1);
  if (bytes[lineEnd] !== CR) malformed();
  if (lineEnd + 1 === end) return undefined;
  if (bytes[lineEnd + 1] !== LF) malformed();
  return lineEnd + 2;
}

/** Why a request line that passes its bound is refused. */
export function requestLineTooLong(bytes: Uint8Array, start: number): ProtocolError {
  const method = indexOfOctet(bytes, SP, start, start + MAX_METHOD + 1);
  return new ProtocolError(method === undefined ? "method-too-long" : "request-target-too-long");
}

/** Too few octets for a version: it is still coming, unless the line has ended already. */
function awaitVersion(bytes: Uint8Array, start: number, end: number): undefined {
  if (indexOfOctet(bytes, LF, start, end) === undefined) return undefined;
  throw new ProtocolError("malformed-http-version");
}

function malformed(): never {
  throw new ProtocolError("malformed-request-line");
}

/** Reads `HTTP/1.` and a digit (§2.3); a later minor version is read as 1.1 (RFC 9110 §2.5). */
function readMinorVersion(bytes: Uint8Array, start: number): number {
  const wellFormed = bytes[start] === 0x48 && bytes[start + 1] === 0x54 && // HT
    bytes[start + 2] === 0x54 && bytes[start + 3] === 0x50 && // TP
    bytes[start + 4] === 0x2f && isDigit(bytes[start + 5]) && // /1
    bytes[start + 6] === 0x2e && isDigit(bytes[start + 7]); // .1
  if (!wellFormed) throw new ProtocolError("malformed-http-version");
  if (bytes[start + 5] !== 0x31) throw new ProtocolError("unsupported-http-version");
  return Math.min(1, bytes[start + 7] - ZERO);
}
