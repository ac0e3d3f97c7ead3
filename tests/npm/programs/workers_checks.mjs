// Several processes on one port, on every version of Node; see ../on_node.ts.
import { serveWorkers } from "@culvert/http/workers";
import { main } from "@culvert/http/cli";
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { test } from "node:test";

const APP = new URL("./workers_app.mjs", import.meta.url);

/** Two workers while a check runs. */
async function working(check, options = {}) {
  const endings = [];
  const group = serveWorkers({
    module: APP,
    workers: 2,
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
    onWorkerEnd: (ending) => endings.push(ending),
    ...options,
  });
  try {
    const { port } = await group.listening;
    await check(`http://127.0.0.1:${port}`, group, endings);
  } finally {
    await group.shutdown({ deadline: 1_000 });
  }
}

/** One request on a connection of its own; fails unless it is answered whole. */
async function ask(origin, path = "/", content) {
  const socket = connect(new URL(origin).port, "127.0.0.1");
  const [method, length] = content === undefined ? ["GET", 0] : ["POST", content.length];
  socket.write(
    `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n` +
      `Content-Length: ${length}\r\n\r\n${content ?? ""}`,
  );
  let answer = "";
  for await (const octets of socket.setEncoding("utf8")) answer += octets;
  const [head, body] = answer.split("\r\n\r\n");
  assert.equal(Number(/^content-length: (\d+)/m.exec(head)?.[1]), body?.length, answer);
  return body;
}

async function until(look, what) {
  for (let attempt = 0; attempt < 3_000; attempt++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`it never came about: ${what}`);
}

/** Asks until so many processes have answered; gives their ids, and how many requests it took. */
async function pidsOf(origin, count) {
  const pids = new Set();
  let requests = 0;
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(origin)));
    requests += answers.length;
    for (const pid of answers) pids.add(Number(pid));
    return pids.size >= count;
  }, `${count} processes that answer`);
  return { pids: [...pids].sort(), requests };
}

test("two processes answer, and what they did is added up", () =>
  working(async (origin, group) => {
    const { pids, requests } = await pidsOf(origin, 2);
    assert.deepEqual(pids, group.workers.map(({ pid }) => pid).sort());
    assert.equal(await ask(origin, "/", "content"), "content");
    assert.equal(await ask(origin, "/throw"), "caught");
    const stats = await group.stats();
    assert.equal(stats.requests.total, requests + 2);
    assert.equal(stats.connections.accepted, requests + 2);
    assert.equal(stats.workers.length, 2);
  }));

test("a worker that ends is replaced, on the same port", () =>
  working(async (origin, group, endings) => {
    const before = group.workers.map(({ pid }) => pid);
    const socket = connect(new URL(origin).port, "127.0.0.1");
    socket.on("error", () => {}).end("GET /end HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(socket, "close");
    const isServing = ({ state }) => state === "serving";
    await until(() => endings.length > 0 && group.workers.filter(isServing).length === 2, "two");
    const after = group.workers.map(({ pid }) => pid);
    assert.equal(after.filter((pid) => before.includes(pid)).length, 1);
    assert.deepEqual([endings.length, endings[0].code, endings[0].delay], [1, 3, 100]);
    assert.deepEqual((await pidsOf(origin, 2)).pids, after.sort());
  }));

test("even the only one is replaced on the same port", () =>
  working(async (origin, group) => {
    process.kill(group.workers[0].pid, "SIGKILL");
    await until(() => ask(origin).then(() => true, () => false), "an answer");
  }, { workers: 1 }));

test("a restart loses no request", () =>
  working(async (origin, group) => {
    const before = group.workers.map(({ pid }) => pid);
    let asking = true;
    const clients = Array.from({ length: 8 }, async () => {
      let answers = 0;
      for (; asking; answers++) await ask(origin, "/", "content");
      return answers;
    });
    await group.restart({ deadline: 60_000 });
    asking = false;
    assert.ok((await Promise.all(clients)).every((answers) => answers > 0));
    assert.ok(group.workers.every(({ pid }) => !before.includes(pid)));
  }));

test("a shutdown lets requests under way end", () =>
  working(async (origin, group) => {
    const slow = Array.from({ length: 10 }, () => ask(origin, "/slow"));
    await until(async () => (await group.stats()).requests.inFlight === 10, "ten requests");
    await group.shutdown();
    assert.equal((await Promise.all(slow)).length, 10);
    assert.deepEqual(group.workers, []);
    await group.finished;
  }));

test("a port that is taken, and a module that cannot be served, are told", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address();
  const options = { module: APP, workers: 2, hostname: "127.0.0.1", port, onListen() {} };
  await assert.rejects(serveWorkers(options).finished, { code: "EADDRINUSE" });
  taken.close();
  const module = new URL("./workers_failing.mjs", import.meta.url);
  await assert.rejects(serveWorkers({ ...options, module }).listening, {
    name: "TypeError",
    message: /^Cannot serve file:.*: its default export is no handler/,
  });
});

test("the command serves with workers until it gets a signal", async () => {
  let written = "";
  // What workers write goes by another way.
  const { error } = console;
  console.error = (line) => void (written += `${line}\n`);
  try {
    const code = main(["--workers", "2", "--port", "0"]);
    await until(() => /Listening on (\S+)\/\n/.test(written), "that it listens");
    const [, origin] = /Listening on (\S+)\/\n/.exec(written);
    assert.equal(await ask(origin, "/healthz"), "ok\n");
    process.emit("SIGTERM", "SIGTERM");
    assert.equal(await code, 0);
  } finally {
    console.error = error;
  }
});
