// The access log on every version of Node; see ../on_node.ts.
import { bytes, serve, text } from "@culvert/http";
import { createAccessLog, file, stdout } from "@culvert/http/access-log";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { Writable } from "node:stream";
import { test } from "node:test";

/** Serves with a log while a check runs. */
async function serving(log, handler, check) {
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = serve(options, log.middleware(handler));
  try {
    const { port } = await server.listening;
    await check(`http://127.0.0.1:${port}`, port);
  } finally {
    await server.shutdown({ deadline: 0 });
    await log.close();
  }
}

async function visit(url) {
  return await (await fetch(url)).text();
}

async function inFolder(check) {
  const folder = await mkdtemp(`${tmpdir()}/culvert-log-`);
  try {
    await check(`${folder}/access.log`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a file has a line for each request", () =>
  inFolder(async (path) => {
    const log = createAccessLog({ sink: file(path) });
    await serving(log, () => text("hello"), async (origin) => {
      for (const name of ["a", "b", "c"]) await visit(`${origin}/${name}`);
    });
    const lines = (await readFile(path, "utf8")).split("\n").slice(0, -1);
    assert.equal(lines.length, 3);
    for (const line of lines) {
      assert.match(
        line,
        /^127\.0\.0\.1 - - \[.*\] "GET \/[abc] HTTP\/1\.1" 200 5 "-" ".*" [\d.]+$/,
      );
    }
  }));

test(
  "SIGHUP opens the file again",
  { skip: process.platform === "win32" },
  () =>
    inFolder(async (path) => {
      const log = createAccessLog({ sink: file(path), format: "json" });
      await serving(log, () => text("hello"), async (origin) => {
        await visit(`${origin}/before`);
        await log.flush();
        await rename(path, `${path}.1`);
        process.kill(process.pid, "SIGHUP");
        // Signals come in a later turn.
        await new Promise((resolve) => process.once("SIGHUP", resolve));
        await visit(`${origin}/behind`);
      });
      assert.equal(JSON.parse(await readFile(`${path}.1`, "utf8")).target, "/before");
      assert.equal(JSON.parse(await readFile(path, "utf8")).target, "/behind");
    }),
);

test("a stream of Node that is slow is waited for, and holds nobody up", async () => {
  let text_ = "";
  const release = [];
  const sink = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      text_ += chunk;
      release.push(done);
    },
  });
  const log = createAccessLog({ sink, format: "json", flushInterval: 1 });
  await serving(log, () => text("hello"), async (origin) => {
    for (let i = 0; i < 50; i++) assert.equal(await visit(`${origin}/${i}`), "hello");
    const timer = setInterval(() => release.shift()?.(), 1);
    await log.flush();
    while (log.stats().waiting > 0) await log.flush();
    clearInterval(timer);
    for (const done of release) done();
  });
  assert.equal(text_.split("\n").length - 1, 50);
});

test("an answer that its client does not take is called aborted", async () => {
  const lines = [];
  const sink = { write: (octets) => void lines.push(new TextDecoder().decode(octets)) };
  const log = createAccessLog({ sink, format: "json" });
  const size = 32 << 20;
  await serving(log, () => bytes(new Uint8Array(size)), async (_origin, port) => {
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "data");
    socket.resetAndDestroy();
    while (log.stats().waiting === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  const line = JSON.parse(lines.join(""));
  assert.deepEqual([line.status, line.aborted], [200, true]);
  assert.ok(line.contentOctets < size);
});

test("a disk that is full keeps nobody from being served", {
  skip: process.platform !== "linux",
}, async () => {
  const errors = [];
  const log = createAccessLog({
    sink: file("/dev/full"),
    onError: (error) => errors.push(error.message),
  });
  await serving(log, () => text("hello"), async (origin) => {
    await visit(origin);
    await log.flush();
    assert.equal(await visit(origin), "hello");
  });
  assert.match(errors[0], /ENOSPC/);
  assert.equal(log.stats().dropped, 2);
});

test("the standard output takes lines", async () => {
  const log = createAccessLog({ sink: stdout(), format: "short" });
  await serving(log, () => text("hello"), (origin) => visit(`${origin}/to-the-output`));
  assert.equal(log.stats().written, 1);
});
