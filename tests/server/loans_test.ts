import { lendChunks, lenderOf } from "../../src/lent_octets.ts";
import { Loans } from "../../src/server/loans.ts";
import { assertEquals, assertGreater, assertLessOrEqual } from "../assert.ts";
import { eventually, startLocal } from "../transport/servers.ts";
import { WireClient } from "../transport/wire_client.ts";

Deno.test("Loans gives back what was sent, in order, once", () => {
  const returned: Uint8Array[] = [];
  const loans = new Loans((octets) => returned.push(octets));
  const [first, second] = [new Uint8Array(10), new Uint8Array(5)];
  loans.note(first, 110);
  loans.note(second, 115);
  loans.settle(109);
  assertEquals(returned, []);
  loans.settle(114);
  assertEquals(returned, [first]);
  loans.settle(200);
  loans.settle(200);
  assertEquals(returned, [first, second]);
});

Deno.test("lenderOf() knows the stream itself, and nothing that is made of it", () => {
  const takeBack = () => {};
  const lend = () => {
    const stream = new ReadableStream<Uint8Array>();
    lendChunks(stream, takeBack);
    return stream;
  };
  assertEquals(lenderOf(lend()), takeBack);
  assertEquals(lenderOf(new Response(lend()).body!), takeBack);
  assertEquals(lenderOf(new ReadableStream()), undefined);
  for (const branch of lend().tee()) assertEquals(lenderOf(branch), undefined);
  const response = new Response(lend());
  assertEquals(lenderOf(response.clone().body!), undefined);
  assertEquals(lenderOf(response.body!), undefined);
  assertEquals(lenderOf(lend().pipeThrough(new TransformStream())), undefined);
});

const LENGTH = 1 << 24;

for (const [what, declared] of [["declared", true], ["chunked", false]] as const) {
  Deno.test(`a stream that lends its chunks gets them back, and none too early: ${what}`, async () => {
    const free: Uint8Array[] = [];
    let made = 0;
    let position = 0;
    const make = () => {
      made++;
      return new Uint8Array(65_536);
    };
    const content = () => {
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (position === LENGTH) return controller.close();
          const chunk = free.pop() ?? make();
          // Each octet tells where it is, so that one written over too early is seen.
          chunk.fill(position >> 16 & 255);
          position += chunk.length;
          controller.enqueue(chunk);
        },
      }, { highWaterMark: 0 });
      lendChunks(stream, (octets) => free.push(octets));
      return stream;
    };
    const headers: HeadersInit = declared ? { "content-length": `${LENGTH}` } : {};
    await using server = await startLocal(() => new Response(content(), { headers }));
    using client = await WireClient.connect(server.addr);
    await client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    // Long enough for all buffers on the way to be full.
    await eventually(() => position, (now) => now > 0, "octets that were asked for");
    const { content: octets } = await client.response();
    assertEquals(octets.length, LENGTH);
    for (let at = 0; at < LENGTH; at += 4096) {
      if (octets[at] !== (at >> 16 & 255)) throw new Error(`another octet at ${at}`);
    }
    assertGreater(made, 0);
    assertLessOrEqual(made, 4);
  });
}
