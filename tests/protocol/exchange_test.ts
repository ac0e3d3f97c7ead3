import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "../assert.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import { Exchange } from "../../src/protocol/exchange.ts";
import { DEFAULT_LIMITS } from "../../src/protocol/limits.ts";
import { octetsOf, textOf } from "../../src/protocol/octets.ts";
import { RequestHeadParser } from "../../src/protocol/request_head.ts";
import { assertAccepted, assertRefused, assertWaits, outline, transcribe } from "./transcript.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
const CHUNKED =
  "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nd: e\r\n\r\n";

const ACCEPTED: [why: string, rfc: string, wire: string, events: string[]][] = [
  ["nothing", "9112 §2.1", "", []],
  ["a request without content", "9112 §6.3", GET, ["GET /", "end"]],
  ["a request of a known length", "9112 §6.2", POST, ["POST /", "content abc", "end"]],
  ["a chunked request", "9112 §7.1", CHUNKED, ["PUT /", "content abc", "trailer d: e", "end"]],
  ["pipelined requests", "9112 §9.3.2", GET + POST + CHUNKED + GET, [
    ...["GET /", "end", "POST /", "content abc", "end"],
    ...["PUT /", "content abc", "trailer d: e", "end", "GET /", "end"],
  ]],
  ["an empty line first", "9112 §2.2", `\r\n${GET}`, ["GET /", "end"]],
  ["two empty lines first", "9112 §2.2", `\r\n\r\n${GET}`, ["GET /", "end"]],
  ["an empty line between requests", "9112 §2.2", `${POST}\r\n\r\n${GET}\r\n\r\n${GET}`, [
    ...["POST /", "content abc", "end", "GET /", "end", "GET /", "end"],
  ]],
];

const REJECTED: [
  why: string,
  rfc: string,
  wire: string,
  reason: "not-http" | "malformed-request-line",
][] = [
  ["three empty lines", "9112 §2.2", `\r\n\r\n\r\n${GET}`, "malformed-request-line"],
  ["a bare CR first", "9112 §2.2", `\r${GET}`, "malformed-request-line"],
  ["a bare LF first", "9112 §2.2", `\n${GET}`, "not-http"],
  ["a space first", "9112 §3", ` ${GET}`, "not-http"],
  ["NUL first", "9112 §3", `\0${GET}`, "not-http"],
  ["a TLS hello", "9112 §3", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", "not-http"],
  ["an octet beyond ASCII first", "9112 §3", `\xff${GET}`, "not-http"],
  ["a colon first", "9112 §3", ":", "not-http"],
  ["NUL behind a request", "9112 §3", `${GET}\0`, "not-http"],
  [
    "three empty lines behind a request",
    "9112 §2.2",
    `${GET}\r\n\r\n\r\n`,
    "malformed-request-line",
  ],
];

for (const [why, rfc, wire, events] of ACCEPTED) {
  Deno.test(`Exchange reads ${why} (RFC ${rfc})`, () => {
    assertAccepted(wire, events);
  });
}

for (const [why, rfc, wire, reason] of REJECTED) {
  Deno.test(`Exchange rejects ${why} (RFC ${rfc})`, () => {
    assertRefused(wire, reason, 400);
  });
}

Deno.test("Exchange rejects what is no request at its first octet (RFC 9112 §3)", () => {
  for (const first of ["\0", "\x16", " ", "\n", "\r\n("]) {
    assertEquals(outline(transcribe([octetsOf(first)])), ["refused 400 not-http"]);
  }
});

Deno.test("Exchange waits for every prefix of a head (RFC 9112 §2.1)", () => {
  for (let end = 1; end < GET.length; end++) assertWaits(GET.slice(0, end));
});

Deno.test("Exchange waits behind CR for its LF (RFC 9112 §2.2)", () => {
  const pieces = ["\r", "\n\r", `\n${GET}`].map(octetsOf);
  assertEquals(outline(transcribe(pieces)), ["GET /", "end"]);
  assertWaits("\r");
});

Deno.test("Exchange tells its state and what is still to come (RFC 9112 §6)", () => {
  const exchange = new Exchange(DEFAULT_LIMITS);
  assertEquals([exchange.state, exchange.remaining, exchange.unread], ["between", 0, 0]);
  exchange.receive(octetsOf(POST.slice(0, 10)));
  assertEquals(exchange.next(), undefined);
  assertEquals([exchange.state, exchange.remaining, exchange.unread], ["head", 0, 10]);
  exchange.receive(octetsOf(POST.slice(10, -2)));
  assertEquals(exchange.next(), "head");
  assertEquals([exchange.state, exchange.remaining, exchange.unread], ["content", 3, 1]);
  assertEquals(exchange.next(), "content");
  assertEquals(textOf(exchange.bytes, exchange.contentStart, exchange.contentEnd), "a");
  assertEquals([exchange.state, exchange.remaining, exchange.unread], ["content", 2, 0]);
  assertEquals(exchange.next(), undefined);
  exchange.receive(octetsOf("bcGET"));
  assertEquals(exchange.next(), "content");
  assertEquals(textOf(exchange.bytes, exchange.contentStart, exchange.contentEnd), "bc");
  assertEquals(exchange.next(), "end");
  assertEquals([exchange.state, exchange.remaining, exchange.unread], ["between", 0, 3]);
});

Deno.test("Exchange cannot tell how much of chunked content is to come (RFC 9112 §7.1)", () => {
  const exchange = new Exchange(DEFAULT_LIMITS);
  exchange.receive(octetsOf(CHUNKED));
  assertEquals(exchange.next(), "head");
  assertEquals(exchange.remaining, undefined);
  assertEquals([exchange.next(), exchange.next()], ["content", "end"]);
  assertEquals([exchange.remaining, exchange.trailers?.value(0)], [0, "e"]);
  exchange.receive(octetsOf(GET));
  assertEquals(exchange.next(), "head");
  assertEquals(exchange.trailers, undefined);
});

Deno.test("Exchange reads from the octets it was given while a message came whole", () => {
  const exchange = new Exchange(DEFAULT_LIMITS);
  const octets = octetsOf(GET);
  exchange.receive(octets);
  assertEquals(exchange.next(), "head");
  assertStrictEquals(exchange.bytes, octets);
  assertStrictEquals(exchange.head.bytes, octets);
});

Deno.test("Exchange reads the part of the octets that it is given", () => {
  const exchange = new Exchange(DEFAULT_LIMITS);
  const octets = octetsOf(`\0\0${POST}\0`);
  const events: string[] = [];
  for (const [start, end] of [[2, 20], [20, 30], [30, 50], [50, octets.length - 1]]) {
    exchange.receive(octets, start, end);
    for (let event = exchange.next(); event !== undefined; event = exchange.next()) {
      events.push(event);
    }
  }
  assertEquals(events.filter((event, i) => event !== events[i - 1]), ["head", "content", "end"]);
  exchange.receive(octets, 2, octets.length - 1);
  assertEquals([exchange.next(), exchange.head.method, exchange.unread], ["head", "POST", 3]);
});

Deno.test("Exchanges that share a parser keep their heads apart", () => {
  const shared = new RequestHeadParser(DEFAULT_LIMITS);
  const exchanges = [POST, CHUNKED, GET].map((wire) => ({
    exchange: new Exchange(DEFAULT_LIMITS, shared),
    pieces: [wire.slice(0, 20), wire.slice(20)],
    methods: [] as string[],
  }));
  for (let turn = 0; turn < 2; turn++) {
    for (const { exchange, pieces, methods } of exchanges) {
      exchange.receive(octetsOf(pieces[turn]));
      for (let event = exchange.next(); event !== undefined; event = exchange.next()) {
        methods.push(`${exchange.head.method} ${event}`);
      }
    }
  }
  assertEquals(exchanges.map(({ methods }) => methods), [
    ["POST head", "POST content", "POST end"],
    ["PUT head", "PUT content", "PUT end"],
    ["GET head", "GET end"],
  ]);
});

Deno.test("An exchange that a client broke leaves no trace in a shared parser", () => {
  const shared = new RequestHeadParser(DEFAULT_LIMITS);
  const broken = new Exchange(DEFAULT_LIMITS, shared);
  broken.receive(octetsOf("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"));
  assertThrows(() => broken.next(), ProtocolError);
  const exchange = new Exchange(DEFAULT_LIMITS, shared);
  exchange.receive(octetsOf(POST));
  assertEquals([exchange.next(), exchange.head.method], ["head", "POST"]);
});

Deno.test("Exchange never writes over the octets of a head", () => {
  const exchange = new Exchange(DEFAULT_LIMITS);
  const heads = [];
  let wire = "";
  for (let i = 0; i < 40; i++) {
    wire += `GET /${i} HTTP/1.1\r\nHost: a\r\nb: ${"c".repeat(i * 9)}\r\n\r\n`;
  }
  for (let start = 0; start < wire.length; start += 50) {
    exchange.receive(octetsOf(wire.slice(start, start + 50)));
    for (let event = exchange.next(); event !== undefined; event = exchange.next()) {
      if (event === "head") heads.push(exchange.head);
    }
  }
  assertEquals(heads.map(({ target }) => target), Array.from({ length: 40 }, (_, i) => `/${i}`));
  assertEquals(heads.map(({ fields }) => fields.value(1).length), heads.map((_, i) => i * 9));
});

Deno.test("Exchange keeps no buffer of its own between messages", () => {
  const exchange = new Exchange(DEFAULT_LIMITS);
  for (const piece of [GET.slice(0, 5), GET.slice(5)]) {
    exchange.receive(octetsOf(piece));
    exchange.next();
  }
  assert(exchange.bytes.length >= 1_024);
  const { head } = exchange;
  exchange.forget();
  assert(exchange.bytes.length >= 1_024);
  assertEquals([exchange.next(), exchange.next()], ["end", undefined]);
  exchange.receive(octetsOf(GET.slice(0, 5)));
  exchange.forget();
  assertEquals(exchange.unread, 5);
  exchange.receive(octetsOf(GET.slice(5)));
  assertEquals([exchange.next(), exchange.next()], ["head", "end"]);
  exchange.forget();
  assertEquals(exchange.bytes.length, 0);
  assertNotStrictEquals(head.bytes, exchange.bytes);
  assertEquals(head.fields.value(0), "a");
});

Deno.test("Exchange holds a head of the limits that comes octet by octet (RFC 6585 §5)", () => {
  const value = "b".repeat(DEFAULT_LIMITS.headerSection - "Host: a\r\na: \r\n".length);
  const target = `/${"c".repeat(DEFAULT_LIMITS.requestTarget - 1)}`;
  const wire = `GET ${target} HTTP/1.1\r\nHost: a\r\na: ${value}\r\n\r\n`;
  assertAccepted(wire, [`GET ${target}`, "end"]);
  assertRefused(wire.replace("bb", "bbb"), "header-section-too-large", 431);
  assertRefused(wire.replace("cc", "ccc"), "request-target-too-long", 414);
});
