/** The sockets of Node, as Deno has them; `tests/npm` does the same on Node itself. */
import * as culvert from "../../mod.ts";
import * as onNode from "../../src/node.ts";
import { checkVersion } from "../../src/transport/node.ts";
import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertRejects,
  assertThrows,
} from "../assert.ts";
import { corpusAnswers } from "../wire/corpus_answers.ts";
import { toText, WireClient } from "./wire_client.ts";

type NetAddress = culvert.NetAddress;

const { serve, text } = onNode;
const ANYWHERE: culvert.ServeOptions = { hostname: "127.0.0.1", port: 0, onListen() {} };
const SOCKET_TESTS = [
  "curl",
  "fetch",
  "hand_on",
  "many_clients",
  "mutation",
  "node_client",
  "streaming",
  "tls",
  "tls_closure",
];

Deno.test("the entries for Deno and Node export the same names", async () => {
  assertEquals(Object.keys(onNode).sort(), Object.keys(culvert).sort());
  const [ours, theirs] = await Promise.all(["mod.ts", "src/node.ts"].map(exportsOf));
  assertGreater(ours.length, 20);
  assertEquals(theirs, ours);
});

Deno.test("the socket tests pass over the sockets of Node", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "-A",
      "--parallel",
      "--no-check",
      ...SOCKET_TESTS.map((name) => `tests/transport/${name}_test.ts`),
    ],
    cwd: new URL("../../", import.meta.url),
    env: { CULVERT_TEST_TRANSPORT: "node", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
});

Deno.test("the corpus gets the same octets over the sockets of Deno and Node", async () => {
  const handler: culvert.Handler = async (request) =>
    text(`${request.url} ${await request.text()}`);
  const options = { ...ANYWHERE, port: 0, onError: () => text("failed", { status: 500 }) };
  await using deno = culvert.serve(options, handler);
  await using node = serve(options, handler);
  const [expected, actual] = await Promise.all([
    corpusAnswers(await deno.listening as NetAddress),
    corpusAnswers(await node.listening as NetAddress),
  ]);
  assertGreater(expected.size, 120);
  assertEquals(withoutPort(actual), withoutPort(expected));
});

Deno.test("node: addr is what was asked for until listening resolves", async () => {
  const told: unknown[] = [];
  await using server = serve({ ...ANYWHERE, onListen: (addr) => told.push(addr) }, hello);
  assertEquals(server.addr, { transport: "tcp", hostname: "127.0.0.1", port: 0 });
  const addr = await server.listening as NetAddress;
  assertGreater(addr.port, 0);
  assertEquals([server.addr, told], [addr, [addr]]);
});

Deno.test("node: a port that is taken makes listening reject with EADDRINUSE", async () => {
  await using first = serve(ANYWHERE, hello);
  const { port } = await first.listening as NetAddress;
  const second = serve({ ...ANYWHERE, port }, hello);
  const error = await assertRejects(() => second.listening, Error);
  assertEquals(Reflect.get(error, "code"), "EADDRINUSE");
  await assertRejects(() => second.finished, Error, "EADDRINUSE");
  await second.shutdown();
});

Deno.test("node: a Unix domain socket", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  {
    await using server = serve({ path, onListen() {} }, (_request, context) => {
      return culvert.json([context.localAddr, context.remoteAddr.transport]);
    });
    assertEquals(await server.listening, { transport: "unix", path });
    using client = await WireClient.connect({ transport: "unix", path });
    await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const { content } = await client.response();
    assertEquals(JSON.parse(toText(content)), [{ transport: "unix", path }, "unix"]);
    const taken = serve({ path, onListen() {} }, hello);
    await assertRejects(() => taken.listening, Error, "EADDRINUSE");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("node: a stream to HTTP/1.0 that errs is reset, so that it does not look whole", async () => {
  const folder = await Deno.makeTempDir();
  const handler = () => new Response(failing());
  const onError = () => text("nobody gets this");
  {
    await using server = serve({ ...ANYWHERE, onError }, handler);
    using client = await WireClient.connect(await server.listening as NetAddress);
    await client.send("GET / HTTP/1.0\r\n\r\n");
    await assertRejects(() => client.rest(), Deno.errors.ConnectionReset);
    // A Unix domain socket has no reset: it is closed.
    const path = `${folder}/socket`;
    await using local = serve({ path, onListen() {}, onError }, handler);
    await local.listening;
    using neighbour = await WireClient.connect({ transport: "unix", path });
    await neighbour.send("GET / HTTP/1.0\r\n\r\n");
    assert(toText(await neighbour.rest()).endsWith("\r\n\r\nab"));
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("node: shutdown() answers what is under way, and frees the port", async () => {
  const answer = Promise.withResolvers<Response>();
  const arrived = Promise.withResolvers<void>();
  const server = serve(ANYWHERE, () => {
    arrived.resolve();
    return answer.promise;
  });
  const addr = await server.listening as NetAddress;
  using idle = await WireClient.connect(addr);
  using busy = await WireClient.connect(addr);
  await busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived.promise;
  const stopped = server.shutdown();
  assert(await idle.isOver());
  answer.resolve(text("done"));
  assertEquals(toText((await busy.response()).content), "done");
  assert(await busy.isOver());
  busy[Symbol.dispose]();
  await stopped;
  await using next = serve({ ...ANYWHERE, port: addr.port }, hello);
  assertEquals(await next.listening, addr);
});

Deno.test("node: a server that is closed before it listens accepts nobody", async () => {
  const server = serve({ ...ANYWHERE, signal: AbortSignal.abort() }, hello);
  const addr = await server.listening as NetAddress;
  await server.finished;
  await assertRejects(() => WireClient.connect(addr), Deno.errors.ConnectionRefused);
});

Deno.test("node: a version that is too old is one clear error", () => {
  for (const version of ["18.20.8", "20.18.3", "21.7.3", "22.11.0"]) {
    assertThrows(() => checkVersion(version, false), Error, `Cannot serve on Node ${version}`);
  }
  for (const version of ["20.19.0", "22.12.0", "23.0.0", "24.0.0", "26.3.0"]) {
    checkVersion(version, false);
  }
  assertThrows(() => checkVersion("20.19.0", true), TypeError, "reusePort needs Node 22.12");
  checkVersion("22.12.0", true);
});

Deno.test('request: "native" gives handlers the platform\'s own request', async () => {
  for (const serveOn of [culvert.serve, serve]) {
    await using server = serveOn({ ...ANYWHERE, request: "native" }, async (request) => {
      const copy = new Request(request, { headers: { "x-copy": "1" } });
      return text([
        Object.getPrototypeOf(request) === Request.prototype,
        request.method,
        copy.headers.get("x-copy"),
        await copy.text(),
      ].join());
    });
    const { port } = await server.listening as NetAddress;
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "PUT", body: "content" });
    assertEquals(await response.text(), "true,PUT,1,content");
  }
  const wrong = "eager" as "lazy";
  assertThrows(() => serve({ request: wrong }, hello), TypeError, "request to eager");
});

function hello(): Response {
  return text("hello");
}

/** Without the port that stands in for a missing `Host`, and the lengths that it changes. */
function withoutPort(answers: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...answers].map(([name, answer]) => [
      name,
      answer.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:port"),
    ]),
  );
}

/** The names that a module takes from others and exports, types included. */
async function exportsOf(file: string): Promise<string[]> {
  const source = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
  return [...source.matchAll(/^export (?:type )?\{([^}]+)\}/gm)]
    .flatMap(([, names]) => names.split(",").map((name) => name.replace(/\btype /, "").trim()))
    .filter((name) => name !== "").sort();
}

/** Two chunks, each on its way before the next, then an error. */
function failing(): ReadableStream<Uint8Array> {
  const chunks = ["a", "b"];
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const chunk = chunks.shift();
      if (chunk === undefined) throw new Error("of the stream");
      controller.enqueue(new TextEncoder().encode(chunk));
    },
  });
}

Deno.test("node: what a slow client takes of a large answer is noted as it takes it", async () => {
  const content = new Uint8Array(64 << 20);
  const server = serve(ANYWHERE, () => culvert.bytes(content));
  const { port } = await server.listening as NetAddress;
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    // It reads nothing: only what the operating system holds can have been taken.
    while (server.stats().octets.out < 65_536) await new Promise((wake) => setTimeout(wake, 10));
    assertLess(server.stats().octets.out, content.length);
  } finally {
    conn.close();
    await server.shutdown({ deadline: 0 });
  }
});
