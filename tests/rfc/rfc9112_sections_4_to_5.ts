import { NOT_OURS } from "./not_ours.ts";
import type { Requirement } from "./requirement.ts";

/** What RFC 9112 §4 requires of status lines. */
export const RFC9112_SECTION_4: readonly Requirement[] = [
  {
    section: "4",
    level: "SHOULD",
    of: "client",
    rule: "Go by no reason phrase",
    reason: NOT_OURS.client,
  },
  {
    section: "4",
    level: "MUST",
    of: "server",
    rule: "Send the space behind the status code even where no reason phrase follows",
    tests: [
      "responseHeadText() has a status without a phrase (RFC 9112 §4)",
      "a server sends a status without a reason phrase, and serves the next request",
    ],
  },
];

/** What RFC 9112 §5 requires of field lines. */
export const RFC9112_SECTION_5: readonly Requirement[] = [
  {
    section: "5.1",
    level: "MUST",
    of: "server",
    rule: "Answer 400 to white space between a field name and its colon",
    tests: [
      "fields.md: White space before the colon (RFC 9112 §5)*",
      "fields.md: A tab before the colon (RFC 9112 §5)*",
      "hosts.md: A space before the colon, then another (RFC 9112 §5.1)*",
      "smuggling.md: Content-Length with a space before the colon (RFC 9112 §5.1)*",
      "smuggling.md: Transfer-Encoding with a tab before the colon (RFC 9112 §5.1)*",
    ],
  },
  {
    section: "5.1",
    level: "MUST",
    of: "proxy",
    rule: "Take such white space out of responses that it forwards",
    reason: NOT_OURS.proxy,
  },
  {
    section: "5.2",
    level: "MUST",
    of: "sender",
    rule: "Fold no field line",
    tests: [
      "responseHeadText() lets no U+000a out (RFC 9110 §5.5)",
      "responseHeadText() lets no U+000d out (RFC 9110 §5.5)",
      'a value with "\\r\\n" never reaches the wire of GET',
    ],
  },
  {
    section: "5.2",
    level: "MUST",
    of: "server",
    rule: "Answer 400 to a folded field line, or unfold it first",
    tests: [
      "a server refuses a folded line with 400, *",
      "hosts.md: A folded one (RFC 9112 §5.2)*",
      "smuggling.md: A folded Transfer-Encoding (RFC 9112 §5.2)*",
      "smuggling.md: A value folded by a tab (RFC 9112 §5.2)*",
    ],
  },
  {
    section: "5.2",
    level: "MUST",
    of: "proxy",
    rule: "Answer 502 where a response has folded field lines, or unfold them",
    reason: NOT_OURS.proxy,
  },
  {
    section: "5.2",
    level: "MUST",
    of: "client",
    rule: "Unfold the field lines of responses before reading them",
    reason: NOT_OURS.client,
  },
];
