import { PROTOCOL_REFUSALS, type ProtocolErrorReason } from "./refusals.ts";

export type { ProtocolErrorReason };

/** The exchange cannot go on: it is answered with `status`, then the connection closes. */
export class ProtocolError extends Error {
  /** Name of the class. */
  override readonly name: string = "ProtocolError";
  /** Which rule was broken. */
  readonly reason: ProtocolErrorReason;
  /** Status code to answer with, 400–599. */
  readonly status: number;

  /** Reports a broken rule; `reason` decides the status code. */
  constructor(reason: ProtocolErrorReason) {
    super(`${failedAction(reason)}: ${reason.replaceAll("-", " ")}`);
    this.reason = reason;
    this.status = PROTOCOL_REFUSALS[reason].status;
  }
}

/** Most requests cannot be read; a few are read well, and still not served. */
function failedAction(reason: ProtocolErrorReason): string {
  if (reason === "handler-timeout") return "Cannot answer the request in time";
  if (reason === "queue-full" || reason === "event-loop-delayed") {
    return "Cannot take the request now";
  }
  const isRead = reason.startsWith("unsupported-") || reason === "misdirected-request";
  return isRead ? "Cannot serve the request" : "Cannot read the request";
}

/**
 * The content is longer than the exchange allows; reading it rejects with this.
 *
 * Where nobody catches it, the answer is 413 and the connection closes.
 */
export class ContentTooLarge extends ProtocolError {
  /** Name of the class. */
  override readonly name: string = "ContentTooLarge";
  /** Octets that would have been allowed. */
  readonly limit: number;

  /** Reports content beyond `limit` octets. */
  constructor(limit: number) {
    super("content-too-large");
    this.limit = limit;
    this.message = `Cannot read the content: it is longer than ${limit} octets`;
  }
}
