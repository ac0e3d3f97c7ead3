/** What the server itself says in an answer, and what it keeps to itself. */
import { redirect, routes, text } from "../../mod.ts";
import { KnownResponse } from "../../src/known_response.ts";
import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "../assert.ts";
import { type Answer, field } from "./answers.ts";
import { MemoryServer, request } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

function names(answer: Answer): string[] {
  return answer.fields.map(([name]) => name);
}

/** What the server adds to an answer that a handler made: how long it is, and when it was. */
const ADDED: [status: number, fields: string[]][] = [
  [200, ["content-length", "date"]],
  [201, ["content-length", "date"]],
  [204, ["date"]],
  [205, ["content-length", "date"]],
  [206, ["content-length", "date"]],
  [301, ["content-length", "date"]],
  [304, ["date"]],
  [401, ["content-length", "date"]],
  [405, ["content-length", "date"]],
  [415, ["content-length", "date"]],
  [426, ["content-length", "date"]],
  [503, ["content-length", "date"]],
];

for (const [status, fields] of ADDED) {
  Deno.test(`a server adds ${fields.join(" and ")} to ${status}, and nothing else`, async () => {
    const server = new MemoryServer((_, { url }) =>
      url.pathname === "/known"
        ? new KnownResponse(null, ["x-own", "1"], status) as KnownResponse & Response
        : new Response(null, { status, headers: { "x-own": "1" } })
    );
    const { answers } = await server.converse(GET + request("GET /known HTTP/1.1"));
    assertEquals(answers.length, 2);
    for (const answer of answers) {
      assertEquals([answer.status, field(answer, "x-own"), answer.content], [status, "1", ""]);
      assertEquals(names(answer), ["x-own", ...fields]);
    }
  });
}

Deno.test("a 304 keeps the fields that its 200 would have had (RFC 9110 §15.4.5)", async () => {
  const headers = {
    "cache-control": "no-cache",
    "content-location": "/a.txt",
    date: "Sun, 06 Nov 1994 08:49:37 GMT",
    etag: '"a"',
    expires: "Sun, 06 Nov 1994 08:49:37 GMT",
    vary: "accept",
  };
  const server = new MemoryServer((_, { url }) =>
    url.pathname === "/"
      ? new Response(null, { status: 304, headers })
      : new Response("hello", { headers: { ...headers, "content-type": "text/plain" } })
  );
  const { answers } = await server.converse(GET + request("GET /whole HTTP/1.1"));
  assertEquals(answers.map(({ status }) => status), [304, 200]);
  for (const [name, value] of Object.entries(headers)) {
    assertEquals(answers.map((answer) => field(answer, name)), [value, value]);
  }
  assertEquals(names(answers[0]).sort(), Object.keys(headers));
});

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`redirect() sends ${status} with its Location (RFC 9110 §15.4)`, async () => {
    const server = new MemoryServer(() => redirect("/elsewhere?a=b", status));
    const { answers: [answer] } = await server.converse(GET);
    assertEquals([answer.status, field(answer, "location")], [status, "/elsewhere?a=b"]);
  });
}

/** Answers that the server or a route table makes; each request holds what is nobody's business. */
const MADE: [why: string, line: string, lines: string[], status: number, fields?: string[]][] = [
  ["a field without a colon", "GET /secret HTTP/1.1", ["secret"], 400, ["connection"]],
  ["no request-target", "GET secret HTTP/1.1", [], 400, ["connection"]],
  ["an encoding that is malformed", "GET /secret%ff HTTP/1.1", [], 400],
  ["a path that is not there", "GET /secret HTTP/1.1", [], 404],
  ["a method that is not allowed", "SECRET / HTTP/1.1", [], 405, ["allow"]],
  ["content too large", "PUT / HTTP/1.1", ["Content-Length: 9"], 413, ["connection"]],
  ["a long target", `GET /secret${"x".repeat(50)} HTTP/1.1`, [], 414, ["connection"]],
  ["an expectation", "GET /secret HTTP/1.1", ["Expect: secret"], 417],
  ["many fields", "GET /secret HTTP/1.1", new Array(9).fill("secret: secret"), 431, ["connection"]],
  ["a handler that throws", "GET /error HTTP/1.1", [], 500],
  ["TRACE", "TRACE /secret HTTP/1.1", [], 501],
  ["CONNECT", "CONNECT secret:80 HTTP/1.1", [], 501, ["connection"]],
  ["a transfer coding", "PUT / HTTP/1.1", ["Transfer-Encoding: secret"], 501, ["connection"]],
  ["a version", "GET /secret HTTP/3.0", [], 505, ["connection"]],
];

for (const [why, line, lines, status, fields = []] of MADE) {
  Deno.test(`the ${status} to ${why} explains itself, and repeats nothing`, async () => {
    const table = routes({
      "GET /": () => text("ok"),
      "PUT /": async (request) => text(await request.text()),
      "GET /error": () => Promise.reject(new Error("secret")),
    });
    const server = new MemoryServer(table, {
      limits: { content: 5, requestTarget: 50, headerFields: 9 },
      onError: () => text("Internal Server Error", { status: 500 }),
    });
    const secrets = ["Authorization: Basic secret", "Cookie: id=secret", ...lines];
    const { answers: [answer] } = await server.converse(request(line, secrets));
    assertEquals(answer.status, status);
    assertEquals(
      names(answer).sort(),
      ["content-length", "content-type", "date", ...fields].sort(),
    );
    assertMatch(answer.content, /^[A-Z][^<>]{7,}$/);
    assertNotMatch(answer.content, /secret/i);
  });
}

for (const version of ["HTTP/0.9", "HTTP/2.0", "HTTP/3.0"]) {
  Deno.test(`the 505 to ${version} says which versions are served (RFC 9110 §15.6.6)`, async () => {
    const server = new MemoryServer(() => text("ok"));
    const { answers: [answer] } = await server.converse(request(`GET / ${version}`));
    assertEquals(answer.status, 505);
    assertStringIncludes(answer.content, "unsupported-http-version");
    assertStringIncludes(answer.content, "HTTP/1.1 and HTTP/1.0");
  });
}
