import { assertEquals, assertLess } from "../assert.ts";
import { startServer } from "../program.ts";
import { openFiles, residentMemory } from "../transport/process_facts.ts";
import { eventually } from "../transport/servers.ts";
import { WireClient } from "../transport/wire_client.ts";
import { makeSite } from "./site.ts";

/** Clients that download at the same time. */
const CLIENTS = 200;

/** Octets in the file that each of them wants. */
const VAST = 2 ** 30;

/** Octets that each client takes at a time. */
const SIP = 1 << 18;

/** Octets of memory that all of it may take. */
const MEMORY = 100_000_000;

Deno.test(`${CLIENTS} slow downloads of 1 GiB take less than ${MEMORY} octets of memory`, async () => {
  using site = makeSite({ "public/small.txt": "small" });
  {
    using file = Deno.openSync(`${site.root}/vast.bin`, { create: true, write: true });
    file.truncateSync(VAST);
  }
  const program = ["run", "-A", "tests/middleware/programs/file_server.ts", site.root];
  await using server = await startServer(program);
  // What it loads at its first request is not the downloads'.
  await (await fetch(`${server.origin}/small.txt`)).text();
  const before = await residentMemory(server.pid);

  const clients: WireClient[] = [];
  const openHere = async () =>
    (await openFiles(server.pid)).filter((name) => name.startsWith(site.root)).length;
  try {
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      const client = await WireClient.connect({
        transport: "tcp",
        hostname: "127.0.0.1",
        port: server.port,
      });
      clients.push(client);
      await client.send("GET /vast.bin HTTP/1.1\r\nhost: x\r\n\r\n");
    }));
    let most = 0;
    for (let round = 0; round < 8; round++) {
      await Promise.all(clients.map((client) => client.octets(SIP)));
      most = Math.max(most, await residentMemory(server.pid));
    }
    // Deno opens a descriptor of its own for each read that is under way.
    await eventually(openHere, (count) => count === CLIENTS, "open files");
    assertLess(most - before, MEMORY);
    // Others are served meanwhile.
    assertEquals(await (await fetch(`${server.origin}/small.txt`)).text(), "small");
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
  await eventually(openHere, (count) => count === 0, "open files");
});
