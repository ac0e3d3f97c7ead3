/** Fields that the server hands on unread: whoever knows the representation judges them. */
import { type Handler, routes, text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { type Answer, field, readAnswers } from "./answers.ts";
import { MemoryServer, request, settle } from "./memory_server.ts";

const EARLIER = "Sun, 06 Nov 1994 08:49:37 GMT";
const MODIFIED = "Mon, 07 Nov 1994 08:49:37 GMT";
const LATER = "Tue, 08 Nov 1994 08:49:37 GMT";
const VALIDATORS = { etag: '"a"', "last-modified": MODIFIED };

/** Requests whose right answer is the whole representation, to whoever evaluates their fields. */
const WHOLE: [why: string, method: string, lines: string[], validators?: HeadersInit][] = [
  ["If-Modified-Since that is no date", "GET", ["If-Modified-Since: tomorrow"]],
  ["If-Modified-Since of two dates", "GET", [`If-Modified-Since: ${LATER}, ${LATER}`]],
  ["If-Modified-Since in two lines", "GET", new Array(2).fill(`If-Modified-Since: ${LATER}`)],
  ["If-Modified-Since with POST", "POST", [`If-Modified-Since: ${LATER}`]],
  ["If-Modified-Since with PUT", "PUT", [`If-Modified-Since: ${LATER}`]],
  ["If-Modified-Since without a modification date", "GET", [`If-Modified-Since: ${LATER}`], {}],
  ["If-Modified-Since beside If-None-Match", "GET", [
    `If-Modified-Since: ${LATER}`,
    'If-None-Match: "b"',
  ]],
  ["If-Unmodified-Since that is no date", "GET", ["If-Unmodified-Since: yesterday"]],
  ["If-Unmodified-Since of two dates", "GET", [`If-Unmodified-Since: ${EARLIER}, ${EARLIER}`]],
  [
    "If-Unmodified-Since without a modification date",
    "PUT",
    [`If-Unmodified-Since: ${EARLIER}`],
    {},
  ],
  ["If-Unmodified-Since beside If-Match", "PUT", [
    `If-Unmodified-Since: ${EARLIER}`,
    'If-Match: "a"',
  ]],
  ["If-Range without Range", "GET", ['If-Range: "b"']],
  ["If-Range of a target without ranges", "GET", ['If-Range: "a"', "Range: bytes=0-1"]],
  ["If-Range of another tag", "GET", ['If-Range: "b"', "Range: bytes=0-1"]],
  ["If-Range of another date", "GET", [`If-Range: ${EARLIER}`, "Range: bytes=0-1"]],
  ["Range of a unit that nobody knows", "GET", ["Range: lines=0-1"]],
  ["Range that is malformed", "GET", ["Range: bytes=a-b"]],
  ["Range of a single range", "GET", ["Range: bytes=0-1"]],
  ["Range of several ranges", "GET", ["Range: bytes=0-0, 2-2"]],
  ["Range beyond all integers", "GET", ["Range: bytes=99999999999999999999999-"]],
  ["Range with HEAD", "HEAD", ["Range: bytes=0-1"]],
  ["Range with POST", "POST", ["Range: bytes=0-1"]],
  ["Range with an own method", "PROPFIND", ["Range: bytes=0-1"]],
  ["Content-Range with GET", "GET", ["Content-Range: bytes 0-1/9"]],
  ["Content-Range with POST", "POST", ["Content-Range: bytes 0-1/9"]],
  ["Accept-Encoding of codings that there are none of", "GET", ["Accept-Encoding: gzip, br;q=0.5"]],
  ["Accept with its weight first", "GET", ["Accept: text/html;q=0.1;level=1, text/plain"]],
  ["From", "GET", ["From: root@localhost"]],
  ["Referer", "GET", ["Referer: http://elsewhere/"]],
  ["TE", "GET", ["Connection: TE", "TE: trailers, gzip"]],
  ["User-Agent", "GET", ["User-Agent: robot"]],
];

for (const [why, method, lines, validators = VALIDATORS] of WHOLE) {
  Deno.test(`a server hands on ${why}, and answers as without it`, async () => {
    const seen: (string | null)[][] = [];
    const names = [...new Set(lines.map((line) => line.split(":")[0]))];
    const server = new MemoryServer((request) => {
      seen.push(names.map((name) => request.headers.get(name)));
      return text("hello", { headers: validators });
    });
    const wire = request(`${method} / HTTP/1.1`) + request(`${method} / HTTP/1.1`, lines);
    const { answers: [plain, answer] } = await server.converse(wire, [method, method]);
    assertEquals(answer.fields, plain.fields);
    assertEquals([answer.status, field(answer, "content-length")], [200, "5"]);
    assertEquals(answer.content, method === "HEAD" ? "" : "hello");
    assertEquals(seen[1], names.map((name) => valueOf(name, lines)));
  });
}

function valueOf(name: string, lines: readonly string[]): string {
  const values = lines.filter((line) => line.startsWith(`${name}:`));
  return values.map((line) => line.slice(name.length + 2)).join(", ");
}

/** Preconditions that are all false, and a range. */
const FALSE = [
  'If-Match: "b"',
  "If-None-Match: *",
  `If-Modified-Since: ${LATER}`,
  `If-Unmodified-Since: ${EARLIER}`,
  'If-Range: "b"',
  "Range: bytes=0-0",
];

/** Requests whose answer is settled before there is anything to evaluate. */
const SETTLED: [why: string, line: string, lines: string[], status: number][] = [
  ["a path that is not there", "GET /no/such HTTP/1.1", [], 404],
  ["a path that is malformed", "GET /%ff HTTP/1.1", [], 400],
  ["a method that is not allowed", "DELETE / HTTP/1.1", [], 405],
  ["OPTIONS", "OPTIONS / HTTP/1.1", [], 204],
  ["OPTIONS of the server", "OPTIONS * HTTP/1.1", [], 204],
  ["TRACE", "TRACE / HTTP/1.1", [], 501],
  ["CONNECT", "CONNECT test:80 HTTP/1.1", [], 501],
  ["a redirect", "GET /moved HTTP/1.1", [], 307],
  ["an error", "GET /error HTTP/1.1", [], 500],
  ["another expectation", "GET / HTTP/1.1", ["Expect: payment"], 417],
  ["another transfer coding", "PUT / HTTP/1.1", ["Transfer-Encoding: gzip"], 501],
  ["content too large", "PUT / HTTP/1.1", ["Content-Length: 6"], 413],
  ["another version", "GET / HTTP/2.0", [], 505],
];

for (const [why, line, lines, status] of SETTLED) {
  Deno.test(`a server answers ${why} with ${status}, whatever the preconditions`, async () => {
    const plain = await answerTo(request(line, lines));
    const conditional = await answerTo(request(line, [...FALSE, ...lines]));
    assertEquals(conditional, plain);
    assertEquals(plain.status, status);
  });
}

const read: Handler = async (request) => text(await request.text(), { headers: VALIDATORS });

async function answerTo(wire: string): Promise<Answer> {
  const table = routes({
    "GET /": read,
    "PUT /": read,
    "GET /moved": () => new Response(null, { status: 307, headers: { location: "/" } }),
    "GET /error": () => Promise.reject(new Error("of the handler")),
  });
  const client = new MemoryServer(table, { limits: { content: 5 } }).connect();
  client.send(wire);
  await settle();
  return readAnswers(client.read())[0];
}
