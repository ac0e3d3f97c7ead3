import { endOfRun, equalsIgnoringCase, TCHAR } from "./octets.ts";

/** What a message's `Connection` fields say of the connection itself. */
export interface ConnectionOptions {
  /** Whether `close` is among the options. */
  close: boolean;
  /** Whether `keep-alive` is among the options. */
  keepAlive: boolean;
}

/** Looks through a `Connection` field for `close` and `keep-alive` (RFC 9110 §7.6.1). */
export function noteConnectionOptions(
  bytes: Uint8Array,
  start: number,
  end: number,
  options: ConnectionOptions,
): void {
  let offset = start;
  while (offset < end) {
    const optionEnd = endOfRun(bytes, offset, end, TCHAR);
    if (equalsIgnoringCase(bytes, offset, optionEnd, "close")) options.close = true;
    if (equalsIgnoringCase(bytes, offset, optionEnd, "keep-alive")) options.keepAlive = true;
    offset = optionEnd + 1;
  }
}

/** Whether the connection persists after a request (RFC 9112 §9.3). */
export function persistsAfter(minorVersion: number, options: Readonly<ConnectionOptions>): boolean {
  if (options.close) return false;
  return minorVersion === 1 || options.keepAlive;
}
