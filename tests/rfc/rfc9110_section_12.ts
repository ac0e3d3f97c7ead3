import type { Requirement } from "./requirement.ts";

const CLIENT = "Binds clients";
const PROXY = "Binds intermediaries: this is an origin server";

/** RFC 9110, section 12: content negotiation. */
export const RFC9110_SECTION_12: readonly Requirement[] = [
  {
    section: "12.4.2",
    level: "MUST",
    of: "sender",
    rule: "A weight has three decimals at most",
    tests: ["a server adds *", "the 417 to an expectation explains itself, and repeats nothing"],
    note: "The server sends no weights.",
  },
  {
    section: "12.5.1",
    level: "SHOULD",
    of: "sender",
    rule: "A weight stands behind all other parameters",
    tests: ["a server adds *", "the 417 to an expectation explains itself, and repeats nothing"],
    note: "The server sends no weights.",
  },
  {
    section: "12.5.1",
    level: "SHOULD",
    of: "recipient",
    rule: "A parameter q is a weight wherever it stands",
    reason:
      "The server selects no representation: a handler reads Accept, which it gets as it was sent",
  },
  {
    section: "12.5.3",
    level: "SHOULD",
    of: "server",
    rule: "Where no coding is acceptable the answer is not coded",
    tests: [
      "a server hands on Accept-Encoding of codings that there are none of, and answers as without it",
    ],
  },
  {
    section: "12.5.3",
    level: "MUST",
    of: "server",
    rule: "A 415 for another reason than a coding has no Accept-Encoding",
    tests: ["a server adds content-length and date to 415, and nothing else"],
  },
  {
    section: "12.5.4",
    level: "MUST",
    of: "client",
    rule: "Who lets no user choose languages sends no Accept-Language",
    reason: CLIENT,
  },
  {
    section: "12.5.5",
    level: "MUST",
    of: "proxy",
    rule: "Vary gets no * on its way",
    reason: PROXY,
  },
  {
    section: "12.5.5",
    level: "MUST",
    of: "proxy",
    rule: "A stored answer with Vary serves only requests with the same values",
    reason: "Binds caches",
  },
  {
    section: "12.5.5",
    level: "SHOULD",
    of: "application",
    rule: "An answer that was selected by request fields says so in Vary",
    reason: "For the handler: the server itself selects nothing by request fields",
  },
];
