/** Fields of an answer that are for its connection alone (RFC 9110 §7.6.1). */
import { text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { field } from "./answers.ts";
import { MemoryServer, request } from "./memory_server.ts";

/** What a handler sends, and what reaches the client of it. */
const SENT: [why: string, own: Record<string, string>, seen: (string | undefined)[]][] = [
  ["Upgrade", { Upgrade: "a/1, b" }, ["upgrade", "a/1, b", undefined]],
  [
    "Upgrade that is named",
    { Upgrade: "a/1", Connection: "Upgrade" },
    ["upgrade", "a/1", undefined],
  ],
  [
    "Upgrade beside an option",
    { Upgrade: "a/1", Connection: "foo" },
    ["foo, upgrade", "a/1", undefined],
  ],
  [
    "Upgrade beside close",
    { Upgrade: "a/1", Connection: "close" },
    ["upgrade, close", "a/1", undefined],
  ],
  ["no Upgrade that is named", { Connection: "upgrade" }, [undefined, undefined, undefined]],
  ["Keep-Alive", { "Keep-Alive": "timeout=5" }, [undefined, undefined, undefined]],
  [
    "Keep-Alive that is named",
    { "Keep-Alive": "timeout=5", Connection: "keep-alive" },
    [undefined, undefined, undefined],
  ],
];

for (const [why, headers, seen] of SENT) {
  for (const kind of ["known", "native"]) {
    for (const status of [200, 426]) {
      Deno.test(`a ${kind} ${status} with ${why} names what is for the connection`, async () => {
        const init = { status, headers };
        const server = new MemoryServer(() =>
          kind === "known" ? text("hi", init) : new Response("hi", init)
        );
        const { answers: [answer] } = await server.converse(request("GET / HTTP/1.1"));
        assertEquals(answer.status, status);
        const names = ["connection", "upgrade", "keep-alive"];
        assertEquals(names.map((name) => field(answer, name)), seen);
      });
    }
  }
}
