import fc from "fast-check";
import { MalformedAnswer, ResponseReader } from "../../src/load/response_reader.ts";
import { octetsOf } from "../../src/protocol/octets.ts";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "../assert.ts";

interface Reading {
  /** Statuses; those whose connection ends have a final `!`. */
  readonly answers: readonly string[];
  /** Whether the end of the connection cut an answer. */
  readonly isCut: boolean;
}

/** Reads pieces, then the end of the connection. */
function readAll(pieces: readonly Uint8Array[], method = "GET"): Reading {
  const answers: string[] = [];
  const reader = new ResponseReader(method, {
    answered: (status, persists) => void answers.push(`${status}${persists ? "" : "!"}`),
  });
  for (const piece of pieces) {
    reader.read(piece);
    // The caller's buffer is used again.
    piece.fill(0x23);
  }
  return { answers, isCut: reader.end() };
}

type Case = [why: string, wire: string, answers: string[], isCut?: boolean, method?: string];

const READ: Case[] = [
  ["Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", ["200"]],
  ["a length of zero", "HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", ["200"]],
  ["blanks around the length", "HTTP/1.1 200 OK\r\nContent-Length: \t3 \r\n\r\nabc", ["200"]],
  ["the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", [
    "200",
  ]],
  ["no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", ["200"]],
  ["no SP behind the status", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", ["404"]],
  [
    "chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n",
    ["200"],
  ],
  [
    "chunks and trailers",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nOne: 1\r\nTwo: 2\r\n\r\n",
    ["200"],
  ],
  ["gzip, then chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", [
    "200",
  ]],
  [
    "chunked, then gzip, until it closes",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    ["200!"],
  ],
  ["an end with the connection", "HTTP/1.1 200 OK\r\n\r\nabc", ["200!"]],
  ["an end with the connection, and nothing", "HTTP/1.1 200 OK\r\n\r\n", ["200!"]],
  ["204", "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", [
    "204",
    "200",
  ]],
  ["304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", ["304"]],
  ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", ["200"], false, "HEAD"],
  [
    "HEAD of chunks",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ["200"],
    false,
    "HEAD",
  ],
  [
    "1xx before",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ["200"],
  ],
  ["101, and another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\0\0", [
    "101!",
  ]],
  ["Connection: close", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\na", [
    "200!",
  ]],
  [
    "octets behind the last answer",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nabcd",
    ["200!"],
  ],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", ["200!"]],
  [
    "HTTP/1.0 with keep-alive",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
    ["200"],
  ],
  [
    "fields that look like framing",
    "HTTP/1.1 200 OK\r\nContent-Lengthy: 9\r\nTransfer: chunked\r\nContent-Length: 0\r\n\r\n",
    ["200"],
  ],
  [
    "pipelined answers",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nc",
    ["200", "404", "200!"],
  ],
  ["nothing", "", []],
  ["half a head", "HTTP/1.1 200 OK\r\nContent-", [], true],
  ["half a content", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", [], true],
  ["half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na", [], true],
  [
    "half a trailer section",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nOne: 1\r\n",
    [],
    true,
  ],
];

for (const [why, wire, answers, isCut = false, method] of READ) {
  Deno.test(`ResponseReader reads ${why}`, () => {
    assertEquals(readAll([octetsOf(wire)], method), { answers, isCut });
  });
  Deno.test(`ResponseReader reads ${why}, octet by octet`, () => {
    const octets = [...wire].map((character) => octetsOf(character));
    assertEquals(readAll(octets, method), { answers, isCut });
  });
}

Deno.test("ResponseReader reads a trailer section that is divided behind its last chunk", () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const pieces = [`${head}1\r\na\r\n0\r\nOne: 1\r\nTw`, "o: 2\r\n\r\n"];
  assertEquals(readAll(pieces.map(octetsOf)), { answers: ["200"], isCut: false });
});

const REJECTED: [why: string, wire: string][] = [
  ["another protocol", "SSH-2.0-OpenSSH\r\n"],
  ["HTTP/2", "HTTP/2.0 200 OK\r\n\r\n"],
  ["an empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"],
  ["a status of 600", "HTTP/1.1 600 OK\r\n\r\n"],
  ["a status of 099", "HTTP/1.1 099 OK\r\n\r\n"],
  ["a bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
  ["a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n"],
  ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
  ["an empty length", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n"],
  ["an endless length", `HTTP/1.1 200 OK\r\nContent-Length: ${"9".repeat(16)}\r\n\r\n`],
  [
    "length and chunks",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
  ],
  ["a folded line", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"],
  ["a chunk size that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"],
  ["a chunk that goes on", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"],
  ["a head without end", `HTTP/1.1 200 OK\r\n${`A: ${"b".repeat(1_000)}\r\n`.repeat(70)}`],
];

for (const [why, wire] of REJECTED) {
  Deno.test(`ResponseReader rejects ${why}`, () => {
    assertThrows(() => readAll([octetsOf(wire)]), MalformedAnswer, "Cannot read the answer: ");
    const octets = [...wire].map((character) => octetsOf(character));
    assertThrows(() => readAll(octets), MalformedAnswer, "Cannot read the answer: ");
  });
}

/** Pieces of answers, in whatever order. */
const PIECES = READ.flatMap(([, wire]) => wire.split(/(?<=\r\n)/));

/** What comes of octets, divided where the cuts are. */
function outcomeOf(octets: Uint8Array, cuts: readonly number[]): Reading | string {
  const edges = [0, ...[...cuts].map((cut) => cut % (octets.length + 1)).sort((a, b) => a - b)];
  const pieces = edges.map((edge, i) => octets.slice(edge, edges[i + 1] ?? octets.length));
  try {
    return readAll(pieces);
  } catch (error) {
    assertInstanceOf(error, MalformedAnswer);
    return "malformed";
  }
}

Deno.test("ResponseReader reads the same however octets are divided", () => {
  const wire = fc.array(fc.constantFrom(...PIECES, ...READ.map(([, wire]) => wire)), {
    maxLength: 8,
  })
    .map((parts) => octetsOf(parts.join("")));
  fc.assert(
    fc.property(wire, fc.array(fc.nat(), { maxLength: 12 }), (octets, cuts) => {
      assertEquals(outcomeOf(octets, cuts), outcomeOf(octets, []));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("ResponseReader answers or objects, whatever comes", () => {
  const changed = fc.tuple(fc.constantFrom(...READ), fc.nat(), fc.nat(255))
    .map(([[, wire], place, octet]) => {
      const octets = octetsOf(wire || "x");
      octets[place % octets.length] = octet;
      return octets;
    });
  const any = fc.oneof(fc.uint8Array({ maxLength: 64 }), changed);
  fc.assert(
    fc.property(any, (octets) => {
      assert(outcomeOf(octets, []) !== undefined);
    }),
    { numRuns: 3_000 },
  );
});
