import type { Requirement } from "./requirement.ts";

const CLIENT = "Binds clients";

/** RFC 9110, section 14: range requests. */
export const RFC9110_SECTION_14: readonly Requirement[] = [
  {
    section: "14.1.2",
    level: "MUST",
    of: "recipient",
    rule: "Positions of any number of digits overflow nothing",
    tests: ["a server hands on Range beyond all integers, and answers as without it"],
  },
  {
    section: "14.2",
    level: "MUST",
    of: "server",
    rule: "Range is ignored with methods other than GET",
    tests: [
      "a server hands on Range with HEAD, and answers as without it",
      "a server hands on Range with POST, and answers as without it",
      "a server hands on Range with an own method, and answers as without it",
    ],
  },
  {
    section: "14.2",
    level: "MUST",
    of: "server",
    rule: "Range of an unknown unit is ignored",
    tests: ["a server hands on Range of a unit that nobody knows, and answers as without it"],
  },
  {
    section: "14.2",
    level: "SHOULD",
    of: "client",
    rule: "Ranges are asked for where they cost less than one that spans them",
    reason: CLIENT,
  },
  {
    section: "14.2",
    level: "SHOULD",
    of: "client",
    rule: "Ranges are asked for in ascending order",
    reason: CLIENT,
  },
  {
    section: "14.2",
    level: "SHOULD",
    of: "server",
    rule: "A Range that can be satisfied gets 206",
    tests: [
      "staticFiles() answers a range with 206 (RFC 9110 §14.2)",
      "staticFiles() answers a suffix with 206 (RFC 9110 §14.2)",
    ],
  },
  {
    section: "14.2",
    level: "SHOULD",
    of: "server",
    rule: "A Range that cannot be satisfied gets 416",
    tests: ["staticFiles() answers a range behind the end with 416 (RFC 9110 §15.5.17)"],
  },
  {
    section: "14.3",
    level: "MUST",
    of: "client",
    rule: "Accept-Ranges promises nothing",
    reason: CLIENT,
  },
  {
    section: "14.4",
    level: "MUST",
    of: "client",
    rule: "A part in a unit that nobody knows is not combined",
    reason: CLIENT,
  },
  {
    section: "14.4",
    level: "SHOULD",
    of: "proxy",
    rule: "A part in a unit that nobody knows is passed on",
    reason: "Binds intermediaries: this is an origin server",
  },
  {
    section: "14.4",
    level: "MUST",
    of: "server",
    rule: "Content-Range of a request is ignored where the method has no use for it",
    tests: [
      "a server hands on Content-Range with GET, and answers as without it",
      "a server hands on Content-Range with POST, and answers as without it",
    ],
  },
  {
    section: "14.4",
    level: "SHOULD",
    of: "sender",
    rule: "Content-Range says how long the whole is, where that is known",
    tests: [
      "staticFiles() answers a range with 206 (RFC 9110 §14.2)",
      "contentRange() names a part, or that there is none (RFC 9110 §14.4)",
    ],
  },
  {
    section: "14.4",
    level: "MUST",
    of: "client",
    rule: "A part whose Content-Range is invalid is not combined",
    reason: CLIENT,
  },
  {
    section: "14.4",
    level: "SHOULD",
    of: "server",
    rule: "A 416 to bytes says how long the whole is",
    tests: ["staticFiles() answers a range behind the end with 416 (RFC 9110 §15.5.17)"],
  },
  {
    section: "14.5",
    level: "SHOULD",
    of: "application",
    rule: "A PUT with Content-Range gets 400 from a target that takes no parts",
    reason:
      "For the handler: only it knows whether its resource takes parts; it gets Content-Range as it was sent",
  },
];
