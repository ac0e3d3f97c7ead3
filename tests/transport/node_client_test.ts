import { json, routes, text } from "../../mod.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { type LocalServer, startLocal } from "./servers.ts";
import { runTool } from "./tools.ts";

const PROGRAM = new URL("programs/node_client.mjs", import.meta.url).pathname;

Deno.test("node: an agent keeps its connections and gets every answer", async () => {
  await using local = await start();
  const { wrong, sockets } = await run("agent", local);
  assertEquals([wrong, sockets], [0, 4]);
  assertEquals(local.server.stats().connections.accepted, 4);
});

Deno.test("node: status, reason and fields come through", async () => {
  await using local = await start();
  assertEquals(await run("fields", local), {
    status: 299,
    reason: "Made up",
    type: "application/json",
    cookies: ["a=1", "b=2"],
  });
});

Deno.test("node: content goes both ways at the same time, piece by piece", async () => {
  await using local = await start();
  const pieces = Array.from({ length: 5 }, (_, i) => `piece ${i}`);
  assertEquals(await run("conversation", local), { pieces });
});

Deno.test("node: 100 (Continue) comes when the handler reads", async () => {
  await using local = await start();
  assertEquals(await run("expect", local), { content: "content" });
});

Deno.test("node: trailers are read", async () => {
  await using local = await start();
  assertEquals(await run("trailers", local), { content: "content" });
});

Deno.test("node: pipelined requests are answered in order", async () => {
  await using local = await start();
  assertEquals(await run("pipeline", local), { numbers: Array.from({ length: 51 }, (_, i) => i) });
  assertEquals(local.server.stats().connections.accepted, 1);
});

for (const scenario of ["aborted", "reset"]) {
  Deno.test(`node: an upload that is ${scenario} makes the handler's read reject`, async () => {
    await using local = await start();
    const { reason } = await run(scenario, local);
    assertMatch(String(reason), /^(AbortError|ProtocolError): /);
    assertEquals(local.server.stats().requests.inFlight, 0);
  });
}

Deno.test("node: a request, then a half-close, gets its answer", async () => {
  await using local = await start();
  assertEquals(await run("halfClose", local), { content: "number 7;\n" });
});

function start(): Promise<LocalServer> {
  const reading = Promise.withResolvers<void>();
  const reason = Promise.withResolvers<unknown>();
  return startLocal(
    routes({
      "/echo": async (request) => text(await request.text()),
      "/stream": (request) => new Response(request.body),
      "/number/:number": (_request, { params }) => text(`number ${params.number};\n`),
      "/fields": () =>
        json({}, {
          status: 299,
          statusText: "Made up",
          headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]],
        }),
      "/read": async (request) => {
        const content = request.text();
        reading.resolve();
        reason.resolve(await content.then(() => "it was read", (error) => error));
        return text("nobody hears this");
      },
      "/reading": async () => {
        await reading.promise;
        return text("");
      },
      "/reason": async () => text(String(await reason.promise)),
    }).fetch,
  );
}

async function run(scenario: string, { origin }: LocalServer): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await runTool("node", [PROGRAM, scenario, origin]);
  assert(code === 0, stderr);
  return JSON.parse(stdout);
}
