/** A length that a handler declares where no content follows (RFC 9110 §8.6). */
import { text } from "../../mod.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";
import { field } from "./answers.ts";
import { MemoryServer, request } from "./memory_server.ts";

const BARE = [["HEAD", 200], ["GET", 304], ["HEAD", 304]] as const;

for (const [method, status] of BARE) {
  for (const length of ["five", "+5", "5, 5", "", "-1", "0x5", "1".repeat(16)]) {
    Deno.test(`${method} whose ${status} declares a length of "${length}" is 500`, async () => {
      const headers = { "content-length": length };
      const server = new MemoryServer(() =>
        status === 200 ? text("hello", { headers }) : new Response(null, { status, headers })
      );
      const { answers: [answer] } = await server.converse(request(`${method} / HTTP/1.1`), [
        method,
      ]);
      assertEquals([answer.status, answer.whole], [500, true]);
      assertEquals(field(answer, "content-length"), String("error".length));
      assertStringIncludes(String(server.errors[0]), JSON.stringify(length));
    });
  }

  Deno.test(`${method} whose ${status} declares its length is answered with it`, async () => {
    const headers = { "content-length": "123456789012345" };
    const server = new MemoryServer(() => new Response(null, { status, headers }));
    const { answers: [answer] } = await server.converse(request(`${method} / HTTP/1.1`), [method]);
    assertEquals([answer.status, field(answer, "content-length")], [status, "123456789012345"]);
    assertEquals(server.errors, []);
  });
}
