import { assert, assertEquals, assertLess } from "../assert.ts";
import { type RunningServer, startServer } from "../program.ts";
import { residentMemory } from "./process_facts.ts";
import { startLocal } from "./servers.ts";
import { toText, WireClient } from "./wire_client.ts";

const MIB = 1 << 20;
const LENGTH = 64 * MIB;

/** Octets of memory that 64 MiB may cost on their way. */
const GROWTH = 32 * MIB;

/** Octets that the operating system may hold between the two ends of a connection. */
const ON_THEIR_WAY = 40 * MIB;

/** Octets that were received, but that no handler has read. */
const UNREAD = MIB;

const PROGRAM = [
  "run",
  "-A",
  "--v8-flags=--expose-gc",
  "tests/transport/programs/streaming_server.ts",
];

interface Progress {
  readonly octets: number;
  readonly received: number;
}

Deno.test("64 MiB for a slow reader are made no faster than they are read", async () => {
  await using server = await startServer(PROGRAM);
  await download(server, 4 * MIB, async () => {});
  await progressOf(server);
  const before = await residentMemory(server.pid);
  await download(server, LENGTH, async (read) => {
    const { octets } = await progressOf(server);
    assertLess(octets - read, ON_THEIR_WAY);
    assertLess(await residentMemory(server.pid) - before, GROWTH);
  });
});

Deno.test("64 MiB for a slow handler are received no faster than they are read", async () => {
  await using server = await startServer(PROGRAM);
  await upload(server, 4 * MIB, async () => {
    await permit(server, 4 * MIB);
  });
  const { received: earlier } = await progressOf(server);
  const before = await residentMemory(server.pid);
  await upload(server, LENGTH, async () => {
    for (let permitted = MIB; permitted <= LENGTH; permitted += MIB) {
      const { octets, received } = await permit(server, permitted);
      assertLess(received - earlier - octets, UNREAD);
      assertLess(await residentMemory(server.pid) - before, GROWTH);
    }
  });
});

Deno.test("server-sent events arrive before the next one is made", async () => {
  const EVENTS = 20;
  const arrivals = Array.from({ length: EVENTS }, () => Promise.withResolvers<void>());
  let made = 0;
  await using local = await startLocal(() => {
    const events = new ReadableStream<string>({
      async pull(controller) {
        if (made > 0) await arrivals[made - 1].promise;
        if (made === EVENTS) return controller.close();
        controller.enqueue(`data: ${made++}\n\n`);
      },
    }, { highWaterMark: 0 });
    return new Response(events.pipeThrough(new TextEncoderStream()), {
      headers: { "content-type": "text/event-stream" },
    });
  });
  const response = await fetch(local.origin);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const received: string[] = [];
  for await (const event of response.body!.pipeThrough(new TextDecoderStream())) {
    assertEquals(made, received.length + 1);
    received.push(event);
    arrivals[received.length - 1].resolve();
  }
  assertEquals(received, Array.from({ length: EVENTS }, (_, i) => `data: ${i}\n\n`));
});

Deno.test("server-sent events: a client that leaves aborts the signal, and ends them", async () => {
  const gone = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  await using local = await startLocal(({ signal }) => {
    signal.addEventListener("abort", () => gone.resolve());
    const event = new TextEncoder().encode("data: 1\n\n");
    const events = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(event),
      // A half-close might be all that it was: only what is sent from now on can tell.
      async pull(controller) {
        await gone.promise;
        await new Promise((resolve) => setTimeout(resolve));
        controller.enqueue(event);
      },
      cancel: () => cancelled.resolve(),
    });
    return new Response(events);
  });
  {
    using client = await WireClient.connect(local.addr);
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const wanted = "\r\n\r\n9\r\ndata: 1\n\n\r\n";
    let text = "";
    while (!text.endsWith(wanted)) text += toText(await client.octets(1));
  }
  await cancelled.promise;
});

/** Reads a download MiB for MiB; `look` is called between them. */
async function download(
  server: RunningServer,
  length: number,
  look: (read: number) => Promise<void>,
): Promise<void> {
  using client = await connectTo(server);
  await client.send(`GET /download/${length} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
  while (!toText(await client.octets(1)).endsWith("\n")) {
    // The status line.
  }
  for (let read = MIB; read <= length; read += MIB) {
    await client.octets(MIB);
    await look(read);
  }
  // The other lines of the head came before the content.
  assert((await client.rest()).length < 1_000);
}

/** Sends an upload as fast as it is taken, while `meanwhile` goes on. */
async function upload(
  server: RunningServer,
  length: number,
  meanwhile: () => Promise<void>,
): Promise<void> {
  using client = await connectTo(server);
  await permit(server, 0);
  await client.send(
    `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`,
  );
  const chunk = new Uint8Array(MIB);
  const sending = (async () => {
    for (let sent = 0; sent < length; sent += MIB) await client.send(chunk);
  })();
  const [response] = await Promise.all([client.response("POST"), meanwhile(), sending]);
  assertEquals(JSON.parse(toText(response.content)), { octets: length });
}

async function permit(server: RunningServer, octets: number): Promise<Progress> {
  return await (await fetch(`${server.origin}/permit/${octets}`, { method: "POST" })).json();
}

async function progressOf(server: RunningServer): Promise<Progress> {
  return await (await fetch(`${server.origin}/progress`)).json();
}

function connectTo({ port }: RunningServer): Promise<WireClient> {
  return WireClient.connect({ transport: "tcp", hostname: "127.0.0.1", port });
}
