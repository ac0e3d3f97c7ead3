import { lendPieces } from "../../src/middleware/static_files/file_content.ts";
import { openSync } from "node:fs";
import { assert, assertEquals, assertLessOrEqual, assertRejects } from "../assert.ts";
import { runProgram } from "../program.ts";
import { openFiles } from "../transport/process_facts.ts";
import { eventually } from "../transport/servers.ts";
import { concatenate, toText, WireClient } from "../transport/wire_client.ts";
import { type Fields, makeSite, pattern, serveSite, type Site } from "./site.ts";

const LARGE = pattern(300_000);

/** Octets in a file that no socket takes at once. */
const VAST = 1 << 28;

const FILES = { "public/large.bin": LARGE, "public/small.txt": "small" };

function makeVastSite(): Site {
  const site = makeSite(FILES);
  using file = Deno.openSync(`${site.root}/vast.bin`, { create: true, write: true });
  file.truncateSync(VAST);
  return site;
}

/** Waits until nothing of a site is open any more. */
async function assertAllClosed({ folder }: Site): Promise<void> {
  const open = async () => (await openFiles(Deno.pid)).filter((name) => name.startsWith(folder));
  assertEquals(await eventually(open, (names) => names.length === 0, "open files"), []);
}

const ANSWERS: readonly [why: string, target: string, method: string, Fields, status: number][] = [
  ["a large file", "/large.bin", "GET", {}, 200],
  ["a small file", "/small.txt", "GET", {}, 200],
  ["HEAD", "/large.bin", "HEAD", {}, 200],
  ["304", "/large.bin", "GET", { "if-none-match": "*" }, 304],
  ["412", "/large.bin", "GET", { "if-match": '"x"' }, 412],
  ["416", "/large.bin", "GET", { range: "bytes=999999-" }, 416],
  ["a large part", "/large.bin", "GET", { range: "bytes=1000-200000" }, 206],
  ["a small part", "/large.bin", "GET", { range: "bytes=1-2" }, 206],
  ["several parts", "/large.bin", "GET", { range: "bytes=0-99999,200000-" }, 206],
  ["a missing file", "/none", "GET", {}, 404],
  ["a refused folder", "/.", "GET", {}, 404],
];

for (const [why, target, method, fields, status] of ANSWERS) {
  Deno.test(`staticFiles() leaves no file open behind ${why}`, async () => {
    using site = makeSite(FILES);
    await using server = await serveSite(site.root, { precompressed: true });
    for (let i = 0; i < 10; i++) {
      assertEquals((await server.ask(target, fields, method)).status, status);
    }
    await assertAllClosed(site);
  });
}

Deno.test("staticFiles() sends large files octet for octet, many at a time", async () => {
  using site = makeSite(FILES);
  await using server = await serveSite(site.root);
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.ask("/large.bin")));
  for (const { content, headers } of answers) {
    assertEquals(headers.get("content-length"), `${LARGE.length}`);
    assertEquals(toText(content) === toText(LARGE), true);
  }
  await assertAllClosed(site);
});

Deno.test("staticFiles() sends each client its own octets, however slowly they are taken", async () => {
  const vast = pattern(3_000_000);
  using site = makeSite({ "public/vast.bin": vast });
  await using server = await serveSite(site.root);
  await Promise.all(Array.from({ length: 8 }, async (_, index) => {
    using client = await WireClient.connect(server.local.addr);
    const first = index * 1000;
    await client.send(`GET /vast.bin HTTP/1.1\r\nhost: x\r\nrange: bytes=${first}-\r\n\r\n`);
    const head = toText(await client.octets(1000));
    const start = head.indexOf("\r\n\r\n") + 4;
    const pieces = [new TextEncoder().encode("")];
    const total = vast.length - first - (1000 - start);
    for (let read = 0; read < total;) {
      const piece = await client.octets(Math.min(50_000, total - read));
      pieces.push(piece.slice());
      read += piece.length;
    }
    const expected = vast.subarray(first + 1000 - start);
    assertEquals(toText(concatenate(pieces)) === toText(expected), true);
  }));
  await assertAllClosed(site);
});

Deno.test("staticFiles() closes a file whose client leaves in the middle", async () => {
  using site = makeVastSite();
  await using server = await serveSite(site.root);
  for (let i = 0; i < 5; i++) {
    using client = await WireClient.connect(server.local.addr);
    await client.send("GET /vast.bin HTTP/1.1\r\nhost: x\r\n\r\n");
    await client.octets(100_000);
  }
  await assertAllClosed(site);
});

Deno.test("staticFiles() aborts the answer when the file becomes shorter", async () => {
  using site = makeVastSite();
  await using server = await serveSite(site.root);
  using client = await WireClient.connect(server.local.addr);
  await client.send("GET /vast.bin HTTP/1.1\r\nhost: x\r\n\r\n");
  await client.octets(100_000);
  Deno.truncateSync(`${site.root}/vast.bin`, 200_000);
  // A reset, or an end: either way less than was declared.
  const rest = await client.rest().catch(() => new Uint8Array(0));
  assertLessOrEqual(rest.length, VAST - 200_000);
  const { errors } = server.local;
  await eventually(() => errors.length, (count) => count > 0, "errors");
  assertEquals(
    String(errors[0]),
    "Error: Cannot send the file: it became shorter while it was sent",
  );
  await assertAllClosed(site);
});

Deno.test("staticFiles() sends as much as it declared when the file grows", async () => {
  using site = makeSite({ "public/growing.bin": new Uint8Array(1 << 24) });
  await using server = await serveSite(site.root);
  using client = await WireClient.connect(server.local.addr);
  await client.send("GET /growing.bin HTTP/1.1\r\nhost: x\r\n\r\n");
  const head = toText(await client.octets(500));
  assert(head.includes(`content-length: ${1 << 24}\r\n`), head);
  Deno.writeFileSync(`${site.root}/growing.bin`, new Uint8Array(1 << 20), { append: true });
  await client.octets((1 << 24) + head.indexOf("\r\n\r\n") + 4 - 500);
  await client.send("GET /none HTTP/1.1\r\nhost: x\r\n\r\n");
  assertEquals((await client.response()).status, 404);
  await assertAllClosed(site);
});

/** Opens a file of a site as a stream. */
function open(site: Site, start = 0, end = LARGE.length) {
  return lendPieces(openSync(`${site.root}/large.bin`, "r"), [{ start, end }], [], 200).body!;
}

Deno.test("lendPieces() gives blocks of 64 KiB, and ends with the last", async () => {
  using site = makeSite(FILES);
  const lengths: number[] = [];
  const blocks: Uint8Array[] = [];
  for await (const block of open(site, 10)) {
    lengths.push(block.buffer.byteLength);
    blocks.push(block);
  }
  assertEquals(Math.max(...lengths), 65_536);
  assertEquals(toText(concatenate(blocks)) === toText(LARGE.subarray(10)), true);
  await assertAllClosed(site);
});

Deno.test("lendPieces() closes the file when it is cancelled, before, while and after it reads", async () => {
  using site = makeSite(FILES);
  await open(site).cancel();
  const during = open(site).getReader();
  const reading = during.read();
  await during.cancel();
  assertEquals((await reading).done, true);
  const after = open(site).getReader();
  await after.read();
  await after.cancel();
  await assertAllClosed(site);
});

Deno.test("lendPieces() errs where the file is shorter than it should be, and closes it", async () => {
  using site = makeSite(FILES);
  await assertRejects(
    () => new Response(open(site, 0, LARGE.length + 1)).bytes(),
    Error,
    "Cannot send the file: it became shorter",
  );
  await assertAllClosed(site);
});

Deno.test("lendPieces() errs where the file cannot be read", async () => {
  using site = makeSite(FILES);
  const descriptor = openSync(`${site.root}/large.bin`, "w");
  await assertRejects(() => lendPieces(descriptor, [{ start: 0, end: 10 }], [], 200).bytes());
  await assertAllClosed(site);
});

Deno.test("staticFiles() closes a file whose answer was forgotten", async () => {
  using site = makeSite(FILES);
  const source = `
    import { staticFiles } from "./src/middleware/static_files.ts";
    import { openFiles } from "./tests/transport/process_facts.ts";
    const files = staticFiles(${JSON.stringify(site.root)});
    const open = async () =>
      (await openFiles(Deno.pid)).filter((name) => name.startsWith(${
    JSON.stringify(site.root)
  })).length;
    const ask = () => files(new Request("http://x/large.bin"), undefined);
    const answers = Array.from({ length: 10 }, ask);
    console.log(await open(), answers.splice(0).length);
    for (;;) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (await open() === 0) break;
    }
    console.log("closed");
  `;
  const { stdout, stderr } = await runProgram(
    ["run", "-A", "--no-check", "--v8-flags=--expose-gc", "--ext=ts", "-"],
    source,
  );
  assertEquals(stdout, "10 10\nclosed\n", stderr);
});

Deno.test("staticFiles() answers 503 while too many files are open", async () => {
  using site = makeSite(FILES);
  const source = `
    import { openSync, closeSync } from "node:fs";
    import { staticFiles } from "./src/middleware/static_files.ts";
    const files = staticFiles(${JSON.stringify(site.root)});
    const ask = async () => {
      const response = await files(new Request("http://x/small.txt"), undefined);
      console.log(response.status, response.headers.get("retry-after"), await response.text());
    };
    await ask();
    const open = [];
    try {
      for (;;) open.push(openSync("deno.json"));
    } catch (error) {
      console.log(error.code);
    }
    await ask();
    for (const descriptor of open) closeSync(descriptor);
    await ask();
  `;
  const limited = `ulimit -n 64; exec "$0" "$@"`;
  const program = await new Deno.Command("sh", {
    args: ["-c", limited, Deno.execPath(), "eval", "--ext=ts", source],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(
    toText(program.stdout),
    "200 null small\nEMFILE\n503 1 Unavailable\n200 null small\n",
    toText(program.stderr),
  );
});

/** Reads a file as somebody else than the server, who borrows nothing. */
const FOREIGN_READER = `
  const [module, path, octets] = Deno.args;
  const { lendPieces } = await import(module);
  const { openSync } = await import("node:fs");
  const pieces = [{ start: 0, end: Number(octets) }];
  const reader = lendPieces(openSync(path, "r"), pieces, [], 200).body.getReader();
  let most = 0;
  for (let i = 0; ; i++) {
    if ((await reader.read()).done) break;
    if (i % 256 === 0) {
      gc();
      most = Math.max(most, Deno.memoryUsage().external);
    }
  }
  console.log(most);
`;

Deno.test("lendPieces() keeps no block that it has given away", async () => {
  using site = makeVastSite();
  const module = new URL("../../src/middleware/static_files/file_content.ts", import.meta.url).href;
  const { code, stdout, stderr } = await runProgram(
    ["run", "-A", "--v8-flags=--expose-gc", "-", module, `${site.root}/vast.bin`, `${VAST}`],
    FOREIGN_READER,
  );
  assertEquals(code, 0, stderr);
  assertLessOrEqual(Number(stdout), VAST / 4);
});
