/** What is compressed, what is not, and what a client can make a server keep. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import * as zlib from "node:zlib";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { bytes, type Context, type Handler, html, json, redirect, text } from "../../mod.ts";
import { KnownResponse } from "../../src/known_response.ts";
import { compress, type CompressOptions } from "../../src/middleware/compress.ts";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../assert.ts";
import { chunked } from "./chunked.ts";

const NO_CONTEXT = {} as Context;
const TEXT = "All work and no play makes Jack a dull boy. ".repeat(100);
const LARGE = TEXT.repeat(20);
const TYPED = { "content-type": "text/plain" };

interface Zstd {
  readonly zstdDecompressSync: (octets: Uint8Array) => Uint8Array;
}

const DECODERS: Readonly<Record<string, (octets: Uint8Array) => Uint8Array>> = {
  br: (octets) => brotliDecompressSync(octets),
  gzip: (octets) => gunzipSync(octets),
  zstd: (octets) => (zlib as unknown as Zstd).zstdDecompressSync(octets),
};

async function ask(
  handler: Handler,
  { accept = "gzip", method = "GET", ...options }: CompressOptions & {
    readonly accept?: string;
    readonly method?: string;
  } = {},
): Promise<Response> {
  const headers = new Headers();
  if (accept !== "") headers.set("accept-encoding", accept);
  const request = new Request("http://localhost/", { method, headers });
  return await compress(options)(handler)(request, NO_CONTEXT);
}

async function decode(response: Response): Promise<string> {
  const octets = await response.bytes();
  const coding = response.headers.get("content-encoding");
  return new TextDecoder().decode(coding === null ? octets : DECODERS[coding](octets));
}

const COMPRESSED: [why: string, make: () => Response, content?: string][] = [
  ["text", () => text(TEXT)],
  ["text beyond ASCII", () => text(`é${TEXT}`), `é${TEXT}`],
  ["large text", () => text(LARGE), LARGE],
  ["large octets", () => bytes(new TextEncoder().encode(LARGE), { headers: TYPED }), LARGE],
  ["html", () => html(TEXT)],
  ["json", () => json(TEXT), JSON.stringify(TEXT)],
  ["an error", () => text(TEXT, { status: 404, statusText: "None" })],
  ["a known response that was looked at", () => {
    const response = text(TEXT);
    response.headers.set("x-own", "own");
    return response;
  }],
  ["native text", () => new Response(TEXT)],
  [
    "native text of a declared length",
    () => new Response(TEXT, { headers: { "content-length": String(TEXT.length) } }),
  ],
  ["a stream", () => new Response(chunked(TEXT), { headers: TYPED })],
  ["a stream of one large chunk", () => new Response(LARGE), LARGE],
  ["a form of svg", () => new Response(TEXT, { headers: { "content-type": "image/SVG+xml" } })],
  ["wasm", () => new Response(TEXT, { headers: { "content-type": "application/wasm" } })],
];

for (const [why, make, content = TEXT] of COMPRESSED) {
  for (const coding of ["br", "gzip", "zstd"] as const) {
    Deno.test(`compress() sends ${why} as ${coding}`, async () => {
      const plain = make();
      const response = await ask(make, { accept: coding, codings: [coding] });
      const { headers } = response;
      assertEquals([response.status, response.statusText], [plain.status, plain.statusText]);
      assertEquals([headers.get("content-encoding"), headers.get("vary")], [
        coding,
        "Accept-Encoding",
      ]);
      assertEquals(headers.get("content-length"), null);
      assertEquals(headers.get("content-type"), plain.headers.get("content-type"));
      assertEquals(headers.get("x-own"), plain.headers.get("x-own"));
      const copy = await response.bytes();
      assertLess(copy.length, content.length / 2);
      assertEquals(new TextDecoder().decode(DECODERS[coding](copy)), content);
    });
  }
}

const RANDOM = crypto.getRandomValues(new Uint8Array(5000));

const withField = (name: string, value: string) => () => text(TEXT, { headers: { [name]: value } });

/** What stays as it is, and whether another client might have got it in another coding. */
const PLAIN: [why: string, make: () => Response, varies: boolean, accept?: string][] = [
  ["nothing that is accepted", () => text(TEXT), true, ""],
  ["identity that is preferred", () => text(TEXT), true, "identity, gzip;q=0.5"],
  ["a coding that there is not", () => new Response(TEXT), true, "deflate"],
  ["short text", () => text("short"), false],
  ["a short stream", () => new Response(chunked("short"), { headers: TYPED }), true, ""],
  ["a short native text", () => new Response("short"), false],
  [
    "a declared short length",
    () => new Response("short", { headers: { "content-length": "5" } }),
    false,
  ],
  ["an image", () => bytes(RANDOM, { headers: { "content-type": "image/png" } }), false],
  ["octets", () => bytes(RANDOM), false],
  ["no type", () => new Response(RANDOM), false],
  ["what becomes no smaller", () => bytes(RANDOM, { headers: TYPED }), true],
  ["a redirect", () => redirect("/"), false],
  ["204", () => new Response(null, { status: 204 }), false],
  ["206", () => text(TEXT, { status: 206, headers: { "content-range": "bytes 0-9/10" } }), false],
  ["a range without 206", withField("content-range", "bytes 0-9/10"), false],
  ["what is coded", withField("content-encoding", "deflate"), false],
  ["what must not be transformed", withField("cache-control", "public,No-Transform"), false],
  ["what has a digest", withField("repr-digest", "sha-256=:AA==:"), false],
  ["a known null", () => new KnownResponse(null, [], 200) as KnownResponse & Response, false],
];

for (const [why, make, varies, accept] of PLAIN) {
  for (const method of ["GET", "HEAD"]) {
    Deno.test(`compress() leaves ${why} as it is: ${method}`, async () => {
      const plain = make();
      const response = await ask(make, { accept, method });
      assertEquals(response.status, plain.status);
      assertEquals(response.headers.get("content-encoding"), plain.headers.get("content-encoding"));
      assertEquals(response.headers.get("etag"), plain.headers.get("etag"));
      assertEquals(response.headers.get("vary"), varies ? "Accept-Encoding" : null);
      assertEquals(await response.bytes(), await plain.bytes());
    });
  }
}

const ACCEPTED: [accept: string, method: string, make: () => Response, answer: string][] = [
  ["identity;q=0", "GET", () => text(TEXT), "406"],
  ["*;q=0", "HEAD", () => new Response(chunked(TEXT), { headers: TYPED }), "406"],
  ["identity;q=0", "POST", () => text(TEXT), "200 plain"],
  ["identity;q=0", "GET", () => text(TEXT, { status: 404 }), "404 plain"],
  ["identity;q=0, gzip", "GET", () => text("short"), "200 gzip"],
  ["identity;q=0, gzip", "GET", () => new Response("short"), "200 gzip"],
  ["identity;q=0, gzip", "GET", () => bytes(RANDOM), "200 gzip"],
  ["br;q=0.1, gzip;q=0.2", "GET", () => text(TEXT), "200 gzip"],
  ["br, gzip", "GET", () => text(TEXT), "200 br"],
];

for (const [accept, method, make, answer] of ACCEPTED) {
  Deno.test(`${method} with ${accept} gets ${answer} (RFC 9110 §12.5.3)`, async () => {
    const { status, headers, body } = await ask(make, { accept, method });
    await body?.cancel();
    assertEquals(headers.get("vary"), "Accept-Encoding");
    const coding = headers.get("content-encoding") ?? "plain";
    assertEquals(status === 406 ? "406" : `${status} ${coding}`, answer);
  });
}

Deno.test("406 cancels the stream that it takes the place of", async () => {
  let cancelled = false;
  const content = new ReadableStream({ cancel: () => void (cancelled = true) });
  await ask(() => new Response(content, { headers: TYPED }), { accept: "*;q=0" });
  assert(cancelled);
});

for (const [etag, coded] of [['"a"', 'W/"a"'], ['W/"a"', 'W/"a"'], ["a", "a"]]) {
  Deno.test(`an ETag of ${etag} becomes ${coded} (RFC 9110 §8.8.1)`, async () => {
    const fields = { etag, "accept-ranges": "bytes", vary: "Cookie" };
    const { headers } = await ask(() => text(TEXT, { headers: fields }));
    assertEquals(headers.get("etag"), coded);
    assertEquals(headers.get("accept-ranges"), null);
    assertEquals(headers.get("vary"), "Cookie, Accept-Encoding");
    const plain = await ask(() => text(TEXT, { headers: fields }), { accept: "" });
    assertEquals([plain.headers.get("etag"), plain.headers.get("accept-ranges")], [etag, "bytes"]);
  });
}

const NOT_MODIFIED: readonly [what: string, make: () => Response][] = [
  ["a native 304", () => new Response(null, { status: 304, headers: { etag: '"a"' } })],
  ["a known 304", () => new KnownResponse(null, ["etag", '"a"'], 304) as KnownResponse & Response],
];

for (const [what, make] of NOT_MODIFIED) {
  Deno.test(`${what} has the ETag and Vary of the answer that it renews (RFC 9110 §15.4.5)`, async () => {
    const { headers } = await ask(make);
    assertEquals([headers.get("etag"), headers.get("vary")], ['W/"a"', "Accept-Encoding"]);
    const plain = (await ask(make, { accept: "" })).headers;
    assertEquals([plain.get("etag"), plain.get("vary")], ['"a"', "Accept-Encoding"]);
  });
}

Deno.test("HEAD of known fields alone is answered with the fields of GET (RFC 9110 §9.3.2)", async () => {
  const fields = ["content-type", "text/plain", "content-length", "5000", "etag", '"a"'];
  const make = () => new KnownResponse(null, fields) as KnownResponse & Response;
  const { headers } = await ask(make, { method: "HEAD" });
  assertEquals(
    ["content-encoding", "content-length", "etag", "vary"].map((name) => headers.get(name)),
    ["gzip", null, 'W/"a"', "Accept-Encoding"],
  );
});

Deno.test("a shared response is compressed again and again, and stays as it is", async () => {
  const shared = text(TEXT);
  for (const accept of ["gzip", "", "br", "gzip"]) {
    assertEquals(await decode(await ask(() => shared, { accept })), TEXT);
  }
  assertEquals(shared.headers.get("content-encoding"), null);
});

Deno.test("what answers at once is compressed at once", () => {
  const headers = { "accept-encoding": "br" };
  const handler = compress()(() => text(TEXT));
  const response = handler(new Request("http://localhost/", { headers }), NO_CONTEXT);
  assertInstanceOf(response, KnownResponse);
});

Deno.test("what cannot be sent is left to the server", async () => {
  const used = text(TEXT);
  await used.text();
  const usedNative = new Response(TEXT);
  await usedNative.text();
  for (const response of [used, usedNative, Response.error(), undefined as unknown as Response]) {
    assertStrictEquals(await ask(() => response), response);
  }
});

Deno.test("whatever a stream is made of comes out again", async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 });
  const codings = fc.constantFrom("br", "gzip", "zstd");
  await fc.assert(
    fc.asyncProperty(chunks, codings, fc.boolean(), async (list, coding, pauses) => {
      const content = new ReadableStream<Uint8Array>({
        async start(controller) {
          for (const chunk of list) {
            if (pauses) await new Promise((resolve) => setTimeout(resolve));
            controller.enqueue(chunk);
          }
          controller.close();
        },
      });
      const response = await ask(() => new Response(content, { headers: TYPED }), {
        accept: coding,
        codings: ["br", "gzip", "zstd"],
        threshold: 0,
      });
      const octets = await response.bytes();
      const expected = Buffer.concat(list);
      const coded = response.headers.get("content-encoding");
      assertEquals(Buffer.from(coded === null ? octets : DECODERS[coded](octets)), expected);
    }),
    { numRuns: 40 },
  );
});

Deno.test("a stream is read no faster than its client reads", async () => {
  let pulled = 0;
  const content = new ReadableStream({
    pull(controller) {
      pulled++;
      // What does not compress, so that each chunk makes one.
      controller.enqueue(crypto.getRandomValues(new Uint8Array(65_536)));
    },
  }, { highWaterMark: 0 });
  const response = await ask(() => new Response(content, { headers: TYPED }));
  const reader = response.body!.getReader();
  for (let i = 0; i < 3; i++) await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertLess(pulled, 8);
  await reader.cancel();
});

Deno.test("what a client cancels is cancelled at its source, whenever", async () => {
  for (const reads of [0, 1, 2]) {
    let cancelled: unknown;
    const content = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(5000)),
      cancel: (reason) => void (cancelled = reason),
    });
    const response = await ask(() => new Response(content, { headers: TYPED }));
    const reader = response.body!.getReader();
    for (let i = 0; i < reads; i++) await reader.read();
    await reader.cancel("enough");
    assertEquals(cancelled, "enough");
  }
});

Deno.test("a client that leaves while the source pauses frees its coder", async () => {
  let source: ReadableStreamDefaultController<Uint8Array> | undefined;
  const pausing = () =>
    new Response(new ReadableStream({ start: (controller) => void (source = controller) }), {
      headers: { "content-type": "text/event-stream" },
    });
  const handler = compress({ streams: 1 })(pausing);
  const request = () =>
    new Request("http://localhost/", { headers: { "accept-encoding": "gzip" } });
  for (let i = 0; i < 3; i++) {
    const response = await handler(request(), NO_CONTEXT);
    assertEquals(response.headers.get("content-encoding"), "gzip");
    const reader = response.body!.getReader();
    const reading = reader.read();
    source!.enqueue(new TextEncoder().encode("data: 1\n\n"));
    assertEquals((await reading).done, false);
    const waiting = reader.read();
    const other = await handler(request(), NO_CONTEXT);
    // There is no coder left for another one.
    assertEquals(other.headers.get("content-encoding"), null);
    assertEquals(other.headers.get("vary"), "Accept-Encoding");
    await reader.cancel();
    assertEquals((await waiting).done, true);
  }
});

Deno.test("an error of the source is that of the stream, and frees its coder", async () => {
  const handler = compress({ streams: 1 })(() => {
    let count = 0;
    const content = new ReadableStream({
      pull(controller) {
        if (count++ < 3) controller.enqueue(new Uint8Array(5000));
        else controller.error(new Error("of the source"));
      },
    });
    return new Response(content, { headers: TYPED });
  });
  for (let i = 0; i < 3; i++) {
    const headers = { "accept-encoding": "br" };
    const response = await handler(new Request("http://localhost/", { headers }), NO_CONTEXT);
    assertEquals(response.headers.get("content-encoding"), "br");
    await assertRejects(() => response.bytes(), Error, "of the source");
  }
});

for (const type of ["text/event-stream", "text/plain"]) {
  Deno.test(`chunks that are no octets are an error: ${type}`, async () => {
    const content = new ReadableStream({
      start(controller) {
        controller.enqueue("text");
        controller.close();
      },
    });
    const headers = { "content-type": type };
    const read = async () => await (await ask(() => new Response(content, { headers }))).bytes();
    await assertRejects(read, TypeError, "something else than octets");
  });
}

Deno.test("a client that leaves before a stream has begun cancels it", async () => {
  for (const early of [true, false]) {
    const leaving = new AbortController();
    if (early) leaving.abort("left");
    let cancelled: unknown;
    const content = new ReadableStream({ cancel: (reason) => void (cancelled = reason) });
    const request = new Request("http://localhost/", {
      headers: { "accept-encoding": "gzip" },
      signal: leaving.signal,
    });
    const handler = compress()(() => new Response(content, { headers: TYPED }));
    const response = Promise.resolve(handler(request, NO_CONTEXT));
    leaving.abort("left");
    assertEquals(await (await response).text(), "");
    assertEquals(cancelled, "left");
  }
});

const MISTAKES: [options: unknown, type: typeof TypeError | typeof RangeError][] = [
  [{ codings: [] }, TypeError],
  [{ codings: "gzip" }, TypeError],
  [{ codings: ["deflate"] }, TypeError],
  [{ threshold: -1 }, RangeError],
  [{ threshold: "1k" }, TypeError],
  [{ streams: 0 }, RangeError],
  [{ types: /text/ }, TypeError],
  [{ level: 9 }, TypeError],
];

for (const [options, type] of MISTAKES) {
  Deno.test(`compress() objects to ${JSON.stringify(options)}`, () => {
    assertThrows(() => compress(options as CompressOptions), type, "Cannot compress");
  });
}
