import { LAST_CHUNK } from "../src/protocol/chunked_encoder.ts";
import { DEFAULT_LIMITS, type Limits } from "../src/protocol/limits.ts";
import { octetsOf } from "../src/protocol/octets.ts";

/** What a load generator sends. */
export const SHORT_GET: Uint8Array<ArrayBuffer> = octetsOf(
  "GET / HTTP/1.1\r\nHost: localhost:8000\r\nUser-Agent: wrk\r\nAccept: */*\r\n\r\n",
);

/** Field lines as a browser sends them. */
export const BROWSER_FIELDS: readonly [name: string, value: string][] = [
  ["Host", "www.example.com"],
  ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
  ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["Accept-Language", "en-GB,en;q=0.8,de;q=0.5"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Connection", "keep-alive"],
  ["Cookie", "session=d2f1c4e9b7a64f0b9b1e; theme=dark; seen=1763812316"],
  ["Upgrade-Insecure-Requests", "1"],
  ["Sec-Fetch-Dest", "document"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-Site", "same-origin"],
];

/** The request line of a browser. */
export const BROWSER_LINE = "GET /articles/2025/an-article?page=2&sort=new HTTP/1.1\r\n";

/** The header section of a browser, its empty line included. */
export const BROWSER_SECTION: Uint8Array<ArrayBuffer> = octetsOf(
  `${BROWSER_FIELDS.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
);

/** A whole request of a browser. */
export const BROWSER_GET: Uint8Array<ArrayBuffer> = join(
  octetsOf(BROWSER_LINE),
  BROWSER_SECTION,
);

/** A request with JSON. */
export const JSON_POST: Uint8Array<ArrayBuffer> = octetsOf(
  "POST /users HTTP/1.1\r\nHost: localhost:8000\r\nContent-Type: application/json\r\n" +
    'Content-Length: 28\r\n\r\n{"name":"Ada","active":true}',
);

/** Octets of content in `chunkedContent`, and in the message that comes octet by octet. */
export const CONTENT_LENGTH = 65_536;

/** So much content in chunks of a size. */
export function chunkedContent(chunk: number): Uint8Array<ArrayBuffer> {
  const size = `${chunk.toString(16)}\r\n`;
  const chunks = `${size}${"x".repeat(chunk)}\r\n`.repeat(CONTENT_LENGTH / chunk);
  return octetsOf(chunks + LAST_CHUNK);
}

/** A head of 64 KiB and the limits that let it pass. */
export const LONG_HEAD: Uint8Array<ArrayBuffer> = longHead(CONTENT_LENGTH);
/** Limits that `LONG_HEAD` keeps. */
export const LONG_LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  headerSection: 2 * CONTENT_LENGTH,
  headerFields: CONTENT_LENGTH,
};

/** The fields of a common answer, flat. */
export const ANSWER_FIELDS: readonly string[] = Object.freeze([
  ...["content-type", "application/json"],
  ...["cache-control", "no-store"],
  ...["vary", "accept-encoding"],
  ...["x-request-id", "d2f1c4e9b7a64f0b9b1e"],
]);

/** Octets one by one, each in memory of its own, as a slow client sends them. */
export function singly(octets: Uint8Array): Uint8Array[] {
  return Array.from(octets, (octet) => Uint8Array.of(octet));
}

function longHead(octets: number): Uint8Array<ArrayBuffer> {
  const start = "GET / HTTP/1.1\r\nHost: a\r\n";
  const line = `x: ${"y".repeat(59)}\r\n`;
  const count = Math.floor((octets - start.length - 2) / line.length);
  const lines = start + line.repeat(count);
  return octetsOf(`${lines}z:${" ".repeat(octets - lines.length - 6)}\r\n\r\n`);
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
