/** Responses that are not of the platform: nothing about them can be trusted. */
import { assertEquals } from "../assert.ts";
import { field } from "./answers.ts";
import { MemoryServer, request } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

/** A response of nobody's platform, which lets anything through. */
function duckTyped(parts: {
  readonly status?: unknown;
  readonly statusText?: string;
  readonly headers?: Iterable<[string, string]>;
}): Response {
  const duck = {
    status: 200,
    statusText: "",
    headers: [],
    body: null,
    bodyUsed: false,
    [Symbol.toStringTag]: "Response",
    ...parts,
  };
  return duck as unknown as Response;
}

/** Responses that would break out of their line, or say what no answer may. */
const INJECTIONS: [why: string, parts: Parameters<typeof duckTyped>[0]][] = [
  ...["\r", "\n", "\0", "\r\n", "\x7f", "\u0100"].flatMap((evil): typeof INJECTIONS => {
    const name = JSON.stringify(evil);
    const value = `a${evil}evil: 1`;
    return [
      [`a value with ${name}`, { headers: [["x", value]] }],
      [`a name with ${name}`, { headers: [[`x${evil}evil`, "a"]] }],
      [`a reason phrase with ${name}`, { statusText: value }],
      [`Connection with ${name}`, { headers: [["connection", value]] }],
      [`Content-Length with ${name}`, { headers: [["content-length", `0${evil}evil: 1`]] }],
      [`Date with ${name}`, { headers: [["date", value]] }],
      [`Set-Cookie with ${name}`, { headers: [["set-cookie", value]] }],
    ];
  }),
  ["an empty name", { headers: [["", "a"]] }],
  ["a name with a colon", { headers: [["a:b", "c"]] }],
  ["a name with a space", { headers: [["a b", "c"]] }],
  ["a status of 0", { status: 0 }],
  ["a status of 99", { status: 99 }],
  ["a status of 100", { status: 100 }],
  ["a status of 101", { status: 101 }],
  ["a status of 600", { status: 600 }],
  ["a status of 200.5", { status: 200.5 }],
  ["a status of text", { status: "200 OK\r\nevil: 1\r\n" }],
  ["no status", { status: undefined }],
];

for (const [why, parts] of INJECTIONS) {
  for (const method of ["GET", "HEAD"]) {
    Deno.test(`${why} never reaches the wire of ${method}`, async () => {
      const server = new MemoryServer(() => duckTyped(parts));
      const wire = request(`${method} / HTTP/1.1`);
      const { answers } = await server.converse(wire, [method]);
      assertEquals(answers.map(({ status }) => status), [500]);
      assertEquals(field(answers[0], "evil"), undefined);
      assertEquals(server.errors.length, 1);
    });
  }
}

Deno.test("a response of another realm frames nothing, in whatever case it says so", async () => {
  const server = new MemoryServer(() =>
    duckTyped({ headers: [["Transfer-Encoding", "chunked"], ["CONTENT-LENGTH", "0"]] })
  );
  const { answers } = await server.converse(GET + GET);
  assertEquals(answers.map(({ status, framing }) => [status, framing]), [
    [200, "length"],
    [200, "length"],
  ]);
});

Deno.test("a response of another realm is sent", async () => {
  const server = new MemoryServer(() => duckTyped({ headers: [["x-own", "1"]] }));
  const { answers } = await server.converse(GET);
  assertEquals([answers[0].status, field(answers[0], "x-own")], [200, "1"]);
});
