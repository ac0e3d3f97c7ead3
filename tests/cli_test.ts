import process from "node:process";
import { main } from "../src/cli.ts";
import { VERSION } from "../src/version.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "./assert.ts";
import { type RunningServer, runProgram, startServer } from "./program.ts";
import { eventually } from "./transport/servers.ts";

/** As `deno task start` runs it; a permission that is missing is an error, not a question. */
const COMMAND = [
  "run",
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-run",
  "--allow-env",
  "src/cli.ts",
];

const FLAGS = [
  ...["hostname", "port", "workers", "deadline", "quiet", "help", "version", "dir", "limit"],
  ...["no-listing", "dotfiles", "cors"],
];

/** Only Linux divides connections among processes of Deno. */
const HAS_WORKERS = Deno.build.os === "linux";

Deno.test("--help prints the usage", async () => {
  const { code, stdout, stderr } = await run("--help");
  assertEquals([code, stderr], [0, ""]);
  for (const flag of FLAGS) assertMatch(stdout, new RegExp(`^  (?:-h, )?--${flag} `, "m"));
});

Deno.test("--version prints the version", async () => {
  assertEquals(await run("--version"), { code: 0, stdout: `culvert ${VERSION}\n`, stderr: "" });
});

const MISTAKES: [args: string[], complaint: string][] = [
  [["--prot", "80"], "unknown argument --prot"],
  [["--no-port"], "unknown argument --no-port"],
  [["-p", "80"], "unknown argument -p"],
  [["docs", "src"], "unknown argument src"],
  [["docs", "--dir", "src"], "--dir is the showcase's: a folder is served, or the showcase"],
  [["--dir", "deno.json"], "Cannot serve the folder deno.json: it is not a folder"],
  [["2026"], "Cannot serve the folder 2026: there is none of that name"],
  [["--dir"], "--dir needs a folder"],
  [["--", "--prot"], "unknown argument --prot"],
  [["--port", "0", "--", "--dir"], "--dir needs a folder"],
  [["--limit", "many"], "--limit needs a number from 0 to 1000000"],
  [["--port"], "--port needs a number from 0 to 65535"],
  [["--port", "-1"], "--port needs a number from 0 to 65535"],
  [["--deadline", "-1"], "--deadline needs a number from 0 to 2147483647"],
  [["--port", "--prot"], "--port needs a number from 0 to 65535"],
  [["--port", "65536"], "--port needs a number from 0 to 65535"],
  [["--port", "0x50"], "--port needs a number from 0 to 65535"],
  [["--port", "80.5"], "--port needs a number from 0 to 65535"],
  [["--deadline", "soon"], "--deadline needs a number from 0 to 2147483647"],
  [["--deadline", "2147483648"], "--deadline needs a number from 0 to 2147483647"],
  [["--hostname="], "--hostname needs a name or an address"],
  [["--workers"], "--workers needs a number from 1 to 1024"],
  [["--workers", "0"], "--workers needs a number from 1 to 1024"],
  [["--workers", "1025"], "--workers needs a number from 1 to 1024"],
];

for (const [args, complaint] of MISTAKES) {
  Deno.test(`${args.join(" ")} is a mistake that is named`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `${complaint}\nTry --help for the flags\n`);
  });
}

Deno.test("a port that is taken is one line, and exit code 1", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  assertEquals(await run("--port", String(port)), {
    code: 1,
    stdout: "",
    stderr: `Cannot listen on 127.0.0.1 port ${port}: it is taken; choose another with --port\n`,
  });
});

Deno.test({
  name: "a port that is taken is the same of workers",
  ignore: !HAS_WORKERS,
  async fn() {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr;
    assertEquals(await run("--port", String(port), "--workers", "2"), {
      code: 1,
      stdout: "",
      stderr: `Cannot listen on 127.0.0.1 port ${port}: it is taken; choose another with --port\n`,
    });
  },
});

Deno.test({
  name: "workers let an open request end, /readyz answers 503 meanwhile, and all of them end",
  ignore: !HAS_WORKERS,
  async fn() {
    await using server = await start("--workers", "2");
    assertEquals(await json(`${server.origin}/users/7`), { id: "7", status: "active" });
    {
      using request = await openRequest(server);
      server.signal("SIGTERM");
      await server.seen(/Requests to finish: 1/);
      // The other worker has nothing to finish: it goes first.
      const look = () => status(`${server.origin}/readyz`).catch(() => 0);
      await eventually(look, (code) => code === 503, "the status of /readyz");
      await request.end();
      assertMatch(await request.answer(), /^HTTP\/1\.1 200 OK\r\n/);
    }
    assertEquals((await server.ended).code, 0);
  },
});

Deno.test({
  name: "a second signal ends workers at once",
  ignore: !HAS_WORKERS,
  async fn() {
    await using server = await start("--workers", "2", "--deadline", "2147483647");
    using request = await openRequest(server);
    server.signal("SIGTERM");
    await server.seen(/Requests to finish: 1/);
    server.signal("SIGINT");
    assertEquals((await server.ended).code, 130);
    assertEquals(await request.answer(), "");
  },
});

Deno.test("an address that is not ours is one line, and exit code 1", async () => {
  const { code, stdout, stderr } = await run("--hostname", "192.0.2.1", "--port", "0");
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Cannot listen on 192\.0\.2\.1 port 0: .+\n$/);
});

Deno.test("the showcase answers", async () => {
  await using server = await start();
  const page = await fetch(`${server.origin}/`);
  assertEquals(page.headers.get("content-type"), "text/html;charset=UTF-8");
  assertStringIncludes(await page.text(), `curl ${server.origin}/users/42`);
  assertEquals(await json(`${server.origin}/users/7`), { id: "7", status: "active" });
  const headers = { "user-agent": "tests/1" };
  const echoed = { received_query: { a: "b" }, client_agent: "tests/1" };
  assertEquals(await json(`${server.origin}/echo?a=b`, { headers }), echoed);
  const post = { method: "POST", headers, body: "content" };
  assertEquals(await json(`${server.origin}/echo?a=b`, post), echoed);
  assertEquals(await status(`${server.origin}/readyz`), 200);
});

Deno.test("each request is a line, unless --quiet says otherwise", async () => {
  await using server = await start();
  assertEquals(await status(`${server.origin}/healthz`), 200);
  await server.seen(/ 200 GET \/healthz /);
  server.signal("SIGTERM");
  await server.ended;
  await using quiet = await start("--quiet");
  assertEquals(await status(`${quiet.origin}/healthz`), 200);
  quiet.signal("SIGTERM");
  assertEquals((await quiet.ended).stdout.includes("/healthz"), false);
});

Deno.test("--dir serves a folder under /files/, a path serves it alone", async () => {
  await using showcase = await start("--dir", "docs");
  assertEquals(await status(`${showcase.origin}/files/limits.md`), 200);
  assertEquals(await status(`${showcase.origin}/healthz`), 200);
  await using files = await start("docs");
  assertEquals(await status(`${files.origin}/limits.md`), 200);
  assertEquals(await status(`${files.origin}/healthz`), 404);
});

Deno.test("/metrics tells of connections, requests and decisions", async () => {
  await using server = await start();
  assertEquals(await status(`${server.origin}/users/7`), 200);
  const scrape = await (await fetch(`${server.origin}/metrics`)).text();
  for (const name of ["http_requests_total", "connections_open", "rate_limit_decisions_total"]) {
    assertMatch(scrape, new RegExp(`^culvert_${name}(?:{.*})? [1-9]`, "m"));
  }
});

Deno.test({
  name: "workers serve a folder, too",
  ignore: !HAS_WORKERS,
  async fn() {
    await using server = await start("--workers", "2", "docs");
    assertEquals(await status(`${server.origin}/limits.md`), 200);
    assertEquals(await status(`${server.origin}/healthz`), 404);
    server.signal("SIGTERM");
    assertEquals((await server.ended).code, 0);
  },
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} ends an idle server, kept-alive connections and all`, async () => {
    await using server = await start();
    assertEquals(await status(`${server.origin}/healthz`), 200);
    server.signal(signal);
    const { code, stderr } = await server.ended;
    assertEquals(code, 0);
    assertEquals(stderr.includes("Requests to finish"), false);
  });

  Deno.test(`${signal} lets an open request end; /readyz answers 503 meanwhile`, async () => {
    await using server = await start();
    {
      using request = await openRequest(server);
      server.signal(signal);
      await server.seen(/Requests to finish: 1/);
      assertEquals(await status(`${server.origin}/readyz`), 503);
      assertEquals(await status(`${server.origin}/healthz`), 200);
      await request.end();
      assertMatch(await request.answer(), /^HTTP\/1\.1 200 OK\r\n/);
    }
    assertEquals((await server.ended).code, 0);
  });
}

Deno.test("main() resolves when a signal has ended it, and takes no more signals", async () => {
  const before = process.listenerCount("SIGTERM");
  const code = main(["--port", "0"]);
  const look = () => process.listenerCount("SIGTERM");
  await eventually(look, (count) => count === before + 1, "listeners of SIGTERM");
  process.emit("SIGTERM", "SIGTERM");
  assertEquals(await code, 0);
  assertEquals(process.listenerCount("SIGTERM"), before);
});

Deno.test("a second signal ends it at once", async () => {
  await using server = await start("--deadline", "2147483647");
  using _request = await openRequest(server);
  server.signal("SIGTERM");
  await server.seen(/Requests to finish: 1/);
  server.signal("SIGINT");
  assertEquals((await server.ended).code, 130);
});

Deno.test("the deadline cuts what has not ended", async () => {
  await using server = await start("--deadline", "0");
  using request = await openRequest(server);
  server.signal("SIGTERM");
  assertEquals((await server.ended).code, 0);
  assertEquals(await request.answer(), "");
});

function run(...args: string[]) {
  return runProgram([...COMMAND, ...args]);
}

function start(...args: string[]): Promise<RunningServer> {
  return startServer([...COMMAND, "--port", "0", ...args]);
}

async function json(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  assert(response.ok);
  return await response.json();
}

async function status(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

/** A request that the handler already has, but not all of its content. */
async function openRequest({ port }: RunningServer) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  // 100 (Continue) tells that the handler reads the content.
  await send(
    "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
  );
  assertEquals(await receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  return {
    end: () => send("ab"),
    answer: () => receive().catch(() => ""),
    [Symbol.dispose]: () => connection.close(),
  };

  async function send(text: string): Promise<void> {
    await connection.write(new TextEncoder().encode(text));
  }

  async function receive(): Promise<string> {
    const octets = new Uint8Array(4096);
    return new TextDecoder().decode(octets.subarray(0, await connection.read(octets) ?? 0));
  }
}
