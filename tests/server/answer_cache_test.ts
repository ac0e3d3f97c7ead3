/** What is kept is what would have been made: the fast path against the general one. */
import { bytes, text } from "../../mod.ts";
import { type FieldList, KnownResponse } from "../../src/known_response.ts";
import { assertEquals } from "../assert.ts";
import { withOwn } from "../own_fields.ts";
import { MemoryServer, request } from "./memory_server.ts";

const CONTENTS: [why: string, content: string][] = [
  ["empty", ""],
  ["short", "Hello, World!"],
  ["of 64 characters", "x".repeat(64)],
  ["of 65 characters", "x".repeat(65)],
  ["of 1023 characters", "x".repeat(1023)],
  ["of 1024 characters", "x".repeat(1024)],
  ["that fills a buffer", "x".repeat(16_384)],
  ["longer than a buffer", "x".repeat(16_385)],
  ["beyond ASCII", "häuser"],
  ["beyond ASCII, long", "ä".repeat(100)],
  ["beyond the basic plane", "🐟"],
  ["with half a surrogate pair", "a\ud800b"],
];

const STATUSES = [200, 201, 299, 404, 418, 500, 599];

/** The same response with a list of fields that is not known to stay, which takes the general path. */
function general(content: string, status: number): Response {
  const fields = ["content-type", "text/plain;charset=UTF-8"];
  return new KnownResponse(content, fields, status) as KnownResponse & Response;
}

/** What a client receives for one request, sent so often, one by one or all at once. */
function receive(
  answer: () => Response,
  times: number,
  isPipelined: boolean,
  message = request("GET / HTTP/1.1"),
): string {
  const client = new MemoryServer(answer).connect();
  if (isPipelined) client.send(message.repeat(times));
  else for (let i = 0; i < times; i++) client.send(message);
  return client.read();
}

for (const [why, content] of CONTENTS) {
  for (const isPipelined of [false, true]) {
    const how = isPipelined ? "pipelined" : "one by one";
    Deno.test(`a content ${why} is sent the same kept or made anew, ${how}`, () => {
      for (const status of STATUSES) {
        const kept = receive(() => text(content, { status }), 5, isPipelined);
        const known = receive(() => text(content), 5, isPipelined);
        assertEquals(kept, receive(() => general(content, status), 5, isPipelined));
        assertEquals(known, receive(() => general(content, 200), 5, isPipelined));
      }
    });
  }
}

for (const [why, content] of CONTENTS) {
  for (const isPipelined of [false, true]) {
    const how = isPipelined ? "pipelined" : "one by one";
    Deno.test(`octets ${why} are sent the same with a head kept or made anew, ${how}`, () => {
      const octets = new TextEncoder().encode(content);
      const list = ["content-type", "application/octet-stream"];
      for (const status of STATUSES) {
        const receiveWith = (fields: FieldList) =>
          receive(
            () => new KnownResponse(octets, fields, status) as KnownResponse & Response,
            5,
            isPipelined,
          );
        assertEquals(receiveWith(Object.freeze([...list])), receiveWith(list));
        assertEquals(receive(() => bytes(octets, { status }), 5, isPipelined), receiveWith(list));
      }
    });
  }
}

Deno.test("more lists of fields than are kept are sent like all others", () => {
  let next = 0;
  const client = new MemoryServer(() => {
    const fields = Object.freeze(["x-list", String(next++)]);
    return new KnownResponse("same", fields) as KnownResponse & Response;
  }).connect();
  for (let i = 0; i < 2500; i++) {
    client.send(request("GET / HTTP/1.1"));
    assertEquals(client.read().includes(`\r\nx-list: ${i}\r\n`), true);
  }
});

Deno.test("answers of one length and several contents do not mix", () => {
  const contents = ["one", "two", "two", "one", "one", "one", "two", "six", "six", "six"];
  let next = 0;
  const client = new MemoryServer(() => text(contents[next++])).connect();
  const received = contents.map(() => {
    client.send(request("GET / HTTP/1.1"));
    return client.read().slice(-3);
  });
  assertEquals(received, contents);
});

Deno.test("what is kept has the date of its second", () => {
  const server = new MemoryServer(() => text("Hello, World!"));
  const client = server.connect();
  const dates = new Set<string>();
  for (let second = 0; second < 3; second++) {
    for (let i = 0; i < 3; i++) client.send(request("GET / HTTP/1.1"));
    const own = [...client.read().matchAll(/^date: (.+)$/gm)].map(([, date]) => date);
    assertEquals([own.length, new Set(own).size], [3, 1]);
    dates.add(own[0]);
    server.clock.advance(1_000);
  }
  assertEquals(dates.size, 3);
});

for (
  const [why, lines] of [
    ["HTTP/1.0", ["GET / HTTP/1.0"]],
    ["HTTP/1.0 that keeps alive", ["GET / HTTP/1.0", "Connection: keep-alive"]],
    ["close", ["GET / HTTP/1.1", "Connection: close"]],
    ["HEAD", ["HEAD / HTTP/1.1"]],
  ] as [string, string[]][]
) {
  Deno.test(`an answer to ${why} is not one that was kept`, () => {
    const message = request(lines[0], lines.slice(1));
    const warm = new MemoryServer(() => text("Hello, World!"));
    for (let i = 0; i < 3; i++) warm.connect().send(request("GET / HTTP/1.1"));
    const client = warm.connect();
    client.send(message);
    assertEquals(client.read(), receive(() => general("Hello, World!", 200), 1, false, message));
  });

  Deno.test(`octets in answer to ${why} have no head that was kept`, () => {
    const message = request(lines[0], lines.slice(1));
    const fields = ["content-type", "application/octet-stream"];
    const octets = new TextEncoder().encode("Hello, World!");
    const plain = () => new KnownResponse(octets, fields) as KnownResponse & Response;
    const warm = new MemoryServer(() => bytes(octets));
    for (let i = 0; i < 3; i++) warm.connect().send(request("GET / HTTP/1.1"));
    const client = warm.connect();
    client.send(message);
    assertEquals(client.read(), receive(plain, 1, false, message));
  });
}

const OWN_FIELDS: [why: string, own: string[]][] = [
  ["one", ["x-request-id", "0f8b"]],
  ["two", ["x-request-id", "0f8b", "ratelimit", '"default";r=5;t=1']],
  ["an empty one", ["x-empty", ""]],
  ["a long one", ["x-long", "y".repeat(2000)]],
  ["more than fits a buffer", ["x-long", "y".repeat(16_384)]],
  ["one that is not ASCII", ["x-name", "h\xe4user"]],
  ["one that is there already", ["content-type", "text/x-other"]],
  ["a length", ["content-length", "1"]],
  ["a date of its own", ["date", "Tue, 24 Nov 2026 18:00:00 GMT"]],
  ["an end of the connection", ["connection", "close"]],
  ["another coding", ["transfer-encoding", "chunked"]],
  ["a value of two lines", ["x-split", "a\r\nset-cookie: b=c"]],
  ["a value that is no octets", ["x-wide", "\u560d\u560a"]],
  ["a name that is none", ["x split", "a"]],
  ["a name of two lines", ["x\r\ny", "a"]],
];

/** The same with all fields in one list, which takes the general path. */
function generalWith(content: string, own: string[]): Response {
  const fields = ["content-type", "text/plain;charset=UTF-8", ...own];
  return new KnownResponse(content, fields) as KnownResponse & Response;
}

for (const [why, own] of OWN_FIELDS) {
  for (const isPipelined of [false, true]) {
    const how = isPipelined ? "pipelined" : "one by one";
    Deno.test(`an answer with fields of its own, ${why}, is sent the same as others, ${how}`, () => {
      for (const [, content] of CONTENTS) {
        const kept = receive(() => withOwn(text(content), own), 3, isPipelined);
        assertEquals(kept, receive(() => generalWith(content, own), 3, isPipelined));
      }
    });
  }
}

Deno.test("fields of one answer are not those of the next", () => {
  let next = 0;
  const client = new MemoryServer(() => {
    const answer = text("Hello, World!");
    return ++next % 3 === 0 ? answer : withOwn(answer, ["x-number", String(next)]);
  }).connect();
  const received = Array.from({ length: 6 }, () => {
    client.send(request("GET / HTTP/1.1"));
    return /^x-number: (.*)$/m.exec(client.read())?.[1];
  });
  assertEquals(received, ["1", "2", undefined, "4", "5", undefined]);
});

Deno.test("a field that throws while it is written leaves nothing of its answer", async () => {
  const server = new MemoryServer((request) => {
    const response = text("Hello") as Response & KnownResponse;
    if (new URL(request.url).pathname === "/") return response;
    return response.withOwn({
      name: "x-own",
      value: "",
      most: 100,
      write() {
        throw new Error("not now");
      },
    });
  });
  const messages = ["/", "/own", "/"].map((path) => request(`GET ${path} HTTP/1.1`));
  const { answers } = await server.converse(messages.join(""));
  assertEquals(answers.map(({ status }) => status), [200, 500, 200]);
  assertEquals(server.errors.map(String), ["Error: not now"]);
});
