import { json, serve, type ServeOptions, text } from "../../mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { runProgram } from "../program.ts";
import { curl } from "./tools.ts";
import { toText, WireClient } from "./wire_client.ts";

Deno.test("path: requests over a Unix domain socket are answered", async () => {
  await using socket = await serveUnix();
  using client = await WireClient.connect(socket.address);
  await client.send("GET /a HTTP/1.1\r\nHost: example.com\r\n\r\n");
  const { content } = await client.response();
  assertEquals(JSON.parse(toText(content)), {
    url: "http://example.com/a",
    localAddr: socket.address,
    remote: "unix",
  });
  // Without a Host there is no address to take its place.
  await client.send("GET /b HTTP/1.0\r\n\r\n");
  assertEquals(
    JSON.parse(toText((await client.response()).content)).url,
    "http://localhost/b",
  );
  assertEquals((await client.rest()).length, 0);
});

Deno.test("path: curl --unix-socket is answered", async () => {
  await using socket = await serveUnix();
  const { path } = socket.address;
  const { code, stdout } = await curl(["--unix-socket", path, "http://example.com/curl"]);
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout).url, "http://example.com/curl");
});

Deno.test("path: much content goes both ways", async () => {
  await using socket = await serveUnix();
  using client = await WireClient.connect(socket.address);
  const octets = Uint8Array.from({ length: 1 << 20 }, (_, i) => i * 7);
  const head = `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${octets.length}\r\n\r\n`;
  const [{ content }] = await Promise.all([client.response(), client.send(head, octets)]);
  assertEquals(content, octets);
});

Deno.test("path: a socket that is in use is AddrInUse", async () => {
  await using socket = await serveUnix();
  assertThrows(() => serve(socket.options, () => text("")), Deno.errors.AddrInUse);
});

Deno.test("path: shutdown() closes idle connections and accepts no more", async () => {
  await using socket = await serveUnix();
  using client = await WireClient.connect(socket.address);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assertEquals((await client.response()).status, 200);
  const stopped = socket.server.shutdown();
  assert(await client.isOver());
  client[Symbol.dispose]();
  await stopped;
  await assertRejects(() => WireClient.connect(socket.address));
});

Deno.test("path: TLS and another transport are TypeErrors", () => {
  const path = "never.sock";
  assertThrows(() => serve({ path, cert: "", key: "" }, () => text("")), TypeError, "TLS");
  assertThrows(() => serve({ path, transport: "tcp" }, () => text("")), TypeError, "tcp");
  assertThrows(() => serve({ transport: "unix" }, () => text("")), TypeError, "unix");
});

Deno.test("path: the default onListen prints it", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/socket`;
  const { code, stderr } = await runProgram(
    ["run", "-A", "-"],
    [
      'import { serve, text } from "./mod.ts";',
      `const server = serve({ path: ${JSON.stringify(path)} }, () => text(""));`,
      "await server.shutdown();",
    ].join("\n"),
  );
  assertEquals([code, stderr], [0, `Listening on ${path}\n`]);
});

async function serveUnix() {
  const folder = await makeFolder();
  const address = { transport: "unix", path: `${folder.path}/socket` } as const;
  const options: ServeOptions = { path: address.path, onListen() {} };
  const server = serve(options, async (request, { localAddr, remoteAddr }) => {
    if (request.url.endsWith("/echo")) return new Response(await request.bytes());
    return json({ url: request.url, localAddr, remote: remoteAddr.transport });
  });
  return {
    server,
    options,
    address,
    async [Symbol.asyncDispose](): Promise<void> {
      await server.shutdown({ deadline: 0 });
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function makeFolder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
