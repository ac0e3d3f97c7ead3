/** What is read by the platform's own fields is what its public face says. */
import { serveOver } from "../../src/serve.ts";
import { MemoryTransport } from "../../src/transport/memory.ts";
import {
  PlatformResponseReader,
  platformResponses,
  type ResponseReader,
} from "../../src/web/platform_response.ts";
import { assert, assertEquals, assertNotStrictEquals } from "../assert.ts";
import { FakeClock } from "../server/fake_clock.ts";
import { request, settle } from "../server/memory_server.ts";

/** Deno keeps static content at hand; where it did not any more, speed would be lost unseen. */
Deno.test("the platform's fields are those that are expected", () => {
  assert(platformResponses instanceof PlatformResponseReader);
});

/** Responses that handlers make, each made anew for whoever sends it. */
const RESPONSES: [why: string, make: () => Response | Promise<Response>][] = [
  ["text", () => new Response("Hello")],
  ["no text", () => new Response("")],
  ["nothing", () => new Response()],
  ["text beyond ASCII", () => new Response("Grüße, 世界")],
  ["a lone surrogate", () => new Response("a\ud800b")],
  ["long text", () => new Response("x".repeat(100_000))],
  ["JSON", () => Response.json({ a: [1, 2] })],
  ["JSON of another status", () => Response.json({ a: 1 }, { status: 201, statusText: "Made" })],
  ["a type of its own", () => new Response("a", { headers: { "content-type": "text/css" } })],
  ["a type in capitals", () => new Response("a", { headers: { "CONTENT-TYPE": "text/html" } })],
  ["plain text as a type", () => new Response("a", { headers: { "content-type": "text/plain" } })],
  [
    "a type of octets",
    () => new Response(Uint8Array.of(1), { headers: { "content-type": "a/b" } }),
  ],
  ["a type that was removed", () => changed((headers) => headers.delete("content-type"))],
  ["a field that was added", () => changed((headers) => headers.append("X-Added", "yes"))],
  ["a type that was changed", () => changed((headers) => headers.set("content-type", "a/b"))],
  ["headers that were looked at", () => changed((headers) => headers.get("x"))],
  ["fields in any order", () => new Response("a", { headers: [["b", "1"], ["A", "2"]] })],
  [
    "fields that repeat",
    () => new Response("a", { headers: [["b", "1"], ["a", "2"], ["B", "3"]] }),
  ],
  [
    "empty fields that repeat",
    () => new Response("a", { headers: [["a", ""], ["A", "1"], ["a", ""]] }),
  ],
  ["cookies", () => new Response("a", { headers: [["Set-Cookie", "a=1"], ["set-cookie", "b=2"]] })],
  ["a length that holds", () => new Response("abc", { headers: { "content-length": "3" } })],
  ["a length that does not", () => new Response("abc", { headers: { "content-length": "4" } })],
  ["Connection: close", () => new Response("a", { headers: { connection: "close" } })],
  ["a coding of its own", () => new Response("a", { headers: { "transfer-encoding": "gzip" } })],
  ["a Date", () => new Response("a", { headers: { date: "Thu, 01 Jan 1970 00:00:00 GMT" } })],
  ["octets", () => new Response(new Uint8Array([0, 255, 13, 10]))],
  ["a buffer", () => new Response(new ArrayBuffer(3))],
  ["a view", () => new Response(new Uint16Array([1, 2]))],
  ["a form", () => new Response(new URLSearchParams({ a: "b c" }))],
  ["a blob", () => new Response(new Blob(["blob"], { type: "text/x" }))],
  ["a stream", () => new Response(new Blob(["stream"]).stream())],
  ["204", () => new Response(null, { status: 204, headers: { a: "b" } })],
  ["304", () => new Response(null, { status: 304, headers: { etag: '"a"' } })],
  ["205", () => new Response(null, { status: 205 })],
  ["a redirection", () => Response.redirect("http://localhost/a", 308)],
  ["an error of the network", () => Response.error()],
  ["a response that was read", () => used(new Response("used"))],
  ["octets that were read", () => used(new Response(Uint8Array.of(1)))],
  ["a response that is being read", () => locked(new Response("locked"))],
  ["a response whose body was looked at", () => looked(new Response("looked"))],
  ["a clone", () => new Response("clone").clone()],
  ["the original of a clone", () => original(new Response("original"))],
  ["a response of fetch", () => fetch("data:text/plain,fetched")],
  ["a derived class", () => new Teapot("tea")],
  ["no response", () => ({ status: 200 }) as Response],
];

class Teapot extends Response {
  override get status(): number {
    return 418;
  }
}

function changed(change: (headers: Headers) => void): Response {
  const response = new Response("changed");
  change(response.headers);
  return response;
}

async function used(response: Response): Promise<Response> {
  await response.text();
  return response;
}

function locked(response: Response): Response {
  response.body!.getReader();
  return response;
}

function looked(response: Response): Response {
  assertNotStrictEquals(response.body, null);
  return response;
}

function original(response: Response): Response {
  response.clone();
  return response;
}

/** What is sent for a request, and whether the response is used then. */
async function send(
  make: () => Response | Promise<Response>,
  method: string,
  reader: ResponseReader | undefined,
): Promise<{ readonly wire: string; readonly used: boolean | undefined }> {
  const response = await make();
  const transport = new MemoryTransport();
  const options = { onListen() {}, clock: new FakeClock(), onError: () => new Response("error") };
  serveOver(transport, reader)(options, () => response);
  const client = transport.connect();
  client.send(request(`${method} / HTTP/1.1`));
  await settle();
  return { wire: client.read(), used: response.bodyUsed };
}

for (const [why, make] of RESPONSES) {
  for (const method of ["GET", "HEAD"]) {
    Deno.test(`${method}: ${why} is sent alike, read by its fields or by its public face`, async () => {
      const byFields = await send(make, method, platformResponses);
      assertEquals(byFields, await send(make, method, undefined));
      assert(byFields.wire.startsWith("HTTP/1.1 "));
    });
  }
}

/** Which of them are read by their fields. */
const TAKEN: [why: string, make: () => unknown, taken: boolean][] = [
  ["text", () => new Response("a"), true],
  ["JSON", () => Response.json(1), true],
  ["octets", () => new Response(Uint8Array.of(1)), true],
  ["no content", () => new Response(null), true],
  ["a stream", () => new Response(new ReadableStream()), false],
  ["a blob", () => new Response(new Blob([])), false],
  ["a derived class", () => new Teapot("a"), false],
  ["an error", () => Response.error(), false],
  ["an object", () => ({}), false],
  ["null", () => null, false],
  ["undefined", () => undefined, false],
  ["text itself", () => "a", false],
];

for (const [why, make, taken] of TAKEN) {
  Deno.test(`${why} is ${taken ? "" : "not "}read by its fields`, () => {
    assertEquals(platformResponses!.take(make()) !== undefined, taken);
  });
}

Deno.test("a response is taken once", () => {
  for (const response of [new Response("a"), Response.json(1), new Response(Uint8Array.of(1))]) {
    assertEquals(platformResponses!.take(response)?.status, 200);
    assertEquals(platformResponses!.take(response), undefined);
    assertEquals(response.bodyUsed, true);
  }
});
