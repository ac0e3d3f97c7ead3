import { assertEquals } from "../assert.ts";
import type { ProtocolErrorReason } from "../../src/protocol/errors.ts";
import { FramingFields, NO_CONTENT } from "../../src/protocol/message_framing.ts";
import { assertAccepted, assertRefused, headOf } from "./transcript.ts";

const ACCEPTED: [why: string, rfc: string, fields: string, framing: object][] = [
  ["none without framing fields", "9112 §6.3", "", { kind: "none" }],
  ["a length", "9112 §6.2", "Content-Length: 5\r\n", { kind: "length", octets: 5 }],
  ["a length of 0", "9112 §6.2", "Content-Length: 0\r\n", { kind: "length", octets: 0 }],
  ["a length with zeros first", "9110 §8.6", "Content-Length: 005\r\n", {
    kind: "length",
    octets: 5,
  }],
  ["the largest length", "9110 §8.6", "Content-Length: 9007199254740991\r\n", {
    kind: "length",
    octets: 9007199254740991,
  }],
  ["equal lengths in two lines", "9110 §8.6", "Content-Length: 5\r\ncontent-length: 5\r\n", {
    kind: "length",
    octets: 5,
  }],
  ["equal lengths in a list", "9110 §8.6", "Content-Length: 5, \t5 ,5\r\n", {
    kind: "length",
    octets: 5,
  }],
  ["equal lengths written in two ways", "9110 §8.6", "Content-Length: 5, 05\r\n", {
    kind: "length",
    octets: 5,
  }],
  ["chunked", "9112 §6.1", "Transfer-Encoding: chunked\r\n", { kind: "chunked" }],
  ["chunked in any case", "9112 §7", "TRANSFER-ENCODING:\tChUnKeD \r\n", { kind: "chunked" }],
];

const MALFORMED = "malformed-content-length";
const CODING = "malformed-transfer-encoding";
const UNSUPPORTED = "unsupported-transfer-coding";

const REJECTED: [
  why: string,
  rfc: string,
  fields: string,
  reason: ProtocolErrorReason,
  status: number,
][] = [
  ["an empty length", "9112 §6.3", "Content-Length:", MALFORMED, 400],
  ["a length of white space", "9112 §6.3", "Content-Length: \t ", MALFORMED, 400],
  ["a sign", "9112 §6.3", "Content-Length: +5", MALFORMED, 400],
  ["a negative length", "9112 §6.3", "Content-Length: -5", MALFORMED, 400],
  ["a hexadecimal length", "9112 §6.3", "Content-Length: 0x5", MALFORMED, 400],
  ["a fraction", "9112 §6.3", "Content-Length: 5.0", MALFORMED, 400],
  ["white space in a length", "9112 §6.3", "Content-Length: 5 5", MALFORMED, 400],
  ["the octet before 0", "9112 §6.3", "Content-Length: /", MALFORMED, 400],
  ["the octet behind 9", "9112 §6.3", "Content-Length: 5:", MALFORMED, 400],
  ["a no-break space by a length", "9112 §6.3", "Content-Length: \xa05", MALFORMED, 400],
  ["an overflow", "9112 §6.3", "Content-Length: 9007199254740992", MALFORMED, 400],
  ["an overflow of many digits", "9112 §6.3", `Content-Length: ${"9".repeat(40)}`, MALFORMED, 400],
  ["an overflow to infinity", "9112 §6.3", `Content-Length: ${"9".repeat(400)}`, MALFORMED, 400],
  ["a comma behind a length", "9112 §6.3", "Content-Length: 5,", MALFORMED, 400],
  ["a comma before a length", "9112 §6.3", "Content-Length: ,5", MALFORMED, 400],
  ["two commas", "9112 §6.3", "Content-Length: 5,,5", MALFORMED, 400],
  [
    "a malformed second length",
    "9112 §6.3",
    "Content-Length: 5\r\nContent-Length: x",
    MALFORMED,
    400,
  ],
  [
    "lengths that differ",
    "9112 §6.3",
    "Content-Length: 5\r\nContent-Length: 6",
    "conflicting-content-length",
    400,
  ],
  [
    "lengths that differ from 0",
    "9112 §6.3",
    "Content-Length: 0\r\nContent-Length: 6",
    "conflicting-content-length",
    400,
  ],
  [
    "lengths in a list that differ",
    "9112 §6.3",
    "Content-Length: 5, 6",
    "conflicting-content-length",
    400,
  ],
  [
    "a length, then a coding",
    "9112 §6.1",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "ambiguous-framing",
    400,
  ],
  [
    "a coding, then a length",
    "9112 §6.1",
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "ambiguous-framing",
    400,
  ],
  [
    "a coding and a length of 0",
    "9112 §6.1",
    "Transfer-Encoding: chunked\r\nContent-Length: 0",
    "ambiguous-framing",
    400,
  ],
  [
    "an unknown coding and a length",
    "9112 §6.1",
    "Transfer-Encoding: gzip\r\nContent-Length: 5",
    "ambiguous-framing",
    400,
  ],
  ["chunked in two lines", "9112 §7.1", twice("chunked", "chunked"), CODING, 400],
  ["gzip and chunked in two lines", "9112 §7.1", twice("gzip", "chunked"), CODING, 400],
  ["an empty second coding line", "9112 §7.1", twice("chunked", ""), CODING, 400],
  ["chunked twice", "9112 §7.1", coding("chunked, chunked"), CODING, 400],
  ["chunked not last", "9112 §6.1", coding("chunked, gzip"), CODING, 400],
  ["chunked in the middle", "9112 §6.1", coding("gzip, chunked, br"), CODING, 400],
  ["chunked with a parameter", "9112 §7.1", coding("chunked;a=b"), CODING, 400],
  ["chunked with a parameter apart", "9112 §7.1", coding("gzip, chunked ; a=b"), CODING, 400],
  ["an empty element behind chunked", "9110 §5.6.1", coding("chunked,"), CODING, 400],
  ["an empty element before chunked", "9110 §5.6.1", coding(", chunked"), CODING, 400],
  ["an empty coding", "9112 §6.1", coding(""), CODING, 400],
  ["white space in a coding", "9112 §7", coding("chun ked"), CODING, 400],
  ["quotes around chunked", "9112 §7", coding('"chunked"'), CODING, 400],
  ["a no-break space behind chunked", "9110 §5.6.3", coding("chunked\xa0"), CODING, 400],
  ["a coding with a parameter cut short", "9112 §7", coding("gzip;q="), CODING, 400],
  ["a coding with an open quote", "9112 §7", coding('gzip;q="a'), CODING, 400],
  ["another coding", "9112 §6.1", coding("gzip"), UNSUPPORTED, 501],
  ["identity", "9112 §7", coding("identity"), UNSUPPORTED, 501],
  ["another coding before chunked", "9112 §6.1", coding("gzip, chunked"), UNSUPPORTED, 501],
  ["white space around codings", "9110 §5.6.1", coding("gzip\t , \tCHUNKED"), UNSUPPORTED, 501],
  ["a coding that begins as chunked", "9112 §7", coding("chunkedx"), UNSUPPORTED, 501],
  ["a coding that ends as chunked", "9112 §7", coding("xchunked, chunked"), UNSUPPORTED, 501],
  ["white space around an equals sign", "9110 §5.6.3", coding("gzip;a\t= b"), UNSUPPORTED, 501],
  ["a coding with parameters", "9112 §7", coding('gzip ; a=b;c="d\\" e" , br'), UNSUPPORTED, 501],
];

for (const [why, rfc, fields, framing] of ACCEPTED) {
  Deno.test(`RequestHead.framing is ${why} (RFC ${rfc})`, () => {
    const head = headOf(`POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
    assertEquals(head.framing, framing);
  });
}

for (const [why, rfc, fields, reason, status] of REJECTED) {
  Deno.test(`FramingFields rejects ${why} (RFC ${rfc})`, () => {
    assertRefused(`POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`, reason, status);
  });
}

Deno.test("FramingFields concludes no content from no fields (RFC 9112 §6.3)", () => {
  assertEquals(new FramingFields().conclude(1), NO_CONTENT);
});

Deno.test("FramingFields rejects a coding on HTTP/1.0 (RFC 9112 §6.1)", () => {
  const line = "POST / HTTP/1.0\r\n";
  assertRefused(`${line}${coding("chunked")}\r\n\r\n`, "unexpected-transfer-encoding", 400);
  assertRefused(`${line}${coding("gzip")}\r\n\r\n`, "unexpected-transfer-encoding", 400);
  const both = `${line}${coding("chunked")}\r\nContent-Length: 5\r\n\r\n`;
  assertRefused(both, "ambiguous-framing", 400);
});

Deno.test("Exchange frames content whatever the method (RFC 9112 §6)", () => {
  for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
    const line = `${method} / HTTP/1.1\r\nHost: a\r\n`;
    const expected = [`${method} /`, "content abc", "end"];
    assertAccepted(`${line}Content-Length: 3\r\n\r\nabc`, expected);
    assertAccepted(`${line}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`, expected);
    assertAccepted(`${line}Content-Length: 0\r\n\r\n`, [`${method} /`, "end"]);
  }
});

Deno.test("Exchange frames content of HTTP/1.0 by its length (RFC 9112 §6.2)", () => {
  assertAccepted("POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", [
    "POST /",
    "content abc",
    "end",
  ]);
});

function coding(value: string): string {
  return `Transfer-Encoding: ${value}`;
}

function twice(first: string, second: string): string {
  return `${coding(first)}\r\n${coding(second)}`;
}
