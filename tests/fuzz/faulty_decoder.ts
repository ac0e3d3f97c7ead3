import type { ContentDecoder } from "../../src/protocol/content_decoder.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/protocol/limits.ts";

const SOURCE = new URL("../../src/protocol/chunked_decoder.ts", import.meta.url);

/** A copy of the decoder of the chunked transfer coding in which one piece of code is another. */
export async function faultyDecoder(
  original: string,
  faulty: string,
): Promise<{ readonly url: string; makeDecoder(): ContentDecoder }> {
  const source = await Deno.readTextFile(SOURCE);
  if (source.split(original).length !== 2) {
    throw new Error(`Cannot plant a fault: the code is not there once: ${original}`);
  }
  const copy = source.replace(original, () => faulty)
    .replaceAll(/from "(\.[^"]+)"/g, (_, path) => `from "${new URL(path, SOURCE)}"`);
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/chunked_decoder.ts`;
    await Deno.writeTextFile(file, copy);
    const url = `file://${file}`;
    const { ChunkedDecoder } = await import(url) as {
      ChunkedDecoder: new (limits: Limits) => ContentDecoder;
    };
    return { url, makeDecoder: () => new ChunkedDecoder(DEFAULT_LIMITS) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
