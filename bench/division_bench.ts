import { Exchange } from "../src/protocol/exchange.ts";
import { DEFAULT_LIMITS, type Limits } from "../src/protocol/limits.ts";
import { octetsOf } from "../src/protocol/octets.ts";
import { chunkedContent, CONTENT_LENGTH, LONG_HEAD, LONG_LIMITS, singly } from "./messages.ts";

const LENGTH_POST = octetsOf(
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${CONTENT_LENGTH}\r\n\r\n${
    "x".repeat(CONTENT_LENGTH)
  }`,
);
const CHUNKED_POST = octetsOf(
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
    new TextDecoder().decode(chunkedContent(4_096)),
);

/** Many times the octets in as many pieces should take as many times as long, and no more. */
const MESSAGES: [what: string, octets: Uint8Array, limits: Limits][] = [
  ["a head", LONG_HEAD, LONG_LIMITS],
  ["content by length", LENGTH_POST, DEFAULT_LIMITS],
  ["chunked content", CHUNKED_POST, DEFAULT_LIMITS],
];

let sink = 0;

for (const [what, octets, limits] of MESSAGES) {
  const group = `division of 64 KiB: ${what}`;
  const divisions: [name: string, pieces: readonly Uint8Array[]][] = [
    ["whole", [octets]],
    ["8 192 single octets, then the rest", [
      ...singly(octets.subarray(0, 8_192)),
      octets.subarray(8_192),
    ]],
    ["65 536 single octets", singly(octets)],
  ];
  for (const [name, pieces] of divisions) {
    Deno.bench({
      group,
      name,
      baseline: name === "whole",
      n: 20,
      warmup: 5,
      fn: () => {
        sink += receive(pieces, limits);
      },
    });
  }
}

function receive(pieces: readonly Uint8Array[], limits: Limits): number {
  const exchange = new Exchange(limits);
  let events = 0;
  for (const piece of pieces) {
    exchange.receive(piece);
    while (exchange.next() !== undefined) events++;
  }
  if (exchange.state !== "between") throw new Error("Cannot trust the benchmark: no whole message");
  return events;
}

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
