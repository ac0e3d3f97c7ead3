/** A content as a stream, in chunks of so many octets. */
export function chunked(content: string, size = 1000): ReadableStream<Uint8Array> {
  const octets = new TextEncoder().encode(content);
  let position = 0;
  return new ReadableStream({
    async pull(controller) {
      // An event between chunks, as files and sockets have it.
      await new Promise((resolve) => setTimeout(resolve));
      if (position >= octets.length) return controller.close();
      controller.enqueue(octets.slice(position, position += size));
    },
  });
}
