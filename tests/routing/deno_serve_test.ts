import { assert, assertEquals } from "../assert.ts";

const SOURCE = `
import { json, routes, text } from "${import.meta.resolve("../../mod.ts")}";

const hello = text("hello");

export default routes({
  "GET /": () => hello,
  "GET /address": (_request, { remoteAddr }) => json(remoteAddr),
  "GET /users/:id": (_request, { params }) => json(params),
});
`;

Deno.test("a route table runs under deno serve", async () => {
  const directory = await Deno.makeTempDir();
  const file = `${directory}/table.ts`;
  await Deno.writeTextFile(file, SOURCE);
  const server = new Deno.Command(Deno.execPath(), {
    args: ["serve", "--port", "0", "--host", "127.0.0.1", "--no-check", ...configured(), file],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  try {
    await converse(await originOf(server.stderr));
  } finally {
    server.kill("SIGKILL");
    await server.status;
    await Deno.remove(directory, { recursive: true });
  }
});

function configured(): string[] {
  return ["--config", new URL("../../deno.json", import.meta.url).pathname];
}

async function converse(origin: string): Promise<void> {
  // One answer may be sent again and again.
  for (let i = 0; i < 2; i++) assertEquals(await (await fetch(origin)).text(), "hello");
  assertEquals(await (await fetch(`${origin}/users/7%2F8`)).json(), { id: "7/8" });
  const { hostname, port } = await (await fetch(`${origin}/address`)).json();
  assert(hostname === "127.0.0.1" && port > 0);
  const head = await fetch(origin, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  const refused = await fetch(origin, { method: "POST" });
  assertEquals([refused.status, refused.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
  await refused.body?.cancel();
}

/** Reads on until the server says where it listens. */
async function originOf(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let seen = "";
  for await (const chunk of output.pipeThrough(new TextDecoderStream())) {
    seen += chunk;
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(seen);
    if (found !== null) return found[0];
  }
  throw new Error(`deno serve did not listen: ${seen}`);
}
