import { ChunkedDecoder } from "../src/protocol/chunked_decoder.ts";
import { DEFAULT_LIMITS } from "../src/protocol/limits.ts";
import { chunkedContent } from "./messages.ts";

const decoder = new TextDecoder();
let sink = 0;

for (const chunk of [16, 1_024, 16_384]) {
  const group = `chunked decoding: 64 KiB in chunks of ${chunk}`;
  const coded = chunkedContent(chunk);

  Deno.bench({
    group,
    name: "search lines, then parseInt",
    baseline: true,
    fn: () => {
      sink += decodePlainly(coded);
    },
  });

  Deno.bench({
    group,
    name: "ChunkedDecoder",
    fn: () => {
      const chunked = new ChunkedDecoder(DEFAULT_LIMITS);
      while (!chunked.done) {
        chunked.decode(coded, chunked.consumed, coded.length);
        sink += chunked.contentEnd - chunked.contentStart;
      }
    },
  });
}

/** The plainest way: it believes all that it reads. */
function decodePlainly(coded: Uint8Array): number {
  let content = 0;
  for (let offset = 0; offset < coded.length;) {
    const lineEnd = coded.indexOf(10, offset);
    const size = parseInt(decoder.decode(coded.subarray(offset, lineEnd)), 16);
    if (size === 0) break;
    content += coded.subarray(lineEnd + 1, lineEnd + 1 + size).length;
    offset = lineEnd + 1 + size + 2;
  }
  return content;
}

globalThis.addEventListener("unload", () => {
  if (sink === 0) throw new Error("Cannot trust the benchmark: nothing was consumed");
});
