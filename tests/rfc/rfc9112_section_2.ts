import { NOT_OURS } from "./not_ours.ts";
import type { Requirement } from "./requirement.ts";

/** What RFC 9112 §2 requires of messages. */
export const RFC9112_SECTION_2: readonly Requirement[] = [
  {
    section: "2.2",
    level: "MUST",
    of: "recipient",
    rule: "Find a message's parts among octets, before any of them is decoded to text",
    tests: [
      "octets.md: A character cut short by the end of a field line (RFC 9112 §2.2)*",
      "octets.md: A character whose last octets are CR and LF when cut to eight bits (RFC 9112 §2.2)*",
      "octets.md: An overlong line end of two octets each (RFC 9112 §2.2)*",
      "octets.md: A length counts octets (RFC 9112 §2.2)*",
    ],
  },
  {
    section: "2.2",
    level: "MUST",
    of: "sender",
    rule: "Send no CR without its LF outside of content",
    tests: [
      "responseHeadText() lets no U+000d out (RFC 9110 §5.5)",
      'fieldLinesText() refuses the name "a\\r\\nb" (RFC 9110 §5.1)',
      'a reason phrase with "\\r" never reaches the wire of GET',
      'a value with "\\r" never reaches the wire of GET',
      'a name with "\\r" never reaches the wire of GET',
    ],
  },
  {
    section: "2.2",
    level: "MUST",
    of: "recipient",
    rule: "Take what holds a CR without its LF for invalid, or read the CR as a space",
    tests: [
      "request_line.md: A bare CR before the request line (RFC 9112 §2.2)*",
      "request_line.md: A bare CR behind the version (RFC 9112 §3)*",
      "parseRequestLine() rejects a bare CR in the target (RFC 9112 §2.2)",
      "fields.md: A bare CR in the value (RFC 9112 §5)*",
      "fields.md: A bare CR behind the value (RFC 9112 §5)*",
      "chunked.md: A chunk size ended by a bare CR (RFC 9112 §7.1)*",
      "chunked.md: An extension with a bare CR in quotes (RFC 9112 §7.1.1)*",
      "chunked.md: A trailer with a bare CR (RFC 9112 §7.1.2)*",
    ],
  },
  {
    section: "2.2",
    level: "MUST",
    of: "client",
    rule: "Send no empty line before or behind a request",
    reason: NOT_OURS.client,
  },
  {
    section: "2.2",
    level: "MUST",
    of: "client",
    rule: "Count a line end that closes the content as content",
    reason: NOT_OURS.client,
  },
  {
    section: "2.2",
    level: "SHOULD",
    of: "server",
    rule: "Pass over at least one empty line in front of a request line",
    tests: [
      "request_line.md: One empty line before the request line (RFC 9112 §2.2)*",
      "request_line.md: Two empty lines before the request line (RFC 9112 §2.2)*",
      "request_line.md: Empty lines between requests (RFC 9112 §2.2)*",
    ],
  },
  {
    section: "2.2",
    level: "MUST",
    of: "sender",
    rule: "Put no white space between the start-line and the first field line",
    tests: [
      "responseHeadText() has the status's own phrase (RFC 9112 §4)",
      'fieldLinesText() refuses the name " a" (RFC 9110 §5.1)',
    ],
  },
  {
    section: "2.2",
    level: "MUST",
    of: "recipient",
    rule: "Reject a message with white space before its first field line, or drop such lines whole",
    tests: ["smuggling.md: A space before the first field line (RFC 9112 §2.2)*"],
  },
  {
    section: "2.2",
    level: "SHOULD",
    of: "server",
    rule: "Answer 400 to what is no HTTP message, and close",
    tests: [
      "a server refuses a malformed request line with 400, *",
      "a server refuses a malformed field line with 400, *",
      "a server refuses a NUL in front with 400, *",
      "request_line.md: A status line (RFC 9112 §3)*",
    ],
  },
  {
    section: "2.3",
    level: "MUST",
    of: "proxy",
    rule: "Forward messages under its own version",
    reason: NOT_OURS.proxy,
  },
  {
    section: "2.3",
    level: "SHOULD",
    of: "server",
    rule: "Answer with a lower version only to clients known to need it",
    tests: ["every answer has a status line of HTTP/1.1"],
  },
];
