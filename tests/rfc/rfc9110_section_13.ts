import type { Requirement } from "./requirement.ts";

const CLIENT = "Binds clients";
const PROXY = "Binds intermediaries: this is an origin server";

/** RFC 9110, section 13: conditional requests. */
export const RFC9110_SECTION_13: readonly Requirement[] = [
  {
    section: "13.1.1",
    level: "MUST",
    of: "server",
    rule: "If-Match compares strongly",
    tests: [
      "staticFiles() answers If-Match of a weak tag with 412 (RFC 9110 §13.1.1)",
      "evaluatePreconditions() gives 412 to If-Match of the weak tag (RFC 9110 §13.1.1)",
    ],
  },
  {
    section: "13.1.1",
    level: "MUST",
    of: "server",
    rule: "If-Match is evaluated before the method is performed",
    tests: ["staticFiles() answers If-Match of another tag with 412 (RFC 9110 §13.1.1)"],
  },
  {
    section: "13.1.1",
    level: "MUST",
    of: "server",
    rule: "A method whose If-Match is false is not performed",
    tests: [
      "staticFiles() answers If-Match of another tag with 412 (RFC 9110 §13.1.1)",
      "evaluatePreconditions() gives 412 to If-Match of any where nothing is (RFC 9110 §13.1.1)",
    ],
  },
  {
    section: "13.1.2",
    level: "MUST",
    of: "recipient",
    rule: "If-None-Match compares weakly",
    tests: [
      "staticFiles() answers If-None-Match of a weak tag with 304 (RFC 9110 §13.1.2)",
      "evaluatePreconditions() gives 304 to If-None-Match of the weak tag (RFC 9110 §13.1.2)",
    ],
  },
  {
    section: "13.1.2",
    level: "SHOULD",
    of: "client",
    rule: "Who updates a stored answer sends its tags in If-None-Match",
    reason: CLIENT,
  },
  {
    section: "13.1.2",
    level: "MUST",
    of: "server",
    rule: "If-None-Match is evaluated before the method is performed",
    tests: ["staticFiles() answers If-None-Match of the tag with 304 (RFC 9110 §13.1.2)"],
  },
  {
    section: "13.1.2",
    level: "MUST",
    of: "server",
    rule: "A method whose If-None-Match is false is not performed",
    tests: [
      "staticFiles() answers If-None-Match of any with 304 (RFC 9110 §13.1.2)",
      "evaluatePreconditions() gives 412 to If-None-Match with PUT (RFC 9110 §13.1.2)",
    ],
  },
  {
    section: "13.1.2",
    level: "MUST",
    of: "server",
    rule: "A false If-None-Match gets 304 to GET and HEAD, 412 to other methods",
    tests: [
      "evaluatePreconditions() gives 304 to If-None-Match of the tag (RFC 9110 §13.1.2)",
      "evaluatePreconditions() gives 304 to If-None-Match with HEAD (RFC 9110 §13.1.2)",
      "evaluatePreconditions() gives 412 to If-None-Match with PUT (RFC 9110 §13.1.2)",
      "evaluatePreconditions() gives 412 to If-None-Match with DELETE (RFC 9110 §13.1.2)",
    ],
  },
  {
    section: "13.1.3",
    level: "MUST",
    of: "recipient",
    rule: "If-Modified-Since is ignored beside If-None-Match",
    tests: ["a server hands on If-Modified-Since beside If-None-Match, and answers as without it"],
  },
  {
    section: "13.1.3",
    level: "MUST",
    of: "recipient",
    rule:
      "If-Modified-Since is ignored where it is not one date, or the method neither GET nor HEAD",
    tests: [
      "a server hands on If-Modified-Since that is no date*",
      "a server hands on If-Modified-Since of two dates*",
      "a server hands on If-Modified-Since in two lines*",
      "a server hands on If-Modified-Since with POST*",
      "a server hands on If-Modified-Since with PUT*",
    ],
  },
  {
    section: "13.1.3",
    level: "MUST",
    of: "recipient",
    rule: "If-Modified-Since is ignored where no modification date is known",
    tests: [
      "a server hands on If-Modified-Since without a modification date, and answers as without it",
    ],
  },
  {
    section: "13.1.3",
    level: "MUST",
    of: "recipient",
    rule: "If-Modified-Since is a time of the clock of the origin server",
    tests: ["staticFiles() answers If-Modified-Since of the date with 304 (RFC 9110 §13.1.3)"],
  },
  {
    section: "13.1.3",
    level: "SHOULD",
    of: "server",
    rule: "If-Modified-Since is evaluated before the method is performed",
    tests: ["staticFiles() answers If-Modified-Since of the date with 304 (RFC 9110 §13.1.3)"],
  },
  {
    section: "13.1.3",
    level: "SHOULD",
    of: "server",
    rule: "A method whose If-Modified-Since is false is not performed",
    tests: ["staticFiles() answers If-Modified-Since of the date with 304 (RFC 9110 §13.1.3)"],
  },
  {
    section: "13.1.3",
    level: "SHOULD",
    of: "server",
    rule: "A false If-Modified-Since gets 304 with what updates a stored answer",
    tests: ["staticFiles() answers If-Modified-Since of the date with 304 (RFC 9110 §13.1.3)"],
  },
  {
    section: "13.1.4",
    level: "MUST",
    of: "recipient",
    rule: "If-Unmodified-Since is ignored beside If-Match",
    tests: ["a server hands on If-Unmodified-Since beside If-Match, and answers as without it"],
  },
  {
    section: "13.1.4",
    level: "MUST",
    of: "recipient",
    rule: "If-Unmodified-Since is ignored where it is not one date",
    tests: [
      "a server hands on If-Unmodified-Since that is no date, and answers as without it",
      "a server hands on If-Unmodified-Since of two dates, and answers as without it",
    ],
  },
  {
    section: "13.1.4",
    level: "MUST",
    of: "recipient",
    rule: "If-Unmodified-Since is ignored where no modification date is known",
    tests: [
      "a server hands on If-Unmodified-Since without a modification date, and answers as without it",
    ],
  },
  {
    section: "13.1.4",
    level: "MUST",
    of: "recipient",
    rule: "If-Unmodified-Since is a time of the clock of the origin server",
    tests: ["staticFiles() answers If-Unmodified-Since of the date with 200 (RFC 9110 §13.1.4)"],
  },
  {
    section: "13.1.4",
    level: "MUST",
    of: "server",
    rule: "If-Unmodified-Since is evaluated before the method is performed",
    tests: ["staticFiles() answers If-Unmodified-Since before with 412 (RFC 9110 §13.1.4)"],
  },
  {
    section: "13.1.4",
    level: "MUST",
    of: "server",
    rule: "A method whose If-Unmodified-Since is false is not performed",
    tests: ["staticFiles() answers If-Unmodified-Since before with 412 (RFC 9110 §13.1.4)"],
  },
  {
    section: "13.1.5",
    level: "MUST",
    of: "client",
    rule: "If-Range comes only with Range",
    reason: CLIENT,
  },
  {
    section: "13.1.5",
    level: "MUST",
    of: "server",
    rule: "If-Range without Range is ignored",
    tests: ["a server hands on If-Range without Range, and answers as without it"],
  },
  {
    section: "13.1.5",
    level: "MUST",
    of: "server",
    rule: "If-Range is ignored by a target without ranges",
    tests: ["a server hands on If-Range of a target without ranges, and answers as without it"],
  },
  {
    section: "13.1.5",
    level: "MUST",
    of: "client",
    rule: "If-Range holds no weak tag",
    reason: CLIENT,
  },
  {
    section: "13.1.5",
    level: "MUST",
    of: "client",
    rule: "If-Range holds a date only where it is strong and there is no tag",
    reason: CLIENT,
  },
  {
    section: "13.1.5",
    level: "MUST",
    of: "server",
    rule: "If-Range of a Range request is evaluated before the method is performed",
    tests: [
      "staticFiles() answers a false If-Range of what is not there with 200 (RFC 9110 §13.1.5)",
    ],
  },
  {
    section: "13.1.5",
    level: "MUST",
    of: "recipient",
    rule: "A false If-Range makes Range ignored",
    tests: [
      "a server hands on If-Range of another tag, and answers as without it",
      "a server hands on If-Range of another date, and answers as without it",
    ],
  },
  {
    section: "13.1.5",
    level: "SHOULD",
    of: "recipient",
    rule: "A true If-Range lets Range be honoured",
    tests: [
      "staticFiles() answers If-Range of the tag with 206 (RFC 9110 §13.1.5)",
      "staticFiles() answers If-Range of the date with 206 (RFC 9110 §13.1.5)",
    ],
  },
  {
    section: "13.2.1",
    level: "MUST",
    of: "server",
    rule:
      "Preconditions are evaluated behind all other checks, just before the method is performed",
    tests: [
      "staticFiles() answers preconditions before ranges with 304 (RFC 9110 §13.2.2)",
      "a server answers a path that is not there with 404, whatever the preconditions",
    ],
  },
  {
    section: "13.2.1",
    level: "MUST",
    of: "server",
    rule: "Preconditions are ignored where the answer without them is neither 2xx nor 412",
    tests: [
      "a server answers a path that is not there with 404, whatever the preconditions",
      "a server answers a redirect with 307, whatever the preconditions",
      "a server answers an error with 500, whatever the preconditions",
      "a server answers another expectation with 417, whatever the preconditions",
      "a server answers content too large with 413, whatever the preconditions",
    ],
  },
  {
    section: "13.2.1",
    level: "MUST",
    of: "proxy",
    rule: "A server between the two ends evaluates no preconditions",
    reason: PROXY,
  },
  {
    section: "13.2.1",
    level: "MUST",
    of: "proxy",
    rule: "Preconditions are passed on with the request",
    reason: PROXY,
  },
  {
    section: "13.2.1",
    level: "MUST",
    of: "server",
    rule: "Preconditions are ignored with methods that select no representation",
    tests: [
      "a server answers OPTIONS with 204, whatever the preconditions",
      "a server answers OPTIONS of the server with 204, whatever the preconditions",
      "a server answers TRACE with 501, whatever the preconditions",
      "a server answers CONNECT with 501, whatever the preconditions",
    ],
  },
  {
    section: "13.2.2",
    level: "MUST",
    of: "server",
    rule:
      "Preconditions are evaluated in their order: If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, If-Range",
    tests: [
      "evaluatePreconditions() is the order of RFC 9110 §13.2.2, whatever the fields",
      "staticFiles() answers If-Match before If-None-Match with 412 (RFC 9110 §13.2.2)",
    ],
  },
];
