/** Values that no handler should throw or answer with: they decide over their own exchange alone. */
import { text } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { readAnswers } from "./answers.ts";
import {
  FOLLOWER,
  MemoryServer,
  request,
  settle,
  unhandledRejections,
  unprinted,
} from "./memory_server.ts";

const GET = request("GET / HTTP/1.1");

/** Errors that cannot be made text. */
const ERRORS: [what: string, error: unknown][] = [
  ["a symbol", Symbol("strange")],
  ["an object without a prototype", Object.create(null)],
  ["an error whose message throws", errorWith(() => refuseToAnswer())],
  ["an error whose message is a symbol", errorWith(() => Symbol("strange"))],
];

for (const [what, error] of ERRORS) {
  Deno.test(`a stream that errs in its middle with ${what} ends its own connection`, async () => {
    const server = new MemoryServer((_, { url }) =>
      url.pathname === "/follower" ? text("follower") : new Response(erring(error))
    );
    const client = server.connect();
    const unhandled = await unhandledRejections(async () => {
      client.send(GET);
      for (let turn = 0; turn < 4; turn++) await settle();
    });
    assertEquals([unhandled, client.closed], [[], true]);
    assertEquals(readAnswers(client.read()).map(({ whole }) => whole), [false]);
    assert(Object.is(server.errors[0], error));
    const { answers } = await server.converse(FOLLOWER);
    assertEquals(answers[0].content, "follower");
  });
}

for (const how of ["returns", "resolves to"]) {
  Deno.test(`a handler that ${how} what cannot be asked is a 500`, async () => {
    const server = new MemoryServer((_, { url }) => {
      if (url.pathname === "/follower") return text("follower");
      return (how === "returns" ? unaskable() : Promise.resolve(unaskable())) as Response;
    });
    const unhandled = await unhandledRejections(async () => {
      const { answers } = await server.converse(GET + FOLLOWER);
      assertEquals(answers.map(({ status }) => status), [500, 200]);
    });
    assertEquals([unhandled, server.errors.length], [[], 1]);
  });
}

Deno.test("what cannot be asked may come too late", async () => {
  const late = Promise.withResolvers<Response>();
  const server = new MemoryServer(() => late.promise);
  const client = server.connect();
  client.send(GET);
  client.reset();
  const unhandled = await unhandledRejections(async () => {
    late.resolve(unaskable() as Response);
    await settle();
  });
  assertEquals([unhandled, server.errors], [[], []]);
});

Deno.test("what onError answers to an error in the middle of a stream is cancelled", async () => {
  let cancelled = 0;
  for (const isLate of [false, true]) {
    const server = new MemoryServer(() => new Response(erring(new Error("of the stream"))), {
      onError() {
        const answer = new Response(new ReadableStream({ cancel: () => void cancelled++ }));
        return isLate ? Promise.resolve(answer) : answer;
      },
    });
    const client = server.connect();
    client.send(GET);
    for (let turn = 0; turn < 4; turn++) await settle();
    assert(client.closed);
  }
  assertEquals(cancelled, 2);
});

Deno.test("an error in the middle of what onError answered is printed", async () => {
  const seen: unknown[] = [];
  const [first, second] = [new Error("first"), new Error("second")];
  const server = new MemoryServer(() => Promise.reject(first), {
    onError(error) {
      seen.push(error);
      return new Response(erring(second));
    },
  });
  const client = server.connect();
  const printed = await unprinted(async () => {
    client.send(GET);
    for (let turn = 0; turn < 4; turn++) await settle();
  });
  assertEquals([seen, printed, client.closed], [[first], [second], true]);
});

/** Two chunks, then an error. */
function erring(error: unknown): ReadableStream<Uint8Array> {
  let chunks = 0;
  return new ReadableStream({
    async pull(controller) {
      await settle();
      if (chunks++ < 2) controller.enqueue(new Uint8Array(1));
      else controller.error(error);
    },
  });
}

function errorWith(message: () => unknown): Error {
  return Object.defineProperty(new Error(), "message", { get: message });
}

/** An object that objects to `instanceof`. */
function unaskable(): unknown {
  return new Proxy({}, { getPrototypeOf: refuseToAnswer });
}

function refuseToAnswer(): never {
  throw new Error("of the proxy");
}
