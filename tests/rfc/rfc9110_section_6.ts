import type { Requirement } from "./requirement.ts";

const CLIENT = "Binds clients: no server can prove it.";

/** No answer has a trailer section: each of these reads a chunked one to its end. */
const NO_TRAILERS = [
  "LAST_CHUNK ends the content and has no trailers (RFC 9112 §7.1)",
  "a stream of several chunks is chunked, each sent as it comes",
] as const;

/** Message abstraction. */
export const RFC9110_SECTION_6: readonly Requirement[] = [
  {
    section: "6",
    level: "MUST",
    of: "client",
    rule: "The request is remembered while its response is read.",
    reason: CLIENT,
  },
  {
    section: "6.2",
    level: "SHOULD",
    of: "client",
    rule: "A request has the highest version that both ends are known to conform to.",
    reason: CLIENT,
  },
  {
    section: "6.2",
    level: "MUST",
    of: "client",
    rule: "No version is sent that the client does not conform to.",
    reason: CLIENT,
  },
  {
    section: "6.2",
    level: "SHOULD",
    of: "server",
    rule: "A response has the highest version of the request's major version: 1.1, to 1.0 too.",
    tests: [
      "every answer has a status line of HTTP/1.1",
      "a server answers HTTP/1.2, *",
    ],
  },
  {
    section: "6.2",
    level: "MUST",
    of: "server",
    rule: "No version is sent that the server does not conform to.",
    tests: [
      "every answer has a status line of HTTP/1.1",
      "a server refuses HTTP/2 with 505, *",
      "a server refuses the preface of HTTP/2 with 505, *",
    ],
  },
  {
    section: "6.2",
    level: "SHOULD",
    of: "recipient",
    rule: "A higher minor version is read as the highest one that is known.",
    tests: [
      "request_line.md: HTTP/1.2 is read as 1.1 (RFC 9110 §2.5): *",
      "request_line.md: HTTP/1.9 is read as 1.1 (RFC 9110 §2.5): *",
      "persistence.md: HTTP/1.2 persists (RFC 9112 §9.3): *",
      "hosts.md: None for HTTP/1.2 (RFC 9112 §3.2): *",
    ],
  },
  {
    section: "6.5.1",
    level: "MUST",
    of: "sender",
    rule: "Only fields whose definition allows it are sent as trailers.",
    tests: NO_TRAILERS,
    note: "No answer has trailers.",
  },
  {
    section: "6.5.1",
    level: "MUST",
    of: "recipient",
    rule: "A trailer becomes no header field.",
    tests: [
      "a trailer is no header field, before the content is read or behind it (RFC 9112 §7.1.2)",
      "chunked.md: Trailers that would frame a message frame none (RFC 9110 §6.5.1): *",
      "chunked.md: Connection in a trailer section closes nothing (RFC 9110 §6.5.1): *",
    ],
  },
  {
    section: "6.5.1",
    level: "SHOULD",
    of: "server",
    rule: "Nothing that a client needs is sent as a trailer.",
    tests: NO_TRAILERS,
    note: "No answer has trailers.",
  },
  {
    section: "6.5.2",
    level: "MUST",
    of: "application",
    rule: "A trailer that may come more than once is defined as a list.",
    reason: "Binds authors of specifications: the server defines no field.",
  },
  {
    section: "6.6.1",
    level: "SHOULD",
    of: "sender",
    rule: "A Date is as near to the time of the message as can be.",
    tests: ["the Date follows the clock", "what is kept has the date of its second"],
  },
  {
    section: "6.6.1",
    level: "MUST",
    of: "server",
    rule: "Every 2xx, 3xx and 4xx response has a Date.",
    tests: [
      "a server sends text, and serves the next request",
      "a server sends a redirect, and serves the next request",
      "a server sends 304, and serves the next request",
      "a server sends a native 404, and serves the next request",
      "a server adds content-length and date to 401, and nothing else",
      "the 404 to a path that is not there explains itself, and repeats nothing",
      "the 417 to an expectation explains itself, and repeats nothing",
      "the 431 to many fields explains itself, and repeats nothing",
    ],
  },
  {
    section: "6.6.1",
    level: "MUST",
    of: "server",
    rule: "A server without a clock sends no Date.",
    reason: "Every platform that the server runs on has a clock.",
  },
  {
    section: "6.6.1",
    level: "MUST",
    of: "proxy",
    rule: "A response without a Date gets one before it is cached or forwarded.",
    reason: "Binds receivers of responses: the server caches and forwards none.",
  },
  {
    section: "6.6.2",
    level: "SHOULD",
    of: "sender",
    rule: "Trailers are announced in a Trailer field.",
    tests: NO_TRAILERS,
    note: "No answer has trailers.",
  },
];
