/** Hooks that throw, reject, answer with what cannot be sent, or never answer. */
import { assertEquals } from "../assert.ts";
import { toText } from "../transport/wire_client.ts";
import { runProgram } from "../program.ts";
import { assertCut } from "./cut_answer.ts";
import { ask, assertHarmless, assertServed, FaultyServer } from "./faulty_server.ts";
import { departure } from "./leaving_client.ts";

/** Whatever these do, the client gets a plain 500; what they give in its place is one more error. */
const ON_ERROR = [
  "throws",
  "rejects",
  "throws nothing",
  "throws a hostile proxy",
  "gives no response",
  "gives a hostile proxy",
  "gives what cannot be sent",
  "gives a stream that errs",
];

for (const onError of ON_ERROR) {
  Deno.test(`an onError that ${onError} is a plain 500 that harms nobody else`, async () => {
    await using server = await FaultyServer.start({ onError });
    await assertHarmless(server, async (client) => {
      const { status, content } = await ask(client, "/throws");
      assertEquals([status, toText(content)], [500, "Internal Server Error"]);
      await assertServed(client);
    }, 1);
  });

  Deno.test(`an onError that ${onError} in the middle of a stream harms nobody else`, async () => {
    await using server = await FaultyServer.start({ onError });
    await assertHarmless(server, (client) => assertCut(client, "/errs-in-the-middle"), 1);
  });
}

Deno.test("an onError that never answers is a 503 after timeouts.handler", async () => {
  const plan = { onError: "never answers", timeouts: { handler: 50 } };
  await using server = await FaultyServer.start(plan);
  await assertHarmless(server, async (client) => {
    assertEquals((await ask(client, "/throws")).status, 503);
    assertEquals((await client.rest()).length, 0);
  }, 1);
});

Deno.test("an onError that never answers holds nothing of a client that resets", async () => {
  await using server = await FaultyServer.start({ onError: "never answers" });
  await assertHarmless(server, departure(server, "/throws", "resets"), 1);
});

Deno.test("an onError that never answers cuts a stream all the same", async () => {
  await using server = await FaultyServer.start({ onError: "never answers" });
  await assertHarmless(server, (client) => assertCut(client, "/errs-in-the-middle"), 1);
});

for (const onRefusal of ["throws", "throws a hostile proxy", "rejects"]) {
  Deno.test(`an onRefusal that ${onRefusal} changes no refusal, and harms nobody else`, async () => {
    await using server = await FaultyServer.start({ onRefusal });
    await assertHarmless(server, async (client) => {
      await client.send("GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals((await client.response()).status, 400);
      assertEquals((await client.rest()).length, 0);
    }, 0);
  });
}

Deno.test("an onListen that throws is the caller's, and leaves the port free", async () => {
  const { code, stdout } = await runProgram(["run", "-A", "-"], ON_LISTEN);
  assertEquals([code, stdout], [0, "of onListen\nhello\n"]);
});

/** Listens in vain, then again on the same port; ends by itself only if nothing is left open. */
const ON_LISTEN = `
  import { serve, text } from "./mod.ts";
  let port = 0;
  const onListen = (address) => {
    port = address.port;
    throw new Error("of onListen");
  };
  try {
    serve({ hostname: "127.0.0.1", port, onListen }, () => text("never"));
  } catch ({ message }) {
    console.log(message);
  }
  const again = () => {
    try {
      return serve({ hostname: "127.0.0.1", port, onListen() {} }, () => text("hello"));
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  };
  let server;
  // The platform lets go of a port a little later.
  while ((server = again()) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  console.log(await (await fetch("http://127.0.0.1:" + port)).text());
  await server.shutdown();
`;
