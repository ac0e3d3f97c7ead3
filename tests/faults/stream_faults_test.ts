/** Streams that end in their middle, and answers that never come. */
import { assertEquals } from "../assert.ts";
import { toText } from "../transport/wire_client.ts";
import { assertCut } from "./cut_answer.ts";
import {
  ask,
  assertHarmless,
  assertServed,
  FaultyServer,
  type ServerPlan,
} from "./faulty_server.ts";
import { type Departure, departure } from "./leaving_client.ts";

/** Faults behind the head: the answer is cut, and its connection with it. */
const CUT: [what: string, name: string][] = [
  ["errs in its middle", "errs-in-the-middle"],
  ["errs with a symbol", "errs-with-a-symbol"],
  ["errs with an object without a prototype", "errs-without-a-prototype"],
  ["errs within its declared length", "errs-within-its-length"],
  ["gives text in its middle", "gives-text-in-the-middle"],
  ["is shorter than its declared length", "stream-too-short"],
  ["is longer than its declared length", "stream-too-long"],
];

for (const [what, name] of CUT) {
  Deno.test(`a stream that ${what} never looks whole, and harms nobody else`, async () => {
    await using server = await FaultyServer.start();
    await assertHarmless(server, (client) => assertCut(client, `/${name}`), 1);
  });
}

/** Answers that never come, or never end; a client that leaves is noticed. */
const LEFT: [what: string, name: string, how: Departure, plan: ServerPlan][] = [
  ["waits for its signal", "waits-for-its-signal", "closes", {}],
  ["never answers", "never-answers", "resets", {}],
  ["never begins its stream", "never-streams", "resets", {}],
  ["never ends its stream", "never-ends", "resets", {}],
  // A half-close would look the same; only time tells that nothing more is made.
  ["never ends its stream", "never-ends", "closes", { timeouts: { idle: 100 } }],
];

for (const [what, name, how, plan] of LEFT) {
  Deno.test(`a handler that ${what} holds nothing of a client that ${how}`, async () => {
    await using server = await FaultyServer.start(plan);
    await assertHarmless(server, departure(server, `/${name}`, how), 0);
  });
}

for (const name of ["never-answers", "never-streams"]) {
  Deno.test(`a handler that ${name.replace("-", " ")} is a 503 after timeouts.handler`, async () => {
    await using server = await FaultyServer.start({ timeouts: { handler: 50 } });
    await assertHarmless(server, async (client) => {
      const { status, headers } = await ask(client, `/${name}`);
      assertEquals([status, headers.get("connection")], [503, "close"]);
      assertEquals(toText(await client.rest()), "");
    }, 0);
    const { refused } = await server.facts();
    assertEquals(Object.keys(refused), ["handler-timeout"]);
    using other = await server.connect();
    await assertServed(other);
  });
}
