/** What every contestant answers with, so that none has to make more of it than another. */

/** The plain text. */
export const HELLO = "Hello, World!";

/** Content that is at hand. */
export const OCTETS = new Uint8Array(65_536).fill(0x61);

/** One of the chunks of a stream. */
export const CHUNK = new Uint8Array(1_024).fill(0x62);

/** How many of them a stream has. */
export const CHUNKS = 100;

/** The size of the file. */
export const FILE_OCTETS = 1_048_576;

/** The type of octets that are no text. */
export const OCTET_STREAM = "application/octet-stream";

/** What a file server says of a file. */
export const FILE_FIELDS = {
  "content-type": OCTET_STREAM,
  "content-length": String(FILE_OCTETS),
};

/** A stream that gives a chunk whenever one is asked for. */
export function chunkStream() {
  let left = CHUNKS;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(CHUNK);
      if (--left === 0) controller.close();
    },
  });
}

/** Reads a stream to its end, and counts its octets. */
export async function countOctets(stream) {
  let octets = 0;
  for await (const chunk of stream) octets += chunk.length;
  return octets;
}

/** The pathname of an absolute URL: a search of its text, since `new URL` costs much more. */
export function pathnameOf(url) {
  const start = url.indexOf("/", 8);
  const end = url.indexOf("?", start);
  return url.slice(start, end === -1 ? undefined : end);
}
