/** Devices that fail in the middle of an answer, and an event loop that stands still. */
import { assertEquals } from "../assert.ts";
import { openDescriptors, openFiles } from "../transport/process_facts.ts";
import { eventually } from "../transport/servers.ts";
import { toText } from "../transport/wire_client.ts";
import { assertCut } from "./cut_answer.ts";
import {
  ask,
  assertHarmless,
  assertServed,
  AT_ONCE,
  FaultyServer,
  onceForAll,
} from "./faulty_server.ts";

/** What the handlers of this file open. */
const DEVICES = /^\/proc\/\d+\/mem$|^\/dev\/full$/;

/** Descriptors of a process that has too few. */
const DESCRIPTORS = 64;

const FAILURES: [what: string, name: string, code: string][] = [
  ["EIO of a read", "reads-in-vain", "EIO"],
  ["EIO of a read, in a declared length", "reads-in-vain-with-length", "EIO"],
  ["ENOSPC of a write", "copies-in-vain", "ENOSPC"],
  ["ENOSPC of a write, in a declared length", "copies-in-vain-with-length", "ENOSPC"],
];

for (const [what, name, code] of FAILURES) {
  Deno.test(`${what} cuts the answer, is told to onError, and harms nobody else`, async () => {
    await using server = await FaultyServer.start();
    await assertHarmless(server, (client) => assertCut(client, `/${name}`), 1);
    assertEquals((await server.facts()).codes, [code]);
    await eventually(
      async () => (await openFiles(server.pid)).filter((file) => DEVICES.test(file)),
      (left) => left.length === 0,
      "devices that are open",
    );
  });
}

Deno.test("too few descriptors for all connections cost no memory, and serve who is there", async () => {
  await using server = await FaultyServer.startWith(DESCRIPTORS);
  const isExhausted = (numbers: readonly number[]) =>
    numbers.filter((number) => number < DESCRIPTORS).length === DESCRIPTORS;
  const untilExhausted = onceForAll(() =>
    eventually(() => openDescriptors(server.pid), isExhausted, "descriptors in use")
  );
  await assertHarmless(server, async (client) => {
    const others = await Promise.all(Array.from({ length: 6 }, () => server.connect()));
    await untilExhausted();
    for (const other of others) other[Symbol.dispose]();
    await assertServed(client);
  }, 0);
});

Deno.test("a stall longer than every timeout is not charged to those who wait", async () => {
  // Half of the stall: whoever were judged by it would be refused or closed.
  const times = { requestHead: 350, requestContent: 350, idle: 350, write: 350 };
  await using server = await FaultyServer.start({ timeouts: times });
  const clients = await Promise.all(Array.from({ length: AT_ONCE }, () => server.connect()));
  try {
    for (let round = 0; round < 3; round++) {
      // What is sent during the stall waits for the server, as the clients do.
      using staller = await server.connect();
      const stalled = ask(staller, "/stalls");
      await Promise.all(clients.map((client) => assertServed(client)));
      assertEquals(toText((await stalled).content), "late");
    }
  } finally {
    for (const client of clients) client[Symbol.dispose]();
  }
  assertEquals((await server.atRest()).refused, {});
});
