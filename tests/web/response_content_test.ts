import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../assert.ts";
import { abandon, checkChunk, isResponse, startContent } from "../../src/web/response_content.ts";

const A = Uint8Array.of(97);
const B = Uint8Array.of(98);

Deno.test("startContent() has all of a stream that ends behind its first chunk", async () => {
  const bodies = ["a", A, new Blob(["a"]), streamOf([A]), closingLater()];
  for (const body of bodies) {
    const { octets, next } = await startContent(new Response(body).body!.getReader());
    assertEquals(new Uint8Array(octets), A);
    assertEquals(next, undefined);
  }
});

Deno.test("startContent() has nothing of a stream that ends at once", async () => {
  const { octets, next } = await startContent(streamOf([]).getReader());
  assertEquals([octets.length, next], [0, undefined]);
});

Deno.test("startContent() has already asked for the second chunk", async () => {
  const { octets, next } = await startContent(streamOf([A, B]).getReader());
  assertEquals(octets, A);
  assertEquals(await next, { value: B, done: false });
});

Deno.test("startContent() does not wait for a second chunk", async () => {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
  controller!.enqueue(A);
  const { octets, next } = await startContent(stream.getReader());
  assertEquals(octets, A);
  controller!.close();
  assertEquals((await next!).done, true);
});

Deno.test("startContent() rejects with what a stream fails of at once", async () => {
  const failure = new RangeError("It is gone");
  const stream = new ReadableStream<Uint8Array>({
    pull: () => {
      throw failure;
    },
  });
  assertStrictEquals(await assertRejects(() => startContent(stream.getReader())), failure);
});

Deno.test("startContent() leaves a later failure to the next read", async () => {
  const failure = new RangeError("It is gone");
  const pulls: (() => void)[] = [];
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (pulls.push(() => {}) === 1) controller.enqueue(A);
      else throw failure;
    },
  }, { highWaterMark: 0 });
  const { octets, next } = await startContent(stream.getReader());
  assertEquals(octets, A);
  assertStrictEquals(await assertRejects(() => next!), failure);
});

Deno.test("startContent() and checkChunk() refuse what is no Uint8Array", async () => {
  for (const chunk of ["a", 1, null, [97], new ArrayBuffer(1)]) {
    assertThrows(() => checkChunk(chunk), TypeError, "something else than a Uint8Array");
    const stream = streamOf([chunk as never]);
    await assertRejects(() => startContent(stream.getReader()), TypeError);
  }
  assertStrictEquals(checkChunk(A), A);
});

Deno.test("abandon() cancels a stream that nobody reads", () => {
  const reasons: unknown[] = [];
  const stream = () => new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
  abandon(new Response(stream()), "done");
  assertEquals(reasons, ["done"]);
  const locked = new Response(stream());
  locked.body!.getReader();
  abandon(locked, "done");
  abandon(new Response(null), "done");
  assertEquals(reasons, ["done"]);
});

Deno.test("isResponse() knows responses of other realms too", () => {
  assert(isResponse(new Response(null)));
  assert(isResponse({ [Symbol.toStringTag]: "Response" }));
  for (const value of [undefined, null, "Response", {}, new Request("http://a/"), Response]) {
    assertEquals(isResponse(value), false);
  }
});

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...chunks] as Uint8Array<ArrayBuffer>[];
  return new ReadableStream({
    pull: (controller) => {
      const chunk = left.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
}

/** A stream that says that it has ended a microtask after its chunk. */
function closingLater(): ReadableStream<Uint8Array<ArrayBuffer>> {
  let begun = false;
  return new ReadableStream({
    pull: async (controller) => {
      if (begun) {
        await undefined;
        controller.close();
      } else controller.enqueue(Uint8Array.from(A));
      begun = true;
    },
  });
}
