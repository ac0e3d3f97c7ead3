/** Handlers that throw, or answer with what cannot be sent. */
import { assert, assertEquals, assertGreater } from "../assert.ts";
import type { WireClient } from "../transport/wire_client.ts";
import {
  ask,
  assertHarmless,
  assertServed,
  commit,
  FaultyServer,
  GROWTH,
} from "./faulty_server.ts";

/** Faults that are a 500; the connection persists. */
const FAILED: [what: string, name: string][] = [
  ["throws", "throws"],
  ["rejects", "rejects"],
  ["throws undefined", "throws-nothing"],
  ["rejects with a text", "rejects-with-text"],
  ["throws a hostile proxy", "throws-hostile-proxy"],
  ["rejects with a hostile proxy", "rejects-with-hostile-proxy"],
  ["returns a hostile proxy", "returns-hostile-proxy"],
  ["resolves to a hostile proxy", "resolves-to-hostile-proxy"],
  ["returns nothing", "returns-nothing"],
  ["resolves to a number", "resolves-to-number"],
  ["gives a stream that errs at once", "errs-at-once"],
  ["gives a used response", "used"],
  ["gives a locked response", "locked"],
  ["declares too long a length", "too-short"],
  ["declares too short a length", "too-long"],
  ["declares a malformed length", "malformed"],
  ["declares too long a length for a native response", "native-too-short"],
  ["declares too short a length for a native response", "native-too-long"],
  ["declares a malformed length for a native response", "native-malformed"],
  ["declares a malformed length for a stream", "stream-malformed"],
  ["makes a field name with a space", "field-name"],
  ["makes a field value with CR LF", "field-value"],
  ["makes a field value with NUL", "field-value-nul"],
  ["makes a status of 99", "status"],
  ["gives Response.error()", "status-of-error"],
  ["makes a reason phrase with CR LF", "status-text"],
];

for (const [what, name] of FAILED) {
  Deno.test(`a handler that ${what} is a 500 that harms nobody else`, async () => {
    await using server = await FaultyServer.start();
    await assertHarmless(server, (client) => assertAnswered(client, name, 500), 1);
  });
}

/** What a handler declares for a HEAD that has no content to compare it with, or more of it. */
const HEADS: [what: string, name: string, status: number, errors: number][] = [
  ["too long a length", "too-short", 200, 0],
  ["too short a length", "native-too-long", 200, 0],
  ["a malformed length", "malformed", 500, 1],
  ["a malformed length for a stream", "stream-malformed", 500, 1],
  ["the length of a stream that is another", "stream-too-short", 200, 0],
];

for (const [what, name, status, errors] of HEADS) {
  Deno.test(`a handler that declares ${what} for HEAD is a ${status} without content`, async () => {
    await using server = await FaultyServer.start();
    await assertHarmless(server, (client) => assertAnswered(client, name, status, "HEAD"), errors);
  });
}

Deno.test("a middleware that calls next twice has the second answer sent", async () => {
  await using server = await FaultyServer.start();
  await assertHarmless(server, async (client) => {
    const { status, content } = await ask(client, "/next-twice-streams");
    assertEquals([status, new TextDecoder().decode(content)], [200, "hello"]);
    await assertServed(client);
  }, 0);
});

Deno.test("a handler that is called twice cannot read content twice", async () => {
  await using server = await FaultyServer.start();
  await assertHarmless(server, async (client) => {
    await client.send("POST /next-twice HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    assertEquals((await client.response("POST")).status, 500);
    await assertServed(client);
  }, 1);
});

Deno.test("a native stream of several requests is sent once, the others are a 500", async () => {
  await using server = await FaultyServer.start();
  {
    using first = await server.connect();
    const { status, content } = await ask(first, "/shared");
    assertEquals([status, new TextDecoder().decode(content)], [200, "shared"]);
  }
  await assertHarmless(server, (client) => assertAnswered(client, "shared", 500), 1);
});

Deno.test("what a handler keeps shows in these measurements", async () => {
  await using server = await FaultyServer.start();
  const keep = (client: WireClient) => assertAnswered(client, "keeps", 200);
  await commit(server, keep);
  const { memory } = await server.atRest();
  for (let round = 0; round < 4; round++) await commit(server, keep);
  assertGreater((await server.atRest()).memory - memory, GROWTH);
});

async function assertAnswered(
  client: WireClient,
  name: string,
  wanted: number,
  method: string = "GET",
): Promise<void> {
  const { status, headers } = await ask(client, `/${name}`, method);
  assertEquals(status, wanted);
  // What a field would have smuggled in.
  assert(!headers.has("evil"));
  await assertServed(client);
}
