import { ProtocolError } from "../../src/protocol/errors.ts";
import { Exchange } from "../../src/protocol/exchange.ts";
import type { Scheme } from "../../src/protocol/host.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import type { RequestHead } from "../../src/protocol/request_head.ts";
import { demandSame } from "../law.ts";
import type { Target } from "../target.ts";
import { MAX_WIRE, wireSeeds } from "./wire_seeds.ts";

const FALLBACK = "fallback";

const TARGETS = [
  "/a/./b/../%2e%2E/c;d?e=%zz&f=/../g",
  "/a\\b//..///?\"<>^`{|}'",
  "http://A.b:080/c?d",
  "https://[::1]:443?x",
  "HTTP://127.1",
  "/%2e./.%2E/..%2f?",
  "/a?b?c\\d",
];
const HOSTS = [
  "a",
  "A.B:80",
  "127.0.0.1:8080",
  "[::FFFF:1.2.3.4]:443",
  "0x7f.1",
  "%61",
  "a_b.",
  "1",
];

/** The target URI and its pathname: those of the platform's URL, for either scheme. */
export const targetUri: Target = {
  name: "target",
  seeds: () => [
    ...TARGETS.map((target, i) => seed(`GET ${target} HTTP/1.1`, HOSTS[i % HOSTS.length])),
    ...HOSTS.map((host) => seed("OPTIONS * HTTP/1.1", host)),
    seed("CONNECT a:80 HTTP/1.1", "a:80"),
    octetsOf("GET /old HTTP/1.0\r\n\r\n"),
    ...wireSeeds(),
  ],
  maxLength: MAX_WIRE,
  run(octets) {
    const heads = headsOf(octets);
    for (const head of heads) {
      for (const scheme of ["http", "https"] as const) checkUri(head, scheme);
      demandSame(head.pathname(), expectedUrl(head, "http").pathname, "target: pathname is URL's");
    }
    return heads.map(({ form }) => form).slice(0, 4).join(" ");
  },
};

function seed(line: string, host: string): Uint8Array {
  return octetsOf(`${line}\r\nHost: ${host}\r\n\r\n`);
}

function checkUri(head: RequestHead, scheme: Scheme): void {
  demandSame(head.uri(scheme, FALLBACK), expectedUrl(head, scheme).href, "target: URI is URL's");
}

/** What the platform makes of the target URI (RFC 9112 §3.3). */
function expectedUrl({ form, target, fields }: RequestHead, scheme: Scheme): URL {
  const line = fields.find("host");
  const host = line === undefined ? FALLBACK : fields.value(line);
  switch (form) {
    case "origin-form":
      return new URL(`${scheme}://${host}${target}`);
    case "absolute-form":
      return new URL(target.replace(/^https?/i, scheme));
    case "authority-form":
    case "asterisk-form":
      return new URL(`${scheme}://${host}/`);
  }
}

/** Every head up to the first refusal. */
function headsOf(octets: Uint8Array): RequestHead[] {
  const exchange = new Exchange(DEFAULT_LIMITS);
  exchange.receive(octets);
  const heads: RequestHead[] = [];
  try {
    for (let event = exchange.next(); event !== undefined; event = exchange.next()) {
      if (event === "head") heads.push(exchange.head);
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return heads;
}
