import type { Requirement } from "./requirement.ts";

const PROXY = "Binds proxies: the server forwards nothing.";
const QUOTES = "Left to the handler: the server generates no quoted-string and no comment.";
const TIMESTAMPS = "The server reads no field that holds a timestamp.";

const EMPTY_ELEMENTS =
  "But in Transfer-Encoding and Expect, where one is refused: no framing is guessed at.";

/** Fields. */
export const RFC9110_SECTION_5: readonly Requirement[] = [
  {
    section: "5.1",
    level: "MUST",
    of: "proxy",
    rule: "Fields that nobody knows are forwarded.",
    reason: PROXY,
  },
  {
    section: "5.1",
    level: "SHOULD",
    of: "recipient",
    rule: "Fields that nobody knows are ignored, in trailers too.",
    tests: [
      "fields.md: A name of every octet that it may have (RFC 9110 §5.1): *",
      "fields.md: The name of a property of objects (RFC 9110 §5.1): *",
      "RequestHead looks only at fields by their whole names (RFC 9110 §5.1)",
      "chunked.md: A trailer section (RFC 9112 §7.1.2): *",
    ],
  },
  {
    section: "5.3",
    level: "MUST",
    of: "proxy",
    rule: "Lines of one name keep their order when they are forwarded.",
    reason: PROXY,
  },
  {
    section: "5.3",
    level: "MUST",
    of: "sender",
    rule: "No name comes in two lines, unless its field is a list or Set-Cookie.",
    tests: [
      "Set-Cookie lines stay apart, other fields are joined",
      "a Date of the handler is the only one",
      "a server adds content-length and date to 200, and nothing else",
      "a known response that says Connection: foo to HTTP/1.0",
      "a native response that says Connection: foo to HTTP/1.0",
    ],
  },
  {
    section: "5.3",
    level: "MUST",
    of: "server",
    rule: "No request is handled before its whole header section is there.",
    tests: [
      "request_line.md: A head without its empty line (RFC 9112 §2.1): *",
      "request_line.md: A head with half of its empty line (RFC 9112 §2.1): *",
      "Exchange waits for every prefix of a head (RFC 9112 §2.1)",
    ],
  },
  {
    section: "5.4",
    level: "MUST",
    of: "server",
    rule: "Fields larger or more than are wanted are answered with a 4xx.",
    tests: [
      "a server refuses a head too large with 431, *",
      "a server refuses too many fields with 431, *",
      "limits.headerSection of 21 is broken by one more (header-section-too-large)",
      "limits.headerFields of 2 is broken by one more (too-many-fields)",
      "fields.md: A field line without an end (RFC 6585 §5): *",
      "fields.md: A field name without an end (RFC 6585 §5): *",
    ],
  },
  {
    section: "5.5",
    level: "MUST",
    of: "recipient",
    rule: "White space around a value is no part of it.",
    tests: [
      "parseFieldLine() reads white space around the value (RFC 9112 §5.1)",
      "parseFieldLine() reads a value of white space (RFC 9110 §5.5)",
      "LazyHeaders.get() and has() of x-two answer as Headers do (RFC 9110 §5.3)",
      "hosts.md: White space around (RFC 9110 §7.2): *",
      "framing.md: White space around a length (RFC 9112 §5): *",
    ],
  },
  {
    section: "5.5",
    level: "SHOULD",
    of: "application",
    rule: "New fields are defined within visible ASCII, SP and HTAB.",
    reason: "Binds authors of specifications: the server defines no field.",
  },
  {
    section: "5.5",
    level: "SHOULD",
    of: "recipient",
    rule: "Octets beyond ASCII in a value are opaque.",
    tests: [
      "fields.md: Values of every octet that they may have (RFC 9110 §5.5): *",
      "parseFieldLine() reads obs-text (RFC 9110 §5.5)",
      "LazyHeaders.get() and has() of x-octets answer as Headers do (RFC 9110 §5.3)",
    ],
  },
  {
    section: "5.5",
    level: "MUST",
    of: "recipient",
    rule: "A message with CR, LF or NUL in a value is rejected.",
    tests: [
      "fields.md: A NUL in the value (RFC 9112 §5): *",
      "fields.md: A bare CR in the value (RFC 9112 §5): *",
      "fields.md: A bare LF in the value (RFC 9112 §5): *",
      "parseFieldLine() rejects NUL in the value (RFC 9110 §5.5)",
      "parseFieldLine() rejects a bare CR in the value (RFC 9112 §2.2)",
    ],
  },
  {
    section: "5.6.1.1",
    level: "MUST",
    of: "sender",
    rule: "No empty element is generated in a list.",
    tests: [
      "a known response that says Connection: , foo,, ,bar, to HTTP/1.1",
      "a native response that says Connection: , foo,, ,bar, to HTTP/1.1",
      "a known response that says Connection:  , to HTTP/1.0",
      "a native response that says Connection:  , to HTTP/1.0",
    ],
    note: "Of the list that the server writes itself; other values are the handler's.",
  },
  {
    section: "5.6.1.2",
    level: "MUST",
    of: "recipient",
    rule: "A reasonable number of empty elements in a list is ignored.",
    tests: [
      "persistence.md: Connection: close behind empty elements (RFC 9112 §9.6): *",
      'noteConnectionOptions() reads ", ,close," (RFC 9110 §7.6.1)',
    ],
    note: EMPTY_ELEMENTS,
  },
  {
    section: "5.6.1.2",
    level: "MUST",
    of: "recipient",
    rule: "A list is accepted with empty elements at any place of it.",
    tests: [
      "persistence.md: Connection: close behind empty elements (RFC 9112 §9.6): *",
      'noteConnectionOptions() reads ", ,close," (RFC 9110 §7.6.1)',
    ],
    note: EMPTY_ELEMENTS,
  },
  {
    section: "5.6.3",
    level: "SHOULD",
    of: "sender",
    rule: "Optional white space is one SP where it makes a line easier to read.",
    tests: [
      "fieldLinesText() keeps lines apart and in order (RFC 9110 §5.3)",
      "a known response that says Connection: foo to HTTP/1.0",
      "a known response that says Connection: , foo,, ,bar, to HTTP/1.1",
    ],
  },
  {
    section: "5.6.3",
    level: "SHOULD",
    of: "sender",
    rule: "No other optional white space is generated.",
    tests: [
      "responseHeadText() has the status's own phrase (RFC 9112 §4)",
      "responseHeadText() has a status without a phrase (RFC 9112 §4)",
      "a server refuses a NUL in front with 400, *",
    ],
    note: "Values of a handler are sent as they are.",
  },
  {
    section: "5.6.3",
    level: "SHOULD",
    of: "application",
    rule: "White space that is required is one SP.",
    reason: "Left to the handler: no field that the server writes has a place for it.",
  },
  {
    section: "5.6.3",
    level: "MUST",
    of: "sender",
    rule: "No white space is generated where only old messages have it.",
    tests: [
      "chunkSizeLine() of 16 octets is *",
      "LAST_CHUNK ends the content and has no trailers (RFC 9112 §7.1)",
      "a server refuses a NUL in front with 400, *",
    ],
  },
  {
    section: "5.6.3",
    level: "MUST",
    of: "recipient",
    rule: "Such white space is read over.",
    tests: ["FramingFields rejects white space around an equals sign (RFC 9110 §5.6.3)"],
    note: "But in a chunk extension, where it is refused: no framing is guessed at.",
  },
  {
    section: "5.6.4",
    level: "MUST",
    of: "recipient",
    rule: "A backslash in a quoted-string gives the octet behind it.",
    tests: [
      "chunked.md: A quoted extension with a semicolon, a quote and a backslash (RFC 9112 §7.1.1): *",
      "FramingFields rejects a coding with parameters (RFC 9112 §7)",
    ],
    note: "It shows where a quoted-string ends; its value is used for nothing.",
  },
  {
    section: "5.6.4",
    level: "SHOULD",
    of: "application",
    rule: "Only a quote and a backslash are escaped in a quoted-string.",
    reason: QUOTES,
  },
  {
    section: "5.6.4",
    level: "SHOULD",
    of: "application",
    rule: "Only parentheses and a backslash are escaped in a comment.",
    reason: QUOTES,
  },
  {
    section: "5.6.7",
    level: "MUST",
    of: "recipient",
    rule: "All three formats of a date are read.",
    reason: TIMESTAMPS,
  },
  {
    section: "5.6.7",
    level: "MUST",
    of: "sender",
    rule: "Dates are generated as IMF-fixdate.",
    tests: [
      "DateField.at() gives IMF-fixdates, back and forth in time (RFC 9110 §5.6.7)",
      "what is written as a date is read as it was (RFC 9110 §5.6.7)",
      "the Date follows the clock",
    ],
  },
  {
    section: "5.6.7",
    level: "MUST",
    of: "sender",
    rule: "A date has no white space but that of its grammar.",
    tests: [
      "DateField.at() gives IMF-fixdates, back and forth in time (RFC 9110 §5.6.7)",
      "the Date follows the clock",
    ],
  },
  {
    section: "5.6.7",
    level: "MUST",
    of: "recipient",
    rule: "A year of two digits is never more than fifty years ahead.",
    reason: TIMESTAMPS,
  },
];
