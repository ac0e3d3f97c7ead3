import { assert, assertEquals, assertInstanceOf } from "../assert.ts";
import {
  ContentTooLarge,
  ProtocolError,
  type ProtocolErrorReason,
} from "../../src/protocol/errors.ts";

/** Every reason: what counters and hooks are labelled with, so none may change. */
const STATUSES: Readonly<Record<ProtocolErrorReason, number>> = {
  "not-http": 400,
  "malformed-request-line": 400,
  "method-too-long": 400,
  "malformed-request-target": 400,
  "request-target-too-long": 414,
  "malformed-http-version": 400,
  "unsupported-http-version": 505,
  "malformed-field-line": 400,
  "folded-field-line": 400,
  "header-section-too-large": 431,
  "too-many-fields": 431,
  "missing-host": 400,
  "repeated-host": 400,
  "invalid-host": 400,
  "malformed-content-length": 400,
  "conflicting-content-length": 400,
  "ambiguous-framing": 400,
  "malformed-transfer-encoding": 400,
  "unexpected-transfer-encoding": 400,
  "unsupported-transfer-coding": 501,
  "malformed-chunk": 400,
  "malformed-chunk-extension": 400,
  "chunk-extension-too-long": 400,
  "malformed-trailer-section": 400,
  "trailer-section-too-large": 431,
  "unsupported-method": 501,
  "unsupported-expectation": 417,
  "misdirected-request": 421,
  "incomplete-content": 400,
  "content-too-large": 413,
  "request-head-timeout": 408,
  "request-content-timeout": 408,
  "content-too-slow": 408,
  "handler-timeout": 503,
  "queue-full": 503,
  "event-loop-delayed": 503,
};

/** What could not be done, where it is not reading. */
const FAILED_ACTIONS: Record<string, string> = {
  "unsupported-http-version": "Cannot serve the request",
  "unsupported-transfer-coding": "Cannot serve the request",
  "unsupported-method": "Cannot serve the request",
  "unsupported-expectation": "Cannot serve the request",
  "misdirected-request": "Cannot serve the request",
  "handler-timeout": "Cannot answer the request in time",
  "queue-full": "Cannot take the request now",
  "event-loop-delayed": "Cannot take the request now",
};

for (const [reason, status] of Object.entries(STATUSES)) {
  Deno.test(`ProtocolError of ${reason} answers ${status}`, () => {
    const error = new ProtocolError(reason as ProtocolErrorReason);
    assertEquals([error.reason, error.status], [reason, status]);
    const action = FAILED_ACTIONS[reason] ?? "Cannot read the request";
    assertEquals(error.message, `${action}: ${reason.replaceAll("-", " ")}`);
    assertEquals(error.name, "ProtocolError");
  });
}

Deno.test("ContentTooLarge names its limit (RFC 9110 §15.5.14)", () => {
  const error = new ContentTooLarge(9);
  assertInstanceOf(error, ProtocolError);
  assertEquals([error.name, error.status, error.limit], ["ContentTooLarge", 413, 9]);
  assert(error.message.endsWith("longer than 9 octets"));
});
