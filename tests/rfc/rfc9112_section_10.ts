import type { Requirement } from "./requirement.ts";

/** What RFC 9112 §10 requires of enclosed messages. */
export const RFC9112_SECTION_10: readonly Requirement[] = [
  {
    section: "10.1",
    level: "MUST",
    of: "recipient",
    rule: "Unfold field lines when content of the type message/http is read",
    reason: "Content is handed on as octets: whoever reads this media type does it in a handler.",
  },
];
