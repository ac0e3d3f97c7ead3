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
  | "misdirected-request"
  | "incomplete-content"
  | "content-too-large"
  | "request-head-timeout"
  | "request-content-timeout"
  | "content-too-slow"
  | "handler-timeout"
  | OverloadReason;

/** Why a request that is well and good is turned away: the server has too much to do. */
export type OverloadReason = "queue-full" | "event-loop-delayed";

/** One way in which a client is refused. */
export interface Refusal {
  /** Status code of the answer, 400–599; `undefined` where the connection is cut without one. */
  readonly status: number | undefined;
  /** Where the specification asks for it; empty where nothing does. */
  readonly source: string;
  /** What the client did, in Markdown. */
  readonly cause: string;
}

/** A refusal that is answered. */
export interface AnsweredRefusal extends Refusal {
  /** Status code of the answer, 400–599. */
  readonly status: number;
}

/** What each reason means, and what it is answered with. */
export const PROTOCOL_REFUSALS: Readonly<Record<ProtocolErrorReason, AnsweredRefusal>> = {
  "not-http": refusal(
    400,
    "RFC 9112 §3",
    "began with an octet that begins no request: a TLS hello, NUL",
  ),
  "malformed-request-line": refusal(
    400,
    "RFC 9112 §3",
    "two spaces, a bare CR or LF, more than two empty lines before it",
  ),
  "method-too-long": refusal(400, "RFC 9112 §3", "a method longer than 32 octets"),
  "malformed-request-target": refusal(
    400,
    "RFC 9112 §3.2",
    "none of the four forms, or one that the method does not allow",
  ),
  "request-target-too-long": refusal(414, "RFC 9112 §3", "more than `limits.requestTarget`"),
  "malformed-http-version": refusal(400, "RFC 9112 §2.3", "`http/1.1`, `HTTP/1`"),
  "unsupported-http-version": refusal(
    505,
    "RFC 9110 §15.6.6",
    "another major version; the preface of HTTP/2",
  ),
  "malformed-field-line": refusal(
    400,
    "RFC 9112 §5.1",
    "a control octet, white space before the colon, a bare CR or LF",
  ),
  "folded-field-line": refusal(400, "RFC 9112 §5.2", "a line that begins with white space"),
  "header-section-too-large": refusal(431, "RFC 6585 §5", "more than `limits.headerSection`"),
  "too-many-fields": refusal(431, "RFC 6585 §5", "more than `limits.headerFields`"),
  "missing-host": refusal(400, "RFC 9112 §3.2", "HTTP/1.1 without `Host`"),
  "repeated-host": refusal(400, "RFC 9112 §3.2", "two `Host` lines"),
  "invalid-host": refusal(
    400,
    "RFC 9112 §3.2",
    "a `Host` that is empty, or that a URL cannot have",
  ),
  "malformed-content-length": refusal(400, "RFC 9112 §6.3", "not digits, or too large to count"),
  "conflicting-content-length": refusal(400, "RFC 9112 §6.3", "two lengths that differ"),
  "ambiguous-framing": refusal(400, "RFC 9112 §6.1", "`Content-Length` beside `Transfer-Encoding`"),
  "malformed-transfer-encoding": refusal(
    400,
    "RFC 9112 §6.3",
    "`chunked` twice, not last, with parameters, in two lines; an empty element",
  ),
  "unexpected-transfer-encoding": refusal(400, "RFC 9112 §6.1", "`Transfer-Encoding` in HTTP/1.0"),
  "unsupported-transfer-coding": refusal(501, "RFC 9112 §6.1", "a coding other than chunked"),
  "malformed-chunk": refusal(
    400,
    "RFC 9112 §7.1",
    "a chunk size with white space, a sign, a prefix; no CRLF behind a chunk",
  ),
  "malformed-chunk-extension": refusal(
    400,
    "RFC 9112 §7.1.1",
    "a chunk extension that is none, or has white space",
  ),
  "chunk-extension-too-long": refusal(400, "RFC 9112 §7.1.1", "more than `limits.chunkExtension`"),
  "malformed-trailer-section": refusal(
    400,
    "RFC 9112 §7.1.2",
    "a trailer section that is no field section",
  ),
  "trailer-section-too-large": refusal(431, "RFC 6585 §5", "more than `limits.trailerSection`"),
  "unsupported-method": refusal(501, "RFC 9110 §9.1", "`CONNECT` to an authority, `TRACE`"),
  "unsupported-expectation": refusal(
    417,
    "RFC 9110 §10.1.1",
    "an `Expect` other than `100-continue`",
  ),
  "misdirected-request": refusal(
    421,
    "RFC 9110 §7.4",
    "a request-target of `https` on a connection without TLS",
  ),
  "incomplete-content": refusal(
    400,
    "RFC 9112 §8",
    "ended in the middle of a content that a handler reads",
  ),
  "content-too-large": refusal(413, "RFC 9110 §15.5.14", "more than `limits.content`"),
  "request-head-timeout": refusal(
    408,
    "RFC 9110 §15.5.9",
    "half a head for `timeouts.requestHead`",
  ),
  "request-content-timeout": refusal(
    408,
    "RFC 9110 §15.5.9",
    "no more content for `timeouts.requestContent`",
  ),
  "content-too-slow": refusal(408, "RFC 9110 §15.5.9", "content slower than `limits.minRate`"),
  "handler-timeout": refusal(
    503,
    "RFC 9110 §15.6.4",
    "nothing: the handler took longer than `timeouts.handler`",
  ),
  "queue-full": refusal(
    503,
    "RFC 9110 §15.6.4",
    "nothing: as many requests as `limits.queue` were under way",
  ),
  "event-loop-delayed": refusal(
    503,
    "RFC 9110 §15.6.4",
    "nothing: the event loop ran later than `limits.eventLoopDelay`",
  ),
};

function refusal(status: number, source: string, cause: string): AnsweredRefusal {
  return { status, source, cause };
}
