import { type NetAddress, serve, text } from "../../mod.ts";
import { assertEquals } from "../assert.ts";

/** Sends more content than the server takes unread, is blocked, and resets. */
function resettingClient(port: number): string {
  const head = "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 3000000\\r\\n\\r\\n";
  return `
    const socket = require("node:net").connect(${port}, "127.0.0.1", () => {
      socket.write("${head}" + "x".repeat(200000));
    });
    process.stdin.once("data", () => {
      socket.on("close", () => process.exit());
      socket.resetAndDestroy();
    });
  `;
}

Deno.test("a client that resets behind a backlog that nobody reads aborts the signal", async () => {
  const arrived = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<unknown>();
  await using server = serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { signal } = request;
    signal.addEventListener("abort", () => aborted.resolve(signal.reason));
    arrived.resolve();
    await aborted.promise;
    return text("too late");
  });
  const { port } = server.addr as NetAddress;
  const client = new Deno.Command("node", {
    args: ["-e", resettingClient(port)],
    stdin: "piped",
  }).spawn();
  await arrived.promise;
  while (server.stats().octets.in < 65_536) await new Promise((resolve) => setTimeout(resolve, 5));
  const stdin = client.stdin.getWriter();
  await stdin.write(new Uint8Array(1));
  await stdin.close();
  const reason = await aborted.promise;
  assertEquals((reason as DOMException).name, "AbortError");
  assertEquals((await client.status).success, true);
  assertEquals(server.stats().requests.inFlight, 0);
});
