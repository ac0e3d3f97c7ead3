/** HEAD is GET without content (RFC 9110 §9.3.2). */
import { bytes, type Handler, html, json, redirect, routes, text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { MemoryServer, request } from "./memory_server.ts";

const FIELDS: HeadersInit = [
  ["Cache-Control", "no-cache"],
  ["ETag", '"a"'],
  ["Set-Cookie", "a=1"],
  ["Set-Cookie", "b=2"],
  ["Vary", "accept"],
];

/** Handlers, and the fields that only making the content would tell. */
const HANDLERS: [why: string, handler: Handler, unknown?: string][] = [
  ["text", () => text("hällo", { headers: FIELDS })],
  ["an error", () => text("no", { status: 404, headers: FIELDS })],
  ["json", () => json({ a: 1 })],
  ["html", () => html("<p>hi")],
  ["octets", () => bytes(new Uint8Array(70_000))],
  ["a redirect", () => redirect("/elsewhere")],
  ["a native null", () => new Response(null, { headers: FIELDS })],
  ["a native text", () => new Response("hi", { headers: FIELDS }), "content-length"],
  ["a native text of a known length", () =>
    new Response("hi", {
      headers: { "content-length": "2" },
    })],
  ["a stream", () => new Response(chunks(), { headers: FIELDS }), "transfer-encoding"],
  ["204", () => new Response(null, { status: 204, headers: FIELDS })],
  ["a throw", () => {
    throw new Error("of the handler");
  }],
];

for (const [why, handler, unknown] of HANDLERS) {
  for (
    const [how, serve] of [["a handler", (own: Handler) => own], ["GET of a table", table]] as const
  ) {
    Deno.test(`HEAD has the status and fields of GET: ${why} of ${how}`, async () => {
      const server = new MemoryServer(serve(handler));
      const wire = request("GET / HTTP/1.1") + request("HEAD / HTTP/1.1");
      const { answers: [get, head] } = await server.converse(wire, ["GET", "HEAD"]);
      assertEquals(head.status, get.status);
      assertEquals(head.fields, get.fields.filter(([name]) => name !== unknown));
      assertEquals([head.content, head.framing], ["", "none"]);
    });
  }
}

function table(handler: Handler) {
  return routes({ "GET /": handler });
}

function chunks(): ReadableStream<Uint8Array> {
  return ReadableStream.from([Uint8Array.of(104), Uint8Array.of(105)]);
}
