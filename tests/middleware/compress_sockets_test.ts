/** What compression comes to over sockets: HEAD beside GET, curl, events. */
import { bytes, routes, text } from "../../mod.ts";
import { compress } from "../../src/middleware/compress.ts";
import { eventStream } from "../../src/middleware/event_stream.ts";
import { assertEquals } from "../assert.ts";
import { eventually, startLocal } from "../transport/servers.ts";
import { curl } from "../transport/tools.ts";
import { chunked } from "./chunked.ts";

const TEXT = "All work and no play makes Jack a dull boy. ".repeat(100);
const LARGE = TEXT.repeat(20);
const TYPED = { "content-type": "text/plain" };
const RANDOM = crypto.getRandomValues(new Uint8Array(5000));

/** Handlers whose HEAD is compared with their GET. */
const SITE = routes({
  "GET /text": () => text(TEXT, { headers: { etag: '"a"' } }),
  "GET /large": () => text(LARGE),
  "GET /short": () => text("short"),
  "GET /native": () => new Response(TEXT),
  "GET /stream": () => new Response(chunked(LARGE), { headers: TYPED }),
  "GET /image": () => bytes(RANDOM, { headers: { "content-type": "image/png" } }),
  "GET /events": () => eventStream(async ({ send }) => await send("event")),
}, { use: [compress()] });

Deno.test("HEAD has the fields of GET but those of its framing, over sockets", async () => {
  await using local = await startLocal(SITE.fetch);
  for (const path of ["text", "large", "short", "native", "stream", "image", "events"]) {
    const answers = await Promise.all(["GET", "HEAD"].map(async (method) => {
      const { stdout } = await curl([
        ...["-H", "Accept-Encoding: br, gzip", "-D", "-", "-o", "/dev/null"],
        ...(method === "HEAD" ? ["-I"] : []),
        `${local.origin}/${path}`,
      ]);
      const lines = stdout.toLowerCase().split("\r\n");
      return lines.filter((line) => !/^(?:date|transfer-encoding):/.test(line)).sort();
    }));
    const length = (lines: readonly string[]) =>
      lines.filter((line) => line.startsWith("content-length:"));
    assertEquals(new Set(answers[1]).isSubsetOf(new Set(answers[0])), true, path);
    // GET may tell the length of a stream that ended with its first chunk.
    assertEquals(
      answers[0].filter((line) => !answers[1].includes(line)),
      length(answers[1]).length === 0 ? length(answers[0]) : [],
      path,
    );
  }
});

for (const coding of ["br", "gzip"]) {
  Deno.test(`curl reads what comes as ${coding}`, async () => {
    await using local = await startLocal(SITE.fetch);
    for (const [path, content] of [["text", TEXT], ["large", LARGE], ["stream", LARGE]]) {
      const url = `${local.origin}/${path}`;
      const fields = ["-H", `Accept-Encoding: ${coding}`];
      const { stdout } = await curl(["--compressed", ...fields, url]);
      assertEquals(stdout === content, true, path);
    }
  });
}

Deno.test("each event arrives at once, and the source learns that its client left", async () => {
  let left: unknown;
  let sender: ((event: string) => Promise<void>) | undefined;
  await using local = await startLocal(
    compress()((request) =>
      eventStream(({ send, signal }) => {
        sender = send;
        signal.addEventListener("abort", () => left = signal.reason);
      }, { signal: request.signal })
    ),
  );
  for (const coding of ["br", "gzip"]) {
    left = sender = undefined;
    const leaving = new AbortController();
    const response = await fetch(local.origin, {
      headers: { "accept-encoding": coding },
      signal: leaving.signal,
    });
    assertEquals(response.headers.get("vary"), "Accept-Encoding");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    for (let i = 0; i < 5; i++) {
      await eventually(() => sender, (value) => value !== undefined, "the source is asked");
      await sender!(`event ${i}`);
      while (!seen.endsWith(`data: event ${i}\n\n`)) seen += (await reader.read()).value;
    }
    leaving.abort();
    await reader.cancel().catch(() => {});
    await eventually(() => left, (reason) => reason !== undefined, "the source learns of it");
  }
  assertEquals(local.errors, []);
});
