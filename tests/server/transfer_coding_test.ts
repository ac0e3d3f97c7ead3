import { text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { fieldValues } from "./answers.ts";
import { FOLLOWER, MemoryServer, request } from "./memory_server.ts";

const CODED = { headers: { "Transfer-Encoding": "chunked" } };

for (const status of [204, 304]) {
  for (const method of ["GET", "HEAD"]) {
    Deno.test(`a ${status} to ${method} has no Transfer-Encoding (RFC 9112 §6.1)`, async () => {
      const server = new MemoryServer(() => new Response(null, { ...CODED, status }));
      const { answers } = await server.converse(request(`${method} / HTTP/1.1`) + FOLLOWER);
      assertEquals(answers.map((answer) => answer.status), [status, status]);
      assertEquals(answers.flatMap((answer) => fieldValues(answer, "transfer-encoding")), []);
    });
  }
}

Deno.test("a trailer is no header field, before the content is read or behind it (RFC 9112 §7.1.2)", async () => {
  const seen: (string | null)[] = [];
  const server = new MemoryServer(async (request) => {
    const note = () => seen.push(request.headers.get("authorization"), request.headers.get("x"));
    note();
    const content = await request.text();
    note();
    return text(content);
  });
  const fields = ["Transfer-Encoding: chunked", "Trailer: X", "X: head"];
  const content = "2\r\nhi\r\n0\r\nX: trailer\r\nAuthorization: Basic eA==\r\n\r\n";
  const { answers } = await server.converse(request("POST / HTTP/1.1", fields, content));
  assertEquals(answers.map(({ content }) => content), ["hi"]);
  assertEquals(seen, [null, "head", null, "head"]);
});
