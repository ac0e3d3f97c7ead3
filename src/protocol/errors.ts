/** Why a request cannot be read; stable, so that counters and hooks may be labelled with it. */
export type ProtocolErrorReason =
  | "not-http"
  | "malformed-request-line"
  | "method-too-long"
  | "malformed-request-target"
  | "request-target-too-long"
  | "malformed-http-version"
  | "unsupported-http-version"
  | "malformed-field-line"
  | "folded-field-line"
  | "header-section-too-large"
  | "too-many-fields"
  | "missing-host"
  | "repeated-host"
  | "invalid-host"
  | "malformed-content-length"
  | "conflicting-content-length"
  | "ambiguous-framing"
  | "malformed-transfer-encoding"
  | "unexpected-transfer-encoding"
  | "unsupported-transfer-coding"
  | "malformed-chunk"
  | "malformed-chunk-extension"
  | "chunk-extension-too-long"
  | "malformed-trailer-section"
  | "trailer-section-too-large"
  | "unsupported-method"
  | "unsupported-expectation"
  | "incomplete-content"
  | "content-too-large"
  | "request-head-timeout"
  | "request-content-timeout"
  | "content-too-slow"
  | "handler-timeout";

/** The status code of each reason. */
export const STATUS_BY_REASON: Readonly<Record<ProtocolErrorReason, number>> = {
  "not-http": 400, // RFC 9112 §3
  "malformed-request-line": 400, // RFC 9112 §3
  "method-too-long": 400, // Stricter than RFC 9112 §3, which allows 501.
  "malformed-request-target": 400, // RFC 9112 §3.2
  "request-target-too-long": 414, // RFC 9112 §3
  "malformed-http-version": 400, // RFC 9112 §2.3
  "unsupported-http-version": 505, // RFC 9110 §15.6.6
  "malformed-field-line": 400, // RFC 9112 §5.1
  "folded-field-line": 400, // RFC 9112 §5.2
  "header-section-too-large": 431, // RFC 6585 §5
  "too-many-fields": 431, // RFC 6585 §5
  "missing-host": 400, // RFC 9112 §3.2
  "repeated-host": 400, // RFC 9112 §3.2
  "invalid-host": 400, // RFC 9112 §3.2
  "malformed-content-length": 400, // RFC 9112 §6.3
  "conflicting-content-length": 400, // RFC 9112 §6.3
  "ambiguous-framing": 400, // RFC 9112 §6.1
  "malformed-transfer-encoding": 400, // RFC 9112 §6.3
  "unexpected-transfer-encoding": 400, // RFC 9112 §6.1
  "unsupported-transfer-coding": 501, // RFC 9112 §6.1
  "malformed-chunk": 400, // RFC 9112 §7.1
  "malformed-chunk-extension": 400, // RFC 9112 §7.1.1
  "chunk-extension-too-long": 400, // RFC 9112 §7.1.1
  "malformed-trailer-section": 400, // RFC 9112 §7.1.2
  "trailer-section-too-large": 431, // RFC 6585 §5
  "unsupported-method": 501, // RFC 9110 §9.1
  "unsupported-expectation": 417, // RFC 9110 §10.1.1
  "incomplete-content": 400, // RFC 9112 §8
  "content-too-large": 413, // RFC 9110 §15.5.14
  "request-head-timeout": 408, // RFC 9110 §15.5.9
  "request-content-timeout": 408, // RFC 9110 §15.5.9
  "content-too-slow": 408, // RFC 9110 §15.5.9
  "handler-timeout": 503, // RFC 9110 §15.6.4
};

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
    this.status = STATUS_BY_REASON[reason];
  }
}

/** Most requests cannot be read; a few are read well, and still not served. */
function failedAction(reason: ProtocolErrorReason): string {
  if (reason === "handler-timeout") return "Cannot answer the request in time";
  return reason.startsWith("unsupported-") ? "Cannot serve the request" : "Cannot read the request";
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
