/** How much a client may send. */
import { type Context, type Handler, text } from "../../mod.ts";
import { ContentLimitExceeded, limitContent } from "../../src/middleware/limit_content.ts";
import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "../assert.ts";
import { startLocal } from "../transport/servers.ts";

const NO_CONTEXT = {} as Context;

const echo: Handler = async (request) => text(await request.text());

/** A request whose content has no declared length. */
function streamed(...chunks: readonly string[]): Request {
  const body = ReadableStream.from(chunks).pipeThrough(new TextEncoderStream());
  const init = { method: "POST", body, duplex: "half" };
  return new Request("http://localhost/", init as RequestInit);
}

function declared(content: string): Request {
  const headers = { "content-length": String(content.length) };
  return new Request("http://localhost/", { method: "POST", body: content, headers });
}

const CONTENTS: [why: string, request: () => Request, status: number, content?: string][] = [
  ["no content", () => new Request("http://localhost/"), 200, ""],
  ["a POST without content", () => new Request("http://localhost/", { method: "POST" }), 200, ""],
  ["a declared length at the limit", () => declared("12345"), 200, "12345"],
  ["a declared length beyond it", () => declared("123456"), 413],
  [
    "a GET that declares too much",
    () => new Request("http://localhost/", { headers: { "content-length": "6" } }),
    413,
  ],
  ["a stream at the limit", () => streamed("123", "45"), 200, "12345"],
  ["a stream beyond it", () => streamed("123", "456"), 413],
  ["one chunk beyond it", () => streamed("123456"), 413],
];

for (const [why, request, status, content] of CONTENTS) {
  Deno.test(`limitContent() answers ${status} to ${why}`, async () => {
    const response = await limitContent(5)(echo)(request(), NO_CONTEXT);
    assertEquals(response.status, status);
    const expected = content ?? "Content Too Large: at most 5 octets\n";
    assertEquals(await response.text(), expected);
  });
}

Deno.test("limitContent() hands on a request that it need not count", () => {
  for (const request of [new Request("http://localhost/"), declared("1")]) {
    let seen: Request | undefined;
    const handler = limitContent(5)((own) => {
      seen = own;
      return text("at once");
    });
    assertInstanceOf(handler(request, NO_CONTEXT), Response);
    assertStrictEquals(seen, request);
  }
});

Deno.test("a handler that reads piece by piece gets what there may be, and an error", async () => {
  let seen = "";
  const handler = limitContent(5)(async (request) => {
    try {
      for await (const chunk of request.body!) seen += new TextDecoder().decode(chunk);
    } catch (error) {
      assertInstanceOf(error, ContentLimitExceeded);
      return text(`${error.status}: ${error.message}`, { status: 422 });
    }
    return text("read");
  });
  const response = await handler(streamed("123", "45", "6"), NO_CONTEXT);
  assertEquals(seen, "12345");
  assertEquals(response.status, 422);
  assertEquals(
    await response.text(),
    "413: Cannot read the content: it has more than 5 octets",
  );
});

Deno.test("what is left of a content that is too large is not read", async () => {
  let cancelled: unknown;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(4)),
    cancel: (reason) => void (cancelled = reason),
  });
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const handler = limitContent(5)(echo);
  assertEquals((await handler(new Request("http://localhost/", init), NO_CONTEXT)).status, 413);
  assertInstanceOf(cancelled, ContentLimitExceeded);
});

Deno.test("the request that is counted has what the other had, and its signal", async () => {
  const controller = new AbortController();
  const body = ReadableStream.from([new Uint8Array(1)]);
  const request = new Request("http://localhost/a?b", {
    method: "PUT",
    body,
    headers: { "x-own": "own" },
    signal: controller.signal,
    duplex: "half",
  } as RequestInit);
  let seen: Request | undefined;
  await limitContent(5)((own) => {
    seen = own;
    return text("ok");
  })(request, NO_CONTEXT);
  assertEquals([seen?.url, seen?.method, seen?.headers.get("x-own")], [
    "http://localhost/a?b",
    "PUT",
    "own",
  ]);
  controller.abort();
  assertEquals(seen?.signal.aborted, true);
});

Deno.test("limitContent() hands on what a handler throws", () => {
  assertThrows(
    () =>
      limitContent(5)(() => {
        throw new Error("of the handler");
      })(streamed("1"), NO_CONTEXT),
    Error,
    "of the handler",
  );
});

Deno.test("limitContent() objects to limits that are none", () => {
  assertThrows(() => limitContent("1" as unknown as number), TypeError);
  for (const limit of [-1, 1.5, NaN]) assertThrows(() => limitContent(limit), RangeError);
});

Deno.test("content is limited over sockets, declared or chunked", async () => {
  await using local = await startLocal(limitContent(5)(echo));
  const contents: [body: BodyInit, status: number][] = [
    ["12345", 200],
    ["123456", 413],
    [ReadableStream.from(["123", "45"]).pipeThrough(new TextEncoderStream()), 200],
    [ReadableStream.from(["123", "456"]).pipeThrough(new TextEncoderStream()), 413],
  ];
  for (const [body, status] of contents) {
    const response = await fetch(local.origin, { method: "POST", body });
    await response.text();
    assertEquals(response.status, status);
  }
  assertEquals(local.errors, []);
});
