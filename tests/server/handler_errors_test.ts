/** What becomes of what a handler throws. */
import { text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { MemoryServer, request, unprinted } from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

/** What becomes of an error that a handler threw. */
const ERRORS: [why: string, onError: () => unknown, status: number, content: string][] = [
  ["a known response", () => text("sorry", { status: 503 }), 503, "sorry"],
  ["a native response", () => new Response("sorry", { status: 503 }), 503, "sorry"],
  ["a promise", () => Promise.resolve(text("sorry", { status: 418 })), 418, "sorry"],
  [
    "a throw",
    () => {
      throw new Error("second");
    },
    500,
    "Internal Server Error",
  ],
  ["a rejection", () => Promise.reject(new Error("second")), 500, "Internal Server Error"],
  ["nothing", () => undefined, 500, "Internal Server Error"],
  ["a promise of nothing", () => Promise.resolve(null), 500, "Internal Server Error"],
  [
    "what cannot be sent",
    () => new Response("a", { headers: { "content-length": "9" } }),
    500,
    "Internal Server Error",
  ],
];

for (const [why, onError, status, content] of ERRORS) {
  for (const kind of ["synchronous", "asynchronous"]) {
    Deno.test(`an onError that gives ${why} answers a ${kind} error with ${status}`, async () => {
      const seen: unknown[] = [];
      const error = new Error("first");
      const server = new MemoryServer(() => {
        if (kind === "synchronous") throw error;
        return Promise.reject(error);
      }, {
        onError(reason) {
          seen.push(reason);
          return onError() as Response;
        },
      });
      const printed = await unprinted(async () => {
        const { answers } = await server.converse(GET + GET);
        assertEquals(answers.map((answer) => [answer.status, answer.content]), [
          [status, content],
          [status, content],
        ]);
      });
      assertEquals(seen, [error, error]);
      assertEquals(printed.length > 0, content === "Internal Server Error");
    });
  }
}

Deno.test("without onError an error is printed, and the client learns nothing of it", async () => {
  const error = new Error("secret");
  const server = new MemoryServer(() => {
    throw error;
  }, { onError: undefined });
  const printed = await unprinted(async () => {
    const { answers } = await server.converse(GET);
    assertEquals([answers[0].status, answers[0].content], [500, "Internal Server Error"]);
  });
  assertEquals(printed, [error]);
});
