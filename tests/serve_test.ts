import { type Handler, routes, type ServeOptions, text } from "../mod.ts";
import { serveOver } from "../src/serve.ts";
import type { ListenOptions, Transport } from "../src/server/duplex.ts";
import { MemoryTransport } from "../src/transport/memory.ts";
import { assertEquals, assertInstanceOf, assertStringIncludes, assertThrows } from "./assert.ts";
import { readAnswers } from "./server/answers.ts";
import { FakeClock } from "./server/fake_clock.ts";
import { request, settle, unprinted } from "./server/memory_server.ts";

const ok: Handler = () => text("ok");
const quiet: ServeOptions = { onListen() {}, clock: new FakeClock() };
const cert = "-----BEGIN CERTIFICATE-----";
const key = "-----BEGIN PRIVATE KEY-----";

type ErrorClass = typeof TypeError | typeof RangeError;

/** What cannot be served: options as a program in JavaScript may give them. */
const REFUSED: [why: string, options: object, error: ErrorClass, message: string][] = [
  ["an option that nobody knows", { prot: 80 }, TypeError, "prot"],
  ["the option of another library", { automaticCompression: true }, TypeError, "automatic"],
  ["a negative port", { port: -1 }, RangeError, "port -1"],
  ["a port beyond 65535", { port: 65_536 }, RangeError, "port 65536"],
  ["half a port", { port: 80.5 }, RangeError, "port 80.5"],
  ["a port of text", { port: "80" }, RangeError, "port 80"],
  ["NaN for a port", { port: NaN }, RangeError, "port NaN"],
  ["a certificate without its key", { cert }, TypeError, "cert and key"],
  ["a key without its certificate", { key }, TypeError, "cert and key"],
  ["TLS on a Unix socket", { path: "/s", cert, key }, TypeError, "path"],
  ["another transport", { transport: "udp" }, TypeError, "udp"],
  ["a Unix transport without a path", { transport: "unix" }, TypeError, "unix"],
  ["a TCP transport with a path", { transport: "tcp", path: "/s" }, TypeError, "tcp"],
  ["another half-close", { halfClose: "ignore" }, TypeError, "halfClose to ignore"],
  ["a limit that nobody knows", { limits: { body: 1 } }, TypeError, "limits.body"],
  ["a limit of objects", { limits: { toString: 1 } }, TypeError, "limits.toString"],
  ["a negative limit", { limits: { content: -1 } }, RangeError, "limits.content to -1"],
  ["half a limit", { limits: { headerFields: 1.5 } }, RangeError, "limits.headerFields to 1.5"],
  ["a limit of NaN", { limits: { drain: NaN } }, RangeError, "limits.drain to NaN"],
  ["a limit of text", { limits: { content: "1MB" } }, RangeError, "limits.content to 1MB"],
  ["half a second", { limits: { retryAfter: 0.5 } }, RangeError, "limits.retryAfter to 0.5"],
  ["a limit of null", { limits: { content: null } }, RangeError, "limits.content to null"],
  [
    "no bound on the header section",
    { limits: { headerSection: Infinity } },
    RangeError,
    "limits.headerSection to Infinity",
  ],
  [
    "a rate that nobody knows",
    { limits: { minRate: { octets: 1 } } },
    TypeError,
    "limits.minRate.octets",
  ],
  [
    "a negative rate",
    { limits: { minRate: { octetsPerSecond: -1 } } },
    RangeError,
    "limits.minRate.octetsPerSecond to -1",
  ],
  [
    "a window without an end",
    { limits: { minRate: { window: Infinity } } },
    RangeError,
    "limits.minRate.window to Infinity",
  ],
  ["a timeout that nobody knows", { timeouts: { head: 1 } }, TypeError, "timeouts.head"],
  ["a negative timeout", { timeouts: { idle: -1 } }, RangeError, "timeouts.idle to -1"],
  ["a timeout of NaN", { timeouts: { write: NaN } }, RangeError, "timeouts.write to NaN"],
  ["a timeout of text", { timeouts: { idle: "1s" } }, RangeError, "timeouts.idle to 1s"],
];

for (const [why, options, error, message] of REFUSED) {
  Deno.test(`serve() refuses ${why}`, () => {
    const listens: unknown[] = [];
    const transport: Transport = {
      listen(options) {
        listens.push(options);
        throw new Error("nobody may listen");
      },
    };
    const thrown = assertThrows(
      () => serveOver(transport)({ ...quiet, ...options } as ServeOptions, ok),
      error,
    );
    assertStringIncludes(thrown.message, message);
    assertEquals(listens, []);
  });
}

/** What is no handler. */
const NO_HANDLERS: [why: string, args: unknown[]][] = [
  ["nothing", []],
  ["null", [null]],
  ["a string", ["handler"]],
  ["options alone", [{ port: 0 }]],
  ["an object without fetch", [{ port: 0 }, { handle: ok }]],
  ["a fetch that is no function", [{ port: 0 }, { fetch: "fetch" }]],
  ["null behind options", [{ port: 0 }, null]],
  ["a string among the options", [{ port: 0, handler: "handler" }]],
];

for (const [why, args] of NO_HANDLERS) {
  Deno.test(`serve() refuses ${why} for a handler`, () => {
    const serve = serveOver(new MemoryTransport()) as (...args: unknown[]) => unknown;
    assertThrows(() => serve(...args), TypeError, "there is no handler");
  });
}

/** Every limit and timeout may be set to its least, some to Infinity. */
const ACCEPTED: [why: string, options: ServeOptions][] = [
  ["limits of 0", {
    limits: { content: 0, drain: 0, chunkExtension: 0, trailerSection: 0, connections: 0 },
  }],
  ["limits that may be Infinity", {
    limits: {
      content: Infinity,
      drain: Infinity,
      connections: Infinity,
      connectionsPerAddress: Infinity,
      requestsPerConnection: Infinity,
      queue: Infinity,
      eventLoopDelay: Infinity,
    },
  }],
  ["limits that are undefined", { limits: { content: undefined, minRate: undefined } }],
  ["half a rate", { limits: { minRate: { window: 5_000 } } }],
  ["timeouts of 0", { timeouts: { idle: 0, drain: 0, handler: 0 } }],
  ["timeouts of Infinity", { timeouts: { idle: Infinity, requestHead: Infinity } }],
  ["options that are undefined", { port: undefined, cert: undefined, signal: undefined }],
  ["every half-close", { halfClose: "abort" }],
  ["tcp", { transport: "tcp" }],
];

for (const [why, options] of ACCEPTED) {
  Deno.test(`serve() accepts ${why}`, async () => {
    const server = serveOver(new MemoryTransport())({ ...quiet, ...options }, ok);
    await server.shutdown();
  });
}

Deno.test("serve() accepts a path, with or without its transport", async () => {
  for (const options of [{ path: "/s" }, { path: "/s", transport: "unix" }] as const) {
    const server = serveOver(new MemoryTransport())({ ...quiet, ...options }, ok);
    await server.shutdown();
  }
});

/** The ways to call it. */
const SHAPES: [how: string, args: readonly unknown[]][] = [
  ["a function", [ok]],
  ["an object with fetch", [{ fetch: ok }]],
  ["a route table", [routes({ "GET /": ok })]],
  ["options and a function", [quiet, ok]],
  ["options and a route table", [quiet, routes({ "GET /": ok })]],
  ["a function among the options", [{ ...quiet, handler: ok }]],
  ["an object with fetch among the options", [{ ...quiet, handler: { fetch: ok } }]],
];

for (const [how, args] of SHAPES) {
  Deno.test(`serve() takes ${how}`, async () => {
    const transport = new MemoryTransport();
    await unprinted(async () => {
      const serve = serveOver(transport) as (...args: unknown[]) => ReturnType<typeof serveShape>;
      const server = serve(...args);
      const client = transport.connect();
      client.send(request("GET / HTTP/1.1"));
      await settle();
      assertEquals(readAnswers(client.read()).map(({ content }) => content), ["ok"]);
      client.reset();
      await server.shutdown();
    });
  });
}

const serveShape = serveOver(new MemoryTransport());

Deno.test("an object with fetch keeps its this, and may change its fetch", async () => {
  class App {
    greeting = "hello";
    fetch(): Response {
      return text(this.greeting);
    }
  }
  const app = new App();
  const transport = new MemoryTransport();
  const server = serveOver(transport)(quiet, app);
  const client = transport.connect();
  client.send(request("GET / HTTP/1.1"));
  app.greeting = "goodbye";
  client.send(request("GET / HTTP/1.1"));
  await settle();
  assertEquals(readAnswers(client.read()).map(({ content }) => content), ["hello", "goodbye"]);
  client.reset();
  await server.shutdown();
});

/** A transport that notes how it is asked to listen. */
class NotingTransport extends MemoryTransport {
  readonly asked: ListenOptions[] = [];
  readonly calls: string[] = [];

  override listen(...[options, accept]: Parameters<MemoryTransport["listen"]>) {
    this.asked.push(options);
    const listener = super.listen(options, accept);
    return {
      addr: listener.addr,
      close: () => {
        this.calls.push("close");
        listener.close();
      },
      ref: () => void this.calls.push("ref"),
      unref: () => void this.calls.push("unref"),
    };
  }
}

Deno.test("serve() listens on 0.0.0.0:8000 by default", async () => {
  const transport = new NotingTransport();
  const server = serveOver(transport)(quiet, ok);
  assertEquals(transport.asked, [{
    hostname: "0.0.0.0",
    port: 8000,
    path: undefined,
    cert: undefined,
    key: undefined,
    reusePort: false,
    tcpBacklog: undefined,
  }]);
  assertEquals(server.addr, { transport: "tcp", hostname: "0.0.0.0", port: 8000 });
  await server.shutdown();
});

Deno.test("serve() listens as it is told", async () => {
  const transport = new NotingTransport();
  const options = { hostname: "::1", port: 0, cert, key, reusePort: true, tcpBacklog: 7 };
  const server = serveOver(transport)({ ...quiet, ...options }, ok);
  assertEquals(transport.asked, [{ ...options, path: undefined }]);
  await server.shutdown();
});

Deno.test("ref(), unref() and a close go to the listener, the close once", async () => {
  const transport = new NotingTransport();
  const server = serveOver(transport)(quiet, ok);
  server.unref();
  server.ref();
  await server.shutdown();
  await server.shutdown();
  assertEquals(transport.calls, ["unref", "ref", "close"]);
});

Deno.test("onListen is called once, with the address", async () => {
  const seen: unknown[] = [];
  const server = serveOver(new MemoryTransport())({
    ...quiet,
    port: 1234,
    onListen: (address) => void seen.push(address),
  }, ok);
  assertEquals(seen, [{ transport: "tcp", hostname: "0.0.0.0", port: 1234 }]);
  await server.shutdown();
});

/** What is printed where no `onListen` is given. */
const PRINTED: [options: ServeOptions, text: string][] = [
  [{}, "Listening on http://0.0.0.0:8000/ (http://localhost:8000/)"],
  [{ hostname: "127.0.0.1", port: 80 }, "Listening on http://127.0.0.1:80/"],
  [{ hostname: "::", port: 81 }, "Listening on http://[::]:81/ (http://localhost:81/)"],
  [{ hostname: "::1", port: 81 }, "Listening on http://[::1]:81/"],
  [
    { hostname: "0.0.0.0", port: 443, cert, key },
    "Listening on https://0.0.0.0:443/ (https://localhost:443/)",
  ],
];

for (const [options, expected] of PRINTED) {
  Deno.test(`without onListen, serve() prints: ${expected}`, async () => {
    const printed = await unprinted(async () => {
      await serveOver(new MemoryTransport())({ clock: new FakeClock(), ...options }, ok).shutdown();
    });
    assertEquals(printed, [expected]);
  });
}

Deno.test("what a transport throws is the caller's", () => {
  const error = new Error("port is taken");
  const serve = serveOver({
    listen() {
      throw error;
    },
  });
  const thrown = assertThrows(() => serve(quiet, ok));
  assertInstanceOf(thrown, Error);
  assertEquals(thrown, error);
});
