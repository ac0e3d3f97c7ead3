import { NOT_OURS } from "./not_ours.ts";
import type { Requirement } from "./requirement.ts";

/** What RFC 9112 §7 requires of transfer codings. */
export const RFC9112_SECTION_7: readonly Requirement[] = [
  {
    section: "7.1",
    level: "MUST",
    of: "recipient",
    rule: "Read and undo the chunked transfer coding",
    tests: [
      "chunked.md: Two chunks (RFC 9112 §7.1)*",
      "chunked.md: No chunk but the last (RFC 9112 §7.1)*",
      "chunked.md: Sizes in hexadecimal of either case (RFC 9112 §7.1)*",
      "chunked.md: Data that looks like the last chunk (RFC 9112 §7.1)*",
      "what is encoded in chunks is decoded (RFC 9112 §7.1)",
    ],
  },
  {
    section: "7.1",
    level: "MUST",
    of: "recipient",
    rule: "Let no chunk size, however large, overflow or lose precision",
    tests: [
      "chunked.md: A chunk size beyond 2^53 (RFC 9112 §7.1)*",
      "chunked.md: A chunk size beyond 2^64 (RFC 9112 §7.1)*",
      "chunked.md: A chunk size of fourteen digits (RFC 9112 §7.1)*",
      "ChunkedDecoder waits for the largest chunk (RFC 9112 §7.1)",
    ],
  },
  {
    section: "7.1",
    level: "SHOULD",
    of: "recipient",
    rule: "Treat chunked with parameters as an error",
    tests: [
      "smuggling.md: Chunked with a parameter (RFC 9112 §6.3)*",
      "smuggling.md: Chunked with an empty parameter (RFC 9112 §6.3)*",
      "FramingFields rejects chunked with a parameter apart (RFC 9112 §7.1)",
    ],
  },
  {
    section: "7.1.1",
    level: "MUST",
    of: "recipient",
    rule: "Pass over chunk extensions that it does not know",
    tests: [
      "chunked.md: An extension without a value (RFC 9112 §7.1.1)*",
      "chunked.md: An extension with a token (RFC 9112 §7.1.1)*",
      "chunked.md: Several extensions (RFC 9112 §7.1.1)*",
      "chunked.md: A quoted extension with a semicolon, a quote and a backslash (RFC 9112 §7.1.1)*",
    ],
  },
  {
    section: "7.1.2",
    level: "MUST",
    of: "recipient",
    rule:
      "Keep trailers apart from the header section, if they are kept, or merge them by their rules",
    tests: [
      "chunked.md: A trailer section (RFC 9112 §7.1.2)*",
      "a trailer is no header field, before the content is read or behind it (RFC 9112 §7.1.2)",
    ],
  },
  {
    section: "7.1.2",
    level: "MUST",
    of: "recipient",
    rule: "Merge no trailer into the header section unless its definition says how",
    tests: [
      "a trailer is no header field, before the content is read or behind it (RFC 9112 §7.1.2)",
      "chunked.md: Trailers that would frame a message frame none (RFC 9110 §6.5.1)*",
      "chunked.md: Connection in a trailer section closes nothing (RFC 9110 §6.5.1)*",
    ],
  },
  {
    section: "7.2",
    level: "SHOULD",
    of: "recipient",
    rule: "Treat a compression coding with parameters as an error",
    tests: ["smuggling.md: Gzip with a parameter (RFC 9112 §7.2)*"],
    note: "So is any compression coding.",
  },
  {
    section: "7.3",
    level: "MUST",
    of: "application",
    rule: "Register a transfer coding with a name, a description and a pointer",
    reason: NOT_OURS.registration,
  },
  {
    section: "7.3",
    level: "MUST",
    of: "application",
    rule: "Give a transfer coding the name of a content coding only where both do the same",
    reason: NOT_OURS.registration,
  },
  {
    section: "7.3",
    level: "SHOULD",
    of: "application",
    rule: "Define no parameter q of a transfer coding",
    reason: NOT_OURS.registration,
  },
  {
    section: "7.3",
    level: "MUST",
    of: "application",
    rule: "Register only what does the work of a transfer coding",
    reason: NOT_OURS.registration,
  },
  {
    section: "7.4",
    level: "MUST",
    of: "client",
    rule: "Leave chunked out of TE",
    reason: NOT_OURS.client,
  },
  {
    section: "7.4",
    level: "MUST",
    of: "client",
    rule: "Name TE in Connection wherever TE is sent",
    reason: "Binds senders of TE, a field of requests alone: the server sends none.",
  },
];

/** What RFC 9112 §8 requires of incomplete messages. */
export const RFC9112_SECTION_8: readonly Requirement[] = [
  {
    section: "8",
    level: "MUST",
    of: "client",
    rule: "Remember that a response was incomplete",
    reason: NOT_OURS.client,
  },
];
