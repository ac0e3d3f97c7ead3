import { CHUNK, CHUNKS, FILE_OCTETS, HELLO, OCTET_STREAM, OCTETS } from "./apps/material.mjs";
import type { Load } from "../load/wrk.ts";

/** What is asked of every contestant, and what a right answer is. */
export interface Workload {
  /** Names it on the command line. */
  readonly name: string;
  /** What it is, for a reader. */
  readonly title: string;
  /** Which handler a contestant runs. */
  readonly kind: string;
  /** What wrk does. */
  readonly load: Omit<Load, "seconds">;
  /** How the media type of each answer begins. */
  readonly type: string;
  /** The content of each answer; one of JSON is compared as a value. */
  readonly answer: Uint8Array | string | { readonly json: unknown };
  /** Whether bare sockets can do it: one read is one request, and the answer is always the same. */
  readonly floor: boolean;
  /** Whether it is only for servers whose handlers give a `Response`, and the runtime's own. */
  readonly responsesOnly?: boolean;
}

const ACCEPT_LANGUAGE = "de-CH,de;q=0.9,en;q=0.8,fr;q=0.7";
const REQUEST_ID = "b7f1c0de-5a44-4c1e-9d0a-3f2b8a6c7e11";

const TEXT = "text/plain";

/** With `Host` 20 fields, and 900 octets of head. */
const BROWSER_FIELDS: Readonly<Record<string, string>> = {
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
    "Chrome/142.0.0.0 Safari/537.36",
  "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
  "Accept-Encoding": "gzip, deflate, br, zstd",
  "Accept-Language": ACCEPT_LANGUAGE,
  "Cache-Control": "no-cache",
  "Pragma": "no-cache",
  "Connection": "keep-alive",
  "Cookie": "session=4f9d2c7be81a4c0c9d5e; theme=dark; consent=yes; " +
    "visitor=5b1f6f0c-9a55-4f0b-8a77-1d0f3c2b9e64; recent=100001.100004.100007; seen=1764000000; v=2",
  "DNT": "1",
  "Referer": "http://localhost/start",
  "Sec-CH-UA": '"Chromium";v="142", "Not_A Brand";v="99"',
  "Sec-CH-UA-Mobile": "?0",
  "Sec-CH-UA-Platform": '"Linux"',
  "Sec-Fetch-Dest": "document",
  "Sec-Fetch-Mode": "navigate",
  "Sec-Fetch-Site": "same-origin",
  "Sec-Fetch-User": "?1",
  "Upgrade-Insecure-Requests": "1",
  "X-Request-Id": REQUEST_ID,
};

/** About 1 KB of JSON, of the kinds of value that JSON has. */
const DOCUMENT = {
  orders: Array.from({ length: 9 }, (_, index) => ({
    id: 100_000 + index,
    article: `An article of the name ${index}, by "Someone"`,
    price: 12.5 * index,
    available: index % 2 === 0,
    note: null,
  })),
};

const JSON_LOAD = {
  method: "POST",
  path: "/json",
  fields: { "Content-Type": "application/json" },
  content: { text: JSON.stringify(DOCUMENT), times: 1 },
};

const UPLOAD_LOAD = {
  method: "POST",
  fields: { "Content-Type": "application/octet-stream" },
  content: { text: "x".repeat(1_024), times: 1_024 },
};

/** Everything that is measured, in order. */
export const WORKLOADS: readonly Workload[] = [
  plaintext("plaintext-1", "plain text, 1 connection", { connections: 1 }),
  plaintext("plaintext", "plain text, 64 connections", {}),
  plaintext("plaintext-512", "plain text, 512 connections", { connections: 512 }),
  {
    ...plaintext("native", 'plain text, native `new Response("…")`', {}),
    kind: "native",
    floor: false,
    responsesOnly: true,
  },
  work("parameter", "route with a parameter, JSON", { path: "/users/42" }, {
    json: { id: "42", status: "active" },
  }),
  work("json", "1 KB of JSON in and out", JSON_LOAD, { json: DOCUMENT }),
  work(
    "fields",
    "head of a browser, two fields looked up",
    { fields: BROWSER_FIELDS },
    `${ACCEPT_LANGUAGE} ${REQUEST_ID}`,
  ),
  { ...work("octets", "64 KiB at hand", {}, OCTETS), floor: true },
  work("file", "1 MiB file, streamed", {}, fileContent()),
  work("upload", "1 MiB upload, counted", UPLOAD_LOAD, "1048576"),
  work("chunks", "100 chunks of 1 KiB, streamed", {}, chunkContent()),
  {
    ...plaintext("pipelined", "plain text, 16 pipelined", { pipelined: 16 }),
    // Bare sockets do not know how many requests they have read.
    floor: false,
  },
  {
    ...plaintext("connection", "plain text, a connection per request", {
      fields: { Connection: "close" },
    }),
    kind: "connection",
  },
];

/** The file that is served. */
export function fileContent(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(FILE_OCTETS).fill(0x63);
}

function chunkContent(): Uint8Array {
  return new Uint8Array(CHUNK.length * CHUNKS).fill(CHUNK[0]);
}

function plaintext(name: string, title: string, load: Workload["load"]): Workload {
  return { name, title, load, kind: "plaintext", type: TEXT, answer: HELLO, floor: true };
}

/** Work that needs HTTP to be understood; its kind has its name. */
function work(
  name: string,
  title: string,
  load: Workload["load"],
  answer: Workload["answer"],
): Workload {
  return { name, title, load, type: typeOf(answer), answer, kind: name, floor: false };
}

function typeOf(answer: Workload["answer"]): string {
  if (answer instanceof Uint8Array) return OCTET_STREAM;
  return typeof answer === "string" ? TEXT : "application/json";
}
