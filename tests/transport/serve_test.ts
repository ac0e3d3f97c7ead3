import {
  json,
  type NetAddress,
  routes,
  type RunningServer,
  serve,
  type ServeOptions,
  text,
} from "../../mod.ts";
import { assert, assertEquals, assertInstanceOf, assertMatch, assertThrows } from "../assert.ts";
import { runProgram, startServer } from "../program.ts";
import { eventually, startLocal } from "./servers.ts";
import { WireClient } from "./wire_client.ts";

const ANYWHERE: ServeOptions = { hostname: "127.0.0.1", port: 0, onListen() {} };
const hello = () => text("hello");

const SHAPES: [shape: string, start: () => RunningServer][] = [
  ["(options, handler)", () => serve(ANYWHERE, hello)],
  ["(options, object with fetch)", () => serve(ANYWHERE, { fetch: hello })],
  ["(options, route table)", () => serve(ANYWHERE, routes({ "GET /": hello }))],
  ["({ ...options, handler })", () => serve({ ...ANYWHERE, handler: hello })],
  [
    "({ ...options, handler: object with fetch })",
    () => serve({ ...ANYWHERE, handler: { fetch: hello } }),
  ],
  ['({ transport: "tcp" }, handler)', () => serve({ ...ANYWHERE, transport: "tcp" }, hello)],
  ["({ tcpBacklog }, handler)", () => serve({ ...ANYWHERE, tcpBacklog: 16 }, hello)],
];

for (const [shape, start] of SHAPES) {
  Deno.test(`serve${shape} answers`, async () => {
    await using server = await start();
    assertEquals(await getText(originOf(server)), "hello");
  });
}

Deno.test("serve() gives the address, and tells onListen of it", async () => {
  const told: unknown[] = [];
  await using server = serve({ ...ANYWHERE, onListen: (address) => told.push(address) }, hello);
  const { port } = server.addr as NetAddress;
  assert(port > 0);
  assertEquals(server.addr, { transport: "tcp", hostname: "127.0.0.1", port });
  assertEquals(told, [server.addr]);
});

Deno.test("context holds both ends of the connection", async () => {
  await using local = await startLocal((_request, { localAddr, remoteAddr }) =>
    json({ localAddr, remoteAddr })
  );
  const { localAddr, remoteAddr } = await (await fetch(local.origin)).json();
  assertEquals(localAddr, local.addr);
  assertEquals([remoteAddr.transport, remoteAddr.hostname], ["tcp", "127.0.0.1"]);
  assert(remoteAddr.port > 0 && remoteAddr.port !== localAddr.port);
});

Deno.test({
  name: "serve() listens on IPv6",
  ignore: !hasIpv6(),
  async fn() {
    await using local = await startLocal((request) => text(request.url), { hostname: "::1" });
    assertEquals(local.addr.hostname, "::1");
    assertEquals(await getText(`${local.origin}/six`), `${local.origin}/six`);
    using client = await WireClient.connect(local.addr);
    await client.send("GET / HTTP/1.0\r\n\r\n");
    const { content } = await client.response();
    assertEquals(new TextDecoder().decode(content), `${local.origin}/`);
  },
});

Deno.test("serve() throws AddrInUse at once where the port is taken", async () => {
  await using local = await startLocal(hello);
  const options = { ...ANYWHERE, port: local.addr.port };
  assertThrows(() => serve(options, hello), Deno.errors.AddrInUse);
  assertEquals(await getText(local.origin), "hello");
});

Deno.test("the port is free again as soon as shutdown() resolves", async () => {
  const first = await startLocal(hello);
  await first.server.shutdown();
  await using second = await startLocal(hello, { port: first.addr.port });
  assertEquals(second.addr, first.addr);
  assertEquals(await getText(second.origin), "hello");
});

/** Connects until nobody listens any more; who is still accepted meanwhile is served nothing. */
async function untilRefused(addr: Parameters<typeof WireClient.connect>[0]): Promise<void> {
  for (;;) {
    try {
      using client = await WireClient.connect(addr);
      assert(await client.isOver());
    } catch (error) {
      // Who waits to be accepted when the listener goes is cut.
      if (error instanceof Deno.errors.ConnectionReset) continue;
      assertInstanceOf(error, Deno.errors.ConnectionRefused);
      return;
    }
  }
}

Deno.test("shutdown() lets a request under way end, and closes idle connections", async () => {
  const answer = Promise.withResolvers<Response>();
  const arrived = Promise.withResolvers<void>();
  await using local = await startLocal(({ url }) => {
    if (!url.endsWith("/slow")) return text("quick");
    arrived.resolve();
    return answer.promise;
  });
  using idle = await WireClient.connect(local.addr);
  await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assertEquals((await idle.response()).status, 200);
  using busy = await WireClient.connect(local.addr);
  await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived.promise;

  const stopped = local.server.shutdown();
  assert(await idle.isOver());
  await untilRefused(local.addr);
  assertEquals(local.server.stats().requests.inFlight, 1);

  answer.resolve(text("done"));
  const response = await busy.response();
  assertEquals(response.headers.get("connection"), "close");
  assertEquals(new TextDecoder().decode(response.content), "done");
  assert(await busy.isOver());
  busy[Symbol.dispose]();
  idle[Symbol.dispose]();
  await stopped;
  assertEquals(local.server.stats().connections.open, 0);
});

Deno.test("shutdown({ deadline }) cuts a request that does not end", async () => {
  const never = Promise.withResolvers<Response>();
  const reasons: unknown[] = [];
  const arrived = Promise.withResolvers<void>();
  await using local = await startLocal(({ signal }) => {
    signal.addEventListener("abort", () => reasons.push(signal.reason));
    arrived.resolve();
    return never.promise;
  });
  using client = await WireClient.connect(local.addr);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived.promise;
  await local.server.shutdown({ deadline: 0 });
  assertEquals((await client.rest().catch(() => new Uint8Array())).length, 0);
  assertEquals(reasons.length, 1);
  never.resolve(text("too late"));
});

Deno.test("signal closes the server at once, with every connection", async () => {
  const controller = new AbortController();
  const arrived = Promise.withResolvers<void>();
  const never = Promise.withResolvers<Response>();
  await using local = await startLocal(() => {
    arrived.resolve();
    return never.promise;
  }, { signal: controller.signal });
  using busy = await WireClient.connect(local.addr);
  await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived.promise;
  using idle = await WireClient.connect(local.addr);
  await eventually(() => local.server.stats().connections.open, (open) => open === 2, "open");

  controller.abort();
  await local.server.finished;
  assertEquals((await busy.rest().catch(() => new Uint8Array())).length, 0);
  assertEquals((await idle.rest().catch(() => new Uint8Array())).length, 0);
  await untilRefused(local.addr);
});

Deno.test("a signal that has aborted closes the server before it accepts", async () => {
  await using local = await startLocal(hello, { signal: AbortSignal.abort() });
  await local.server.finished;
  await untilRefused(local.addr);
});

Deno.test("await using shuts the server down", async () => {
  let addr: NetAddress;
  {
    await using server = serve(ANYWHERE, hello);
    addr = server.addr as NetAddress;
    assertEquals(await getText(originOf(server)), "hello");
  }
  await untilRefused(addr);
});

Deno.test("more clients than tcpBacklog are served", async () => {
  await using local = await startLocal(hello, { tcpBacklog: 1 });
  const clients = Array.from({ length: 8 }, () => WireClient.connect(local.addr));
  for (const connecting of clients) {
    using client = await connecting;
    await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertEquals((await client.response()).status, 200);
  }
});

Deno.test("serve() prints where it listens, by default", async () => {
  await using server = await startServer(["run", "-A", "-"], program({ port: 0 }));
  const [line] = await server.seen(/^.*Listening.*$/m);
  assertEquals(line, `Listening on ${server.origin}/`);
  assertEquals(await getText(server.origin), "hello");
});

Deno.test("unref() lets the process end; it does so by itself", async () => {
  const { code, stderr } = await runProgram(
    ["run", "-A", "-"],
    `${program({ port: 0 })}\nserver.unref();`,
  );
  assertEquals([code, /Listening/.test(stderr)], [0, true]);
});

Deno.test("ref() behind unref() keeps the process alive", async () => {
  await using server = await startServer(
    ["run", "-A", "-"],
    `${program({ port: 0 })}\nserver.unref();\nserver.ref();\n`,
  );
  assertEquals(await getText(server.origin), "hello");
});

Deno.test("a process ends by itself once its server has shut down", async () => {
  const { code } = await runProgram(
    ["run", "-A", "-"],
    [
      program({ port: 0 }),
      "await (await fetch(`http://127.0.0.1:${server.addr.port}/`)).text();",
      "await server.shutdown();",
    ].join("\n"),
  );
  assertEquals(code, 0);
});

Deno.test("reusePort shares a port between processes where --unstable-net is set", async () => {
  const flags = ["run", "-A", "--no-config", "--unstable-net", "-"];
  await using first = await startServer(flags, program({ port: 0, reusePort: true }));
  const { port } = first;
  await using second = await startServer(flags, program({ port, reusePort: true }));
  assertEquals(second.port, port);
  assertEquals(await getText(second.origin), "hello");
  first.signal("SIGTERM");
  await first.ended;
  assertEquals(await getText(second.origin), "hello");
});

Deno.test("reusePort without --unstable-net is a TypeError that names the flag", async () => {
  const { code, stderr } = await runProgram(
    ["run", "-A", "--no-config", "-"],
    [
      'import { serve, text } from "./mod.ts";',
      "try {",
      '  serve({ hostname: "127.0.0.1", port: 0, reusePort: true }, () => text("hello"));',
      "} catch (error) {",
      "  console.error(error.name, error.message);",
      "}",
    ].join("\n"),
  );
  assertEquals(code, 0);
  assertMatch(stderr, /^TypeError .*--unstable-net/m);
});

/** A program that serves; a test gives it the options that it is about. */
function program(options: Pick<ServeOptions, "port" | "reusePort">): string {
  return [
    'import { serve, text } from "./mod.ts";',
    `const options = ${JSON.stringify({ hostname: "127.0.0.1", ...options })};`,
    'const server = serve(options, () => text("hello"));',
  ].join("\n");
}

function originOf({ addr }: RunningServer): string {
  return `http://127.0.0.1:${(addr as NetAddress).port}`;
}

async function getText(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}
