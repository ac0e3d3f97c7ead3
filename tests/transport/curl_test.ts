import { bytes, json, routes, text } from "../../mod.ts";
import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects } from "../assert.ts";
import { Random } from "./random.ts";
import { type LocalServer, startLocal } from "./servers.ts";
import { curl, runTool, startTool } from "./tools.ts";
import { WireClient } from "./wire_client.ts";

const UPLOAD = new Random(2).octets(3_000_000);
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

Deno.test("curl -i shows the whole answer", async () => {
  await using local = await start();
  const { code, stdout } = await curl(["-i", `${local.origin}/`]);
  assertEquals(code, 0);
  const date = /^date: (.*)\r\n/m.exec(stdout)![1];
  assertEquals(new Date(date).toUTCString(), date);
  assertEquals(
    stdout.replace(date, "now"),
    [
      "HTTP/1.1 200 OK",
      "content-type: text/plain;charset=UTF-8",
      "content-length: 5",
      "date: now",
      "",
      "hello",
    ].join("\r\n"),
  );
});

Deno.test("curl --head gets the fields of GET, and waits for no content", async () => {
  await using local = await start();
  const { code, stdout } = await curl(["--head", `${local.origin}/`]);
  assertEquals(code, 0);
  assertMatch(stdout, /^HTTP\/1\.1 200 OK\r\n/);
  assertMatch(stdout, /^content-length: 5\r$/m);
  assert(stdout.endsWith("\r\n\r\n"));
});

Deno.test("curl keeps its connection for several requests", async () => {
  await using local = await start();
  const targets = Array.from({ length: 5 }, (_, i) => `${local.origin}/echo?${i}`);
  const { code, stdout } = await curl(["-d", "content", "-w", "\n", ...targets]);
  assertEquals(code, 0);
  assertEquals(stdout, "content\n".repeat(5));
  assertEquals(local.server.stats().connections.accepted, 1);
});

Deno.test("curl waits for 100 (Continue) before a large upload, and sends it once", async () => {
  await using local = await start();
  const { code, stdout, stderr } = await upload(
    local,
    ["-v", "-H", "Expect: 100-continue", "--expect100-timeout", "100"],
  );
  assertEquals([code, stdout], [0, String(UPLOAD.length)]);
  assertMatch(stderr, /^< HTTP\/1\.1 100 Continue\r?$/m);
  assertMatch(stderr, /^< HTTP\/1\.1 200 OK\r?$/m);
});

Deno.test("curl that waits for 100 (Continue) sends nothing where nobody wants it", async () => {
  await using local = await start();
  const { code, stdout, stderr } = await upload(
    local,
    ["-v", "-H", "Expect: 100-continue", "--expect100-timeout", "100"],
    "unread",
  );
  assertEquals([code, stdout], [0, "not wanted"]);
  assertNotMatch(stderr, /100 Continue/);
  assertMatch(stderr, /^< connection: close\r?$/m);
  assert(local.server.stats().octets.in < 1_000);
});

Deno.test("curl -T - uploads chunked content", async () => {
  await using local = await start();
  const { code, stdout } = await curl(["-T", "-", `${local.origin}/length`], UPLOAD);
  assertEquals([code, stdout], [0, String(UPLOAD.length)]);
  const fields = await curl(["-T", "-", `${local.origin}/fields`], UPLOAD);
  const { "transfer-encoding": coding, "content-length": length } = JSON.parse(fields.stdout);
  assertEquals([coding, length], ["chunked", undefined]);
});

Deno.test("curl gets content octet for octet, of known length and chunked", async () => {
  await using local = await start();
  const expected = new TextDecoder("latin1").decode(UPLOAD);
  for (const target of ["known", "streamed"]) {
    const { code, stdout } = await curl([`${local.origin}/${target}`]);
    assertEquals(code, 0);
    assert(stdout === expected, target);
  }
});

Deno.test("curl gets 413 for content beyond the limit", async () => {
  await using local = await start({ content: 1_000 });
  const { stdout } = await upload(local, ["-o", "-", "-w", "%{http_code}"]);
  assertMatch(stdout, /413$/);
  assertEquals(local.refusals, ["content-too-large"]);
});

Deno.test("curl --http1.0 is answered without a chunked content, then the connection ends", async () => {
  await using local = await start();
  const { code, stdout } = await curl(["--http1.0", "-i", `${local.origin}/streamed`]);
  assertEquals(code, 0);
  const [head] = stdout.split("\r\n\r\n", 1);
  assertMatch(head, /^HTTP\/1\.1 200 OK\r\n/);
  assertMatch(head, /^connection: close$/m);
  assertNotMatch(head, /transfer-encoding|content-length/i);
  assertEquals(stdout.length, head.length + 4 + UPLOAD.length);
});

Deno.test("curl --http1.0 keeps the connection where it asks to", async () => {
  await using local = await start();
  const targets = [`${local.origin}/`, `${local.origin}/`];
  const { code, stdout } = await curl(["--http1.0", "-H", "Connection: keep-alive", ...targets]);
  assertEquals([code, stdout], [0, "hellohello"]);
  assertEquals(local.server.stats().connections.accepted, 1);
});

Deno.test("curl --http2-prior-knowledge is refused", async () => {
  await using local = await start();
  const { code } = await curl(["--http2-prior-knowledge", `${local.origin}/`]);
  assert(code !== 0);
  assertEquals(local.refusals, ["unsupported-http-version"]);
});

Deno.test("the HTTP/2 preface is answered 505 (RFC 9113 §3.4)", async () => {
  await using local = await start();
  using client = await WireClient.connect(local.addr);
  await client.send(PREFACE);
  const { status, headers } = await client.response();
  assertEquals([status, headers.get("connection")], [505, "close"]);
  assertEquals((await client.rest()).length, 0);
});

Deno.test("curl --http2 asks for an upgrade, gets the plain answer, and goes on", async () => {
  await using local = await start();
  const { code, stdout } = await curl(["--http2", `${local.origin}/`, `${local.origin}/`]);
  assertEquals([code, stdout], [0, "hellohello"]);
  assertEquals(local.server.stats().connections.accepted, 1);
});

Deno.test("curl --path-as-is, and other targets that URL would change", async () => {
  await using local = await start();
  const targets = ["/a/../length", "/%2e/length", "/a/%2E%2e/length"];
  for (const target of targets) {
    const { stdout } = await curl(["--path-as-is", "-d", "1234", `${local.origin}${target}`]);
    assertEquals(stdout, "4", target);
  }
});

Deno.test("curl -F sends a form that request.formData() reads", async () => {
  await using local = await start();
  const form = ["-F", "name=Ada Lovelace", "-F", "file=@-;filename=a.bin"];
  const { code, stdout } = await curl([...form, `${local.origin}/form`], UPLOAD.slice(0, 100_000));
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout), { name: "Ada Lovelace", file: ["a.bin", 100_000] });
});

Deno.test("curl that ends in the middle of a download cancels the stream", async () => {
  const cancelled = Promise.withResolvers<void>();
  await using local = await startLocal(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        cancel: () => cancelled.resolve(),
      }),
    )
  );
  const process = startTool("curl", ["--disable", "--silent", `${local.origin}/`]);
  const reader = process.stdout.getReader();
  assertEquals((await reader.read()).done, false);
  process.kill("SIGKILL");
  await Promise.all([process.stdin.close(), process.stderr.cancel(), reader.cancel()]);
  await process.status;
  await cancelled.promise;
});

Deno.test("a program that is missing fails its test, and says what to install", async () => {
  await assertRejects(() => runTool("culvert-no-such-program", []), Error, "install it");
});

function start(limits: { readonly content?: number } = {}): Promise<LocalServer> {
  return startLocal(
    routes({
      "GET /": () => text("hello"),
      "/echo": async (request) => text(await request.text()),
      "/length": async (request) => text(String((await request.bytes()).length)),
      "/unread": () => text("not wanted"),
      "/fields": async (request) => {
        await request.bytes();
        return json(Object.fromEntries(request.headers));
      },
      "/known": () => bytes(UPLOAD),
      "/streamed": () => new Response(streamOf(UPLOAD, 50_000)),
      "/form": async (request) => {
        const form = await request.formData();
        const file = form.get("file") as File;
        return json({ name: form.get("name"), file: [file.name, file.size] });
      },
    }).fetch,
    { limits },
  );
}

function upload({ origin }: LocalServer, args: readonly string[], path: string = "length") {
  return curl([...args, "-X", "POST", "--data-binary", "@-", `${origin}/${path}`], UPLOAD);
}

function streamOf(octets: Uint8Array<ArrayBuffer>, size: number): ReadableStream<Uint8Array> {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(octets.slice(start, start += size));
      if (start >= octets.length) controller.close();
    },
  });
}
