import type { Requirement } from "./requirement.ts";

const CLIENT = "Binds clients: no server can prove it.";
const HANDLER = "Left to the handler: the server generates no URI reference of its own.";

/** Identifiers in HTTP. */
export const RFC9110_SECTION_4: readonly Requirement[] = [
  {
    section: "4.1",
    level: "SHOULD",
    of: "recipient",
    rule: "URIs of 8000 octets and more are supported.",
    tests: ["targets.md: A request-target of 8192 octets (RFC 9112 §3): *"],
  },
  {
    section: "4.2.1",
    level: "MUST",
    of: "application",
    rule: "No http URI is generated without a host.",
    reason: HANDLER,
  },
  {
    section: "4.2.1",
    level: "MUST",
    of: "recipient",
    rule: "An http URI without a host is rejected.",
    tests: [
      "targets.md: A URI with no authority (RFC 9112 §3.2.2): *",
      "targets.md: A URI with an empty host and a port (RFC 9112 §3.2.2): *",
      "hosts.md: Empty (RFC 9110 §7.2): *",
      "hosts.md: A port alone (RFC 9110 §7.2): *",
    ],
  },
  {
    section: "4.2.2",
    level: "MUST",
    of: "application",
    rule: "No https URI is generated without a host.",
    reason: HANDLER,
  },
  {
    section: "4.2.2",
    level: "MUST",
    of: "recipient",
    rule: "An https URI without a host is rejected.",
    tests: [
      "targets.md: A URI of https with no authority (RFC 9110 §4.2.2): *",
      "targets.md: A URI of https with an empty host and a port (RFC 9110 §4.2.2): *",
    ],
  },
  {
    section: "4.2.2",
    level: "MUST",
    of: "client",
    rule: "Requests for https resources are sent over secured connections only.",
    reason: CLIENT,
  },
  {
    section: "4.2.3",
    level: "SHOULD",
    of: "server",
    rule: "URIs that are equal once normalised identify one resource.",
    tests: [
      "/a/b reads /%61/b",
      "/a/b reads /a/%2e%2e/a\\b",
      "/a%2Fb reads /a%2fb",
      "RequestHead.uri() of GET /b/%2e%2E/c is http://a/c (RFC 3986 §5.2.4)",
      "normaliseAuthority() makes a of a:80 (RFC 9110 §4.2.3)",
      "normaliseAuthority() makes a.example of A.Example (RFC 9110 §4.2.3)",
    ],
    note: "Of the route table and the host; a handler may tell texts of one URI apart.",
  },
  {
    section: "4.2.4",
    level: "MUST",
    of: "application",
    rule: "No userinfo is generated in a URI reference.",
    reason: HANDLER,
  },
  {
    section: "4.2.4",
    level: "SHOULD",
    of: "recipient",
    rule: "Userinfo in a URI from a stranger is an error.",
    tests: [
      "targets.md: A URI with userinfo (RFC 9112 §3.2.2): *",
      "targets.md: A URI of https with userinfo (RFC 9110 §4.2.4): *",
      "targets.md: CONNECT with userinfo (RFC 9112 §3.2.3): *",
      "hosts.md: Userinfo (RFC 9110 §7.2): *",
      "hosts.md: Userinfo with a password (RFC 9110 §7.2): *",
    ],
  },
  {
    section: "4.3.4",
    level: "MUST",
    of: "client",
    rule: "The service's identity is checked against the URI's origin.",
    reason: CLIENT,
  },
  {
    section: "4.3.4",
    level: "MUST",
    of: "client",
    rule: "The identity is verified as RFC 6125 says.",
    reason: CLIENT,
  },
  {
    section: "4.3.4",
    level: "MUST",
    of: "client",
    rule: "The reference identity is made from the service's host.",
    reason: CLIENT,
  },
  {
    section: "4.3.4",
    level: "MUST",
    of: "client",
    rule: "A common name is no reference identity.",
    reason: CLIENT,
  },
  {
    section: "4.3.4",
    level: "MUST",
    of: "client",
    rule: "A user is asked about a certificate that does not fit, or the connection ends.",
    reason: CLIENT,
  },
  {
    section: "4.3.4",
    level: "MUST",
    of: "client",
    rule: "Automated clients log a certificate that does not fit.",
    reason: CLIENT,
  },
  {
    section: "4.3.4",
    level: "SHOULD",
    of: "client",
    rule: "Automated clients end the connection over it.",
    reason: CLIENT,
  },
  {
    section: "4.3.4",
    level: "MUST",
    of: "client",
    rule: "Automated clients have a setting that turns this check on.",
    reason: CLIENT,
  },
];
