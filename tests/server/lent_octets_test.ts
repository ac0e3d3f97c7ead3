import { type Lender, lenderOf, lendOctets } from "../../src/lent_octets.ts";
import { assertEquals, assertLess } from "../assert.ts";
import { eventually, startLocal } from "../transport/servers.ts";
import { concatenate, toText, WireClient } from "../transport/wire_client.ts";

const NOTHING: Lender = {
  read: () => Promise.resolve(undefined),
  cancel: () => Promise.resolve(),
};

Deno.test("lenderOf() knows the stream itself, and nothing that is made of it", () => {
  const lend = () => {
    const stream = new ReadableStream<Uint8Array>();
    lendOctets(stream, NOTHING);
    return stream;
  };
  assertEquals(lenderOf(lend()), NOTHING);
  assertEquals(lenderOf(new Response(lend()).body!), NOTHING);
  assertEquals(lenderOf(new ReadableStream()), undefined);
  for (const branch of lend().tee()) assertEquals(lenderOf(branch), undefined);
  const response = new Response(lend());
  assertEquals(lenderOf(response.clone().body!), undefined);
  assertEquals(lenderOf(response.body!), undefined);
  assertEquals(lenderOf(lend().pipeThrough(new TransformStream())), undefined);
});

/** Lends one block again and again, as far into it as the lengths say; counts its reads. */
class OneBlock implements Lender {
  reads = 0;
  cancelled: unknown;
  readonly #block = new Uint8Array(262_144);
  readonly #lengths: readonly number[];

  constructor(lengths: readonly number[]) {
    this.#lengths = lengths;
  }

  async read(): Promise<Uint8Array | undefined> {
    // What was lent before must have left by now.
    this.#block.fill(0);
    await new Promise((resolve) => setTimeout(resolve));
    if (this.reads === this.#lengths.length || this.cancelled !== undefined) return undefined;
    const octets = this.#block.subarray(0, this.#lengths[this.reads++]);
    return octets.fill(64 + this.reads % 64);
  }

  cancel(reason?: unknown): Promise<void> {
    this.cancelled = reason;
    return Promise.resolve();
  }

  respond(headers?: HeadersInit): Response {
    const stream = new ReadableStream<Uint8Array>({
      pull: () => Promise.reject(new Error("Nobody reads from the stream")),
      cancel: (reason) => this.cancel(reason),
    }, { highWaterMark: 0 });
    lendOctets(stream, this);
    return new Response(stream, { headers });
  }
}

/** Short ones are copied, long ones are not; many short ones fill what is collected. */
const LENGTHS = [
  [0],
  [5],
  [262_144],
  [16_384, 16_385, 1, 262_144, 100_000, 0, 7],
  Array.from({ length: 40 }, () => 10_000),
  Array.from({ length: 60 }, () => 262_144),
];

for (const lengths of LENGTHS) {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  for (
    const [how, headers, minorVersion] of [
      ["declared", { "content-length": `${total}` }, 1],
      ["chunked", {}, 1],
      ["until the close", {}, 0],
    ] as const
  ) {
    Deno.test(`${lengths.length} blocks of ${total} octets are lent until they are sent: ${how}`, async () => {
      await using server = await startLocal(() => new OneBlock(lengths).respond(headers));
      using client = await WireClient.connect(server.addr);
      await client.send(`GET / HTTP/1.${minorVersion}\r\nhost: x\r\n\r\n`);
      const { content } = await client.response();
      const expected = lengths.map((length, index) =>
        new Uint8Array(length).fill(64 + (index + 1) % 64)
      );
      assertEquals(toText(content) === toText(concatenate(expected)), true);
    });
  }
}

Deno.test("a client that takes nothing has no more read for it", async () => {
  const lender = new OneBlock(Array.from({ length: 1000 }, () => 262_144));
  await using server = await startLocal(() => lender.respond());
  {
    using client = await WireClient.connect(server.addr);
    await client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await client.octets(100);
    let before = -1;
    await eventually(() => lender.reads, (reads) => {
      const stands = reads === before;
      before = reads;
      return stands;
    }, "reads to stand still");
    assertLess(lender.reads, 1000);
  }
  await eventually(() => lender.cancelled, (reason) => reason !== undefined, "the cancellation");
});

for (const [what, declared] of [["more", 9], ["fewer", 11]] as const) {
  Deno.test(`a lender of ${what} octets than were declared aborts the answer`, async () => {
    const lender = new OneBlock([5, 5]);
    await using server = await startLocal(() =>
      lender.respond({ "content-length": `${declared}` })
    );
    using client = await WireClient.connect(server.addr);
    await client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await client.rest().catch(() => undefined);
    await eventually(() => server.errors.length, (count) => count === 1, "an error");
    assertEquals(
      String(server.errors[0]),
      `TypeError: Cannot send the content: it does not have the declared ${declared} octets`,
    );
  });
}
