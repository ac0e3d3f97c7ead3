/** The access log of a real server: what it writes, and that it is never in the way. */
import { bytes, type Handler, routes, text } from "../../mod.ts";
import {
  type AccessLog,
  type AccessLogOptions,
  createAccessLog,
  file,
  type LogSink,
} from "../../src/middleware/access_log.ts";
import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertThrows,
} from "../assert.ts";
import { startServer } from "../program.ts";
import { FakeClock } from "../server/fake_clock.ts";
import { eventually, startLocal } from "../transport/servers.ts";
import { parseCombined } from "./combined_parser.ts";

class TextSink implements LogSink {
  text = "";

  write(octets: Uint8Array): void {
    this.text += new TextDecoder().decode(octets);
  }

  get lines(): readonly string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

/** Sends octets, and reads until the server closes. */
async function converse(port: number, wire: string): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(Uint8Array.from(wire, (character) => character.charCodeAt(0)));
  return await new Response(conn.readable).text();
}

/** Serves with a log, lets clients come, and gives the lines. */
async function logged(
  handler: Handler,
  visit: (port: number, origin: string) => Promise<unknown>,
  options: Omit<AccessLogOptions, "sink"> = {},
): Promise<readonly string[]> {
  const sink = new TextSink();
  const log = createAccessLog({ ...options, sink });
  await using local = await startLocal(log.middleware(handler));
  await visit(local.addr.port, local.origin);
  await local.server.shutdown();
  await log.close();
  return sink.lines;
}

const CLOSE = "Host: localhost\r\nConnection: close\r\n";

const HANDLERS: Record<string, Handler> = {
  "/text": () => text("hello"),
  "/stream": () => new Response(ReadableStream.from([new Uint8Array(3), new Uint8Array(4)])),
  "/error": () => {
    throw new Error("of the handler");
  },
  "/later": async () => {
    await Promise.resolve();
    return new Response(null, { status: 204 });
  },
  "/echo": async (request) => text(await request.text()),
};

const answer: Handler = (request, context) =>
  (HANDLERS[new URL(request.url).pathname] ?? HANDLERS["/text"])(request, context);

const REQUESTS: [wire: string, request: string, status: number, octets: number, agent: string][] = [
  [`GET /text HTTP/1.1\r\n${CLOSE}\r\n`, "GET /text HTTP/1.1", 200, 5, "-"],
  ["GET /text HTTP/1.0\r\n\r\n", "GET /text HTTP/1.0", 200, 5, "-"],
  [`HEAD /text HTTP/1.1\r\n${CLOSE}\r\n`, "HEAD /text HTTP/1.1", 200, 0, "-"],
  [`GET /stream HTTP/1.1\r\n${CLOSE}\r\n`, "GET /stream HTTP/1.1", 200, 7, "-"],
  [`GET /error HTTP/1.1\r\n${CLOSE}\r\n`, "GET /error HTTP/1.1", 500, 6, "-"],
  [`GET /later?a=1 HTTP/1.1\r\n${CLOSE}\r\n`, "GET /later?a=1 HTTP/1.1", 204, 0, "-"],
  [
    `POST /echo HTTP/1.1\r\n${CLOSE}Content-Length: 3\r\n\r\nabc`,
    "POST /echo HTTP/1.1",
    200,
    3,
    "-",
  ],
  [
    `GET /"\\ HTTP/1.1\r\n${CLOSE}User-Agent: "\x80\xff" \\x22\t#\r\n\r\n`,
    "GET /%22/ HTTP/1.1",
    200,
    5,
    '"\x80\xff" \\x22\t#',
  ],
];

for (const [wire, request, status, octets, userAgent] of REQUESTS) {
  Deno.test(`the line of ${JSON.stringify(wire)}`, async () => {
    const lines = await logged(answer, (port) => converse(port, wire));
    const parsed = lines.map(parseCombined);
    assertEquals(
      parsed.map((line) => [line.client, line.request, line.status, line.octets, line.userAgent]),
      [["127.0.0.1", request, status, octets, userAgent]],
    );
    assertEquals(parsed[0].aborted, false);
  });
}

Deno.test("a line of JSON has the route and the content of the request", async () => {
  const app = routes({ "POST /users/:id": async (request) => text(await request.text()) });
  const [line] = await logged(
    app.fetch,
    async (_, origin) => {
      await (await fetch(`${origin}/users/7`, { method: "POST", body: "hello" })).text();
    },
    { format: "json", fields: (_, { params }) => ({ user: params.id ?? null }) },
  );
  const { route, receivedOctets, contentOctets, user, aborted } = JSON.parse(line);
  assertEquals([route, receivedOctets, contentOctets, user, aborted], [
    "/users/:id",
    5,
    5,
    "7",
    false,
  ]);
});

Deno.test("an answer that its client does not take is called aborted, with what was sent", async () => {
  const size = 32 << 20;
  const [line] = await logged(() => bytes(new Uint8Array(size)), async (port) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    await conn.read(new Uint8Array(1000));
    conn.close();
  });
  const { status, octets, aborted } = parseCombined(line);
  assertEquals([status, aborted], [200, true]);
  assertLess(octets, size);
  assertGreater(octets, 0);
});

Deno.test("a stream that breaks in its middle is called aborted, with what was sent", async () => {
  const [line] = await logged(
    () =>
      new Response(
        new ReadableStream(
          {
            async pull(controller) {
              await new Promise((resolve) => setTimeout(resolve, 5));
              if (this.count++ < 2) controller.enqueue(new Uint8Array(100));
              else controller.error(new Error("of the stream"));
            },
            count: 0,
          } as UnderlyingDefaultSource & { count: number },
        ),
      ),
    (port) => converse(port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").catch(() => {}),
  );
  const { status, octets, aborted } = parseCombined(line);
  assertEquals([status, octets, aborted], [200, 200, true]);
});

Deno.test("what a handler has done to a request's fields is logged of that request alone", async () => {
  const handler: Handler = (request, { url }) => {
    if (url.searchParams.has("rename")) request.headers.set("user-agent", "renamed");
    return text("ok");
  };
  let visits = 0;
  const wires = ["/", "/", "/?rename", "/?rename", "/", "/"].map((target) =>
    `GET ${target} HTTP/1.1\r\nUser-Agent: ${target === "/" ? "same" : "other"}\r\n`
  );
  const lines = await logged((request, context) => {
    // The same octets, of which every second request is changed.
    if (++visits % 2 === 0) request.headers.set("referer", "changed");
    return handler(request, context);
  }, async (port) => {
    const [last, ...others] = wires.toReversed();
    const wire = others.toReversed().map((head) => `${head}Host: a\r\n\r\n`).join("");
    await converse(port, `${wire}${last}${CLOSE}\r\n`);
  });
  assertEquals(
    lines.map((line) => parseCombined(line)).map(({ referer, userAgent }) => [referer, userAgent]),
    [
      ["-", "same"],
      ["changed", "same"],
      ["-", "renamed"],
      ["changed", "renamed"],
      ["-", "same"],
      ["changed", "same"],
    ],
  );
});

Deno.test("the duration is that of the clock", async () => {
  const clock = new FakeClock();
  const [line] = await logged(
    async () => {
      await new Promise((resolve) => setTimeout(resolve));
      clock.advance(250);
      return text("hello");
    },
    (port) => converse(port, `GET / HTTP/1.1\r\n${CLOSE}\r\n`),
    { clock },
  );
  assertEquals(parseCombined(line).seconds, 0.25);
});

Deno.test("what a program adds may throw: the line is dropped, the answer is not", async () => {
  const errors: unknown[] = [];
  const sink = new TextSink();
  await using log = createAccessLog({
    sink,
    client: () => {
      throw new Error("of the program");
    },
    onError: (error) => void errors.push(error),
  });
  await using local = await startLocal(log.middleware(() => text("hello")));
  assertEquals(await (await fetch(local.origin)).text(), "hello");
  await eventually(() => errors.length, (count) => count === 1, "errors");
  assertEquals([log.stats().dropped, sink.text], [1, ""]);
});

Deno.test("a handler that another server calls is logged when it has answered", async () => {
  const sink = new TextSink();
  const log = createAccessLog({ sink, client: () => "somebody" });
  const handler = log.middleware((request) => {
    if (request.url.endsWith("/throws")) throw new Error("of the handler");
    if (request.url.endsWith("/rejects")) return Promise.reject(new Error("of the handler"));
    return request.url.endsWith("/later") ? Promise.resolve(text("later")) : text("ok");
  });
  const context = {} as Parameters<Handler>[1];
  await handler(new Request("http://localhost/"), context);
  await handler(new Request("http://localhost/later"), context);
  assertThrows(() => handler(new Request("http://localhost/throws"), context));
  await Promise.resolve(handler(new Request("http://localhost/rejects"), context)).catch(() => {});
  await log.close();
  assertEquals(sink.lines.map(parseCombined).map(({ request, status }) => [request, status]), [
    ["GET / HTTP/1.1", 200],
    ["GET /later HTTP/1.1", 200],
    ["GET /throws HTTP/1.1", 499],
    ["GET /rejects HTTP/1.1", 499],
  ]);
});

Deno.test({
  name: "a disk that is full does not keep anybody from being served",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const errors: unknown[] = [];
    const log = createAccessLog({
      sink: file("/dev/full"),
      bufferOctets: 65_536,
      flushInterval: 1,
      onError: (error) => void errors.push(error),
    });
    await using local = await startLocal(log.middleware(() => text("hello")));
    const wave = async () => {
      await Promise.all(Array.from({ length: 50 }, async () => {
        assertEquals(await (await fetch(local.origin)).text(), "hello");
      }));
      return log.stats();
    };
    const { failures } = await eventually(wave, ({ dropped }) => dropped > 0, "dropped lines");
    assertGreater(failures, 0);
    await log.close();
    assertEquals([log.stats().written, log.stats().waiting], [0, 0]);
    assertMatch(String(errors[0]), /No space left|ENOSPC/);
    assertEquals(errors.length, 2);
  },
});

Deno.test("a file in a folder that is not there is told of, and made once there is one", async () => {
  const folder = await Deno.makeTempDir();
  const errors: unknown[] = [];
  const path = `${folder}/logs/access.log`;
  const log = createAccessLog({
    sink: file(path),
    client: () => "somebody",
    onError: (error) => void errors.push(error),
  });
  await log.middleware(() => text("ok"))(new Request("http://localhost/"), {} as never);
  await log.flush();
  assertEquals([errors.length, log.stats().failures], [1, 1]);
  await Deno.mkdir(`${folder}/logs`);
  await log.close();
  assertMatch(await Deno.readTextFile(path), /^somebody .*\n$/);
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o640);
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "SIGHUP opens the file again, and nothing is lost at the end",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/access.log`;
    await using server = await startServer(["run", "-A", "tests/middleware/rotated_log.ts", path]);
    const visit = async (name: string) => {
      await (await fetch(`${server.origin}/${name}`)).text();
    };
    const contains = (file: string, name: string) =>
      eventually(
        () => Deno.readTextFile(file).catch(() => ""),
        (text) => text.includes(`GET /${name} `),
        file,
      );
    await visit("before");
    await contains(path, "before");
    await Deno.rename(path, `${path}.1`);
    server.signal("SIGHUP");
    const reopened = async () => {
      await visit("between");
      return await Deno.stat(path).then(() => true, () => false);
    };
    await eventually(reopened, (isThere) => isThere, "the new file");
    await visit("behind");
    server.signal("SIGTERM");
    assertEquals((await server.ended).code, 0);
    await contains(path, "behind");
    assert(!(await Deno.readTextFile(`${path}.1`)).includes("behind"));
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("a pipe that nobody reads does not keep anybody from being served", async () => {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tests/middleware/piped_log.ts"],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  try {
    const reader = server.stderr.getReader();
    const decoder = new TextDecoder();
    let started = "";
    while (!/Listening on \S+\/\s/.test(started)) {
      const { value, done } = await reader.read();
      assert(!done, started);
      started += decoder.decode(value, { stream: true });
    }
    reader.releaseLock();
    const origin = /http:\S+(?=\/\s)/.exec(started)![0];
    const wave = async () => {
      await Promise.all(Array.from({ length: 50 }, async () => {
        const path = `${origin}/${"x".repeat(2000)}`;
        const signal = AbortSignal.timeout(60_000);
        assertEquals(await (await fetch(path, { signal })).text(), "ok");
      }));
      return await (await fetch(`${origin}/stats`)).json();
    };
    const { waiting } = await eventually(wave, ({ dropped }) => dropped > 0, "dropped lines");
    assertGreater(waiting, 900_000);
  } finally {
    server.kill("SIGKILL");
    await server.status;
    await server.stdout.cancel();
    await server.stderr.cancel();
  }
});

const WRONG: [options: object, error: ErrorConstructor, message: string][] = [
  [{ formats: "json" }, TypeError, "Cannot log: there is no option formats"],
  [{ toString: 1 }, TypeError, "Cannot log: there is no option toString"],
  [{ format: "xml" }, TypeError, "Cannot log as xml: the format is"],
  [{ format: 1 }, TypeError, "Cannot log: format must be of type string"],
  [{ sink: null }, TypeError, "Cannot log: sink must be of type object"],
  [{ sink: {} }, TypeError, "Cannot log: sink must have a function write"],
  [{ bufferOctets: 10 }, RangeError, "Cannot log: bufferOctets must be 65536–"],
  [{ flushInterval: 0 }, RangeError, "Cannot log: flushInterval must be 1–"],
  [{ client: "me" }, TypeError, "Cannot log: client must be of type function"],
];

for (const [options, error, message] of WRONG) {
  Deno.test(`createAccessLog() objects: ${message}`, () => {
    const thrown = assertThrows(() => createAccessLog(options), error);
    assert((thrown as Error).message.startsWith(message), (thrown as Error).message);
  });
}

Deno.test("close() and file() object to what cannot be", async () => {
  const log: AccessLog = createAccessLog({ sink: new TextSink() });
  let error: unknown;
  await log.close({ deadline: -1 }).catch((thrown) => error = thrown);
  assert(error instanceof RangeError);
  assertThrows(() => file(""), TypeError, "Cannot log to a file");
  await log.close();
});
