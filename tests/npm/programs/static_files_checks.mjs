// What must hold of files on every version of Node; see ../on_node.ts.
import { routes, serve } from "@culvert/http";
import { evaluatePreconditions } from "@culvert/http/conditional";
import { parseRange } from "@culvert/http/range";
import { staticFiles } from "@culvert/http/static-files";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { truncateSync, utimesSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const MODIFIED = new Date("2024-06-01T12:00:00Z");
const LARGE = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 255));

/** Serves some files while a check runs. */
async function servingFiles(check, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), "culvert-"));
  const root = join(folder, "public");
  mkdirSync(join(root, "docs"), { recursive: true });
  const files = { "index.html": "home", "docs/index.html": "docs", "large.bin": LARGE };
  for (const [name, content] of Object.entries({ ...files, "app.js": "js", "app.js.br": "br" })) {
    writeFileSync(join(root, name), content);
    utimesSync(join(root, name), MODIFIED, MODIFIED);
  }
  writeFileSync(join(folder, "secret.txt"), "secret");
  symlinkSync(join(folder, "secret.txt"), join(root, "link"));
  execFileSync("mkfifo", [join(root, "fifo")]);
  const handler = routes({ "GET /*": staticFiles(pathToFileURL(root), options) });
  const errors = [];
  const onError = (error) => {
    errors.push(error);
    return new Response("failed", { status: 500 });
  };
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen() {}, onError }, handler);
  try {
    const { port } = await server.listening;
    await check(`http://127.0.0.1:${port}`, root, port, errors);
  } finally {
    await server.shutdown({ deadline: 0 });
    rmSync(folder, { recursive: true });
  }
}

/** Files below a folder that this process has open. */
function openBelow(root) {
  return readdirSync("/proc/self/fd").filter((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`).startsWith(root);
    } catch {
      return false;
    }
  });
}

async function untilClosed(root) {
  while (openBelow(root).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("files have the same tags and fields as on Deno", () =>
  servingFiles(async (origin) => {
    for (const _ of ["found", "remembered"]) {
      const response = await fetch(`${origin}/`);
      assert.equal(await response.text(), "home");
      assert.equal(response.headers.get("content-type"), "text/html; charset=UTF-8");
      assert.equal(response.headers.get("last-modified"), MODIFIED.toUTCString());
      const etag = response.headers.get("etag");
      assert.equal(etag, `"4-${MODIFIED.getTime().toString(16)}"`);
      const again = await fetch(`${origin}/`, { headers: { "if-none-match": etag } });
      assert.equal(again.status, 304);
    }
  }, { now: () => Date.now() + 60_000 }));

test("large files are streamed, in parts too, and closed", () =>
  servingFiles(async (origin, root) => {
    const whole = await fetch(`${origin}/large.bin`);
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), LARGE);
    const headers = { range: "bytes=1000-200000" };
    const part = await fetch(`${origin}/large.bin`, { headers });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get("content-range"), "bytes 1000-200000/300000");
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), LARGE.subarray(1000, 200_001));
    const several = await fetch(`${origin}/large.bin`, { headers: { range: "bytes=0-9,-9" } });
    assert.match(several.headers.get("content-type"), /^multipart\/byteranges; boundary=/);
    await several.text();
    await (await fetch(`${origin}/large.bin`)).body.cancel();
    await untilClosed(root);
  }));

test("nothing outside the root is read, nor anything that is no file", () =>
  servingFiles(async (origin) => {
    for (const path of ["link", "fifo", "..%2fsecret.txt", "..%5csecret.txt", ".git", "nul.txt"]) {
      const response = await fetch(`${origin}/${path}`);
      assert.deepEqual([path, response.status], [path, 404]);
      assert.equal(await response.text(), "Not Found");
    }
  }));

test("a file that becomes shorter aborts its answer", () =>
  servingFiles(async (_origin, root, port, errors) => {
    writeFileSync(join(root, "vast.bin"), "");
    truncateSync(join(root, "vast.bin"), 1 << 28);
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /vast.bin HTTP/1.1\r\nhost: x\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    truncateSync(join(root, "vast.bin"), 100_000);
    socket.on("error", () => {});
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
    assert.match(String(errors[0]), /it became shorter/);
    await untilClosed(root);
  }));

test("compressed neighbours, folders and listings", () =>
  servingFiles(async (origin) => {
    const response = await fetch(`${origin}/app.js`, { headers: { "accept-encoding": "zstd" } });
    assert.equal(response.headers.get("vary"), "Accept-Encoding");
    assert.equal(await response.text(), "js");
    const folder = await fetch(`${origin}/docs`, { redirect: "manual" });
    assert.deepEqual([folder.status, folder.headers.get("location")], [308, "./docs/"]);
    const listing = await (await fetch(`${origin}/`)).text();
    assert.match(listing, /href="\.\/docs\/"/);
    assert.doesNotMatch(listing, />fifo<|>link</);
  }, { precompressed: true, listing: true, index: false }));

test("200 slow downloads take less than 100 MB of memory", () =>
  servingFiles(async (_origin, root) => {
    writeFileSync(join(root, "vast.bin"), "");
    truncateSync(join(root, "vast.bin"), 1 << 30);
    const source = `import { serve } from "@culvert/http";
      import { staticFiles } from "@culvert/http/static-files";
      serve({ hostname: "127.0.0.1", port: 0 }, staticFiles(${JSON.stringify(root)}));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
      stdio: ["ignore", "inherit", "pipe"],
    });
    const sockets = [];
    try {
      const [line] = await once(child.stderr, "data");
      const [origin, port] = /http:\/\/[\d.]+:(\d+)/.exec(String(line));
      await (await fetch(`${origin}/app.js`)).text();
      const before = residentMemory(child.pid);
      let most = 0;
      const note = () => most = Math.max(most, residentMemory(child.pid));
      await Promise.all(Array.from({ length: 200 }, () => {
        const socket = connect(Number(port), "127.0.0.1");
        sockets.push(socket);
        socket.write("GET /vast.bin HTTP/1.1\r\nhost: x\r\n\r\n");
        return sip(socket, 1 << 21, note);
      }));
      assert.ok(most - before < 100_000_000, `${most - before} octets`);
    } finally {
      for (const socket of sockets) socket.destroy();
      child.kill();
    }
  }));

/** Takes so many octets, then no more; tells of each piece. */
function sip(socket, octets, note) {
  return new Promise((resolve, reject) => {
    let taken = 0;
    socket.on("error", reject);
    socket.on("data", (piece) => {
      taken += piece.length;
      note();
      if (taken < octets) return;
      socket.pause();
      resolve();
    });
  });
}

function residentMemory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}

test("conditions and ranges have exports of their own", () => {
  const request = { method: "GET", headers: new Headers({ "if-none-match": '"a"' }) };
  assert.equal(evaluatePreconditions(request, { etag: '"a"' }), 304);
  assert.deepEqual(parseRange("bytes=0-0", 2), [{ start: 0, end: 1 }]);
});
