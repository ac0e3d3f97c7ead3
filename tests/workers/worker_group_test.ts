/** The supervisor, over workers without processes and a clock that stands still. */
import type { WorkerEnding } from "../../src/workers/running_workers.ts";
import { type GroupSettings, WorkerGroup } from "../../src/workers/worker_group.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { FakeClock } from "../server/fake_clock.ts";
import { settle } from "../server/memory_server.ts";
import { FakeChildren } from "./fake_children.ts";

/** A group of two, unless a test says otherwise. */
function makeGroup(settings: Partial<GroupSettings> = {}) {
  const children = new FakeChildren();
  const clock = new FakeClock();
  const endings: WorkerEnding[] = [];
  const announced: unknown[] = [];
  const group = new WorkerGroup({
    workers: 2,
    module: "file:///app.ts",
    options: { hostname: "127.0.0.1", port: 0 },
    startTimeout: 30_000,
    start: children.start,
    sharesSocket: false,
    onListen: (address) => announced.push(address),
    onWorkerEnd: (ending) => endings.push(ending),
    signal: undefined,
    clock,
    ...settings,
  });
  return { group, children, clock, endings, announced };
}

/** A group whose workers all listen. */
async function runningGroup(settings: Partial<GroupSettings> = {}) {
  const made = makeGroup(settings);
  await made.children.listenAll(4_000);
  await made.group.listening;
  return made;
}

/** Port and claim of each order to serve. */
function ports({ all }: FakeChildren) {
  return all.map(({ orders }) => {
    const [order] = orders;
    return order?.kind === "serve" ? [order.options.port, order.claim] : undefined;
  });
}

Deno.test("the first worker binds the port, the others follow it there", async () => {
  const { group, children, announced } = makeGroup({ workers: 3 });
  assertEquals(children.all.length, 1);
  assertEquals(group.addr, { transport: "tcp", hostname: "127.0.0.1", port: 0 });
  await children.listenAll(4_000);
  assertEquals(ports(children), [[0, true], [4_000, false], [4_000, false]]);
  const addr = { transport: "tcp", hostname: "127.0.0.1", port: 4_000 } as const;
  assertEquals([await group.listening, group.addr, announced], [addr, addr, [addr]]);
  assertEquals(group.workers.map(({ state }) => state), ["serving", "serving", "serving"]);
  group.kill();
});

Deno.test("workers of one socket ask for the same port, until nobody holds it", async () => {
  const { group, children, clock } = await runningGroup({ sharesSocket: true });
  assertEquals(ports(children), [[0, true], [0, false]]);
  await children.all[0].end({ code: 1 });
  clock.advance(100);
  await children.listenAll(4_000);
  assertEquals(ports(children)[2], [0, false]);
  for (const child of children.alive) await child.end({ code: 1 });
  clock.advance(1_000);
  await children.listenAll(4_000);
  assertEquals(ports(children).slice(3), [[4_000, false], [4_000, false]]);
  group.kill();
});

Deno.test("a worker that dies is replaced, later and later", async () => {
  const { group, children, clock, endings } = await runningGroup({ workers: 1 });
  for (const delay of [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]) {
    const { length } = children.all;
    await children.alive[0].end({ signal: "SIGSEGV" });
    assertEquals(endings.at(-1), { pid: length, signal: "SIGSEGV", delay });
    clock.advance(delay - 1);
    assertEquals(children.all.length, length);
    clock.advance(1);
    assertEquals(children.all.length, length + 1);
    await children.listenAll(4_000);
  }
  clock.advance(10_000);
  await children.alive[0].end({ code: 1 });
  assertEquals(endings.at(-1)?.delay, 100);
  group.kill();
});

Deno.test("an exit code of 0 that nobody asked for is an end like any other", async () => {
  const { group, children, clock, endings } = await runningGroup();
  await children.all[1].end();
  assertEquals(endings, [{ pid: 2, code: 0, delay: 100 }]);
  clock.advance(100);
  assertEquals(children.alive.length, 2);
  group.kill();
});

Deno.test("five starts in a row that fail are given up where nobody serves", async () => {
  const { group, children, clock, endings } = makeGroup();
  const finished = assertRejects(
    () => group.finished,
    Error,
    "Cannot start workers: 5 in a row ended before they listened, the last with exit code 7",
  );
  for (const delay of [100, 200, 400, 800, 0]) {
    await children.alive[0].end({ code: 7 });
    clock.advance(delay);
  }
  await finished;
  await assertRejects(() => group.listening, Error, "5 in a row");
  assertEquals([children.all.length, clock.timers], [5, 0]);
  assertEquals(endings.map(({ delay }) => delay), [100, 200, 400, 800, undefined]);
});

Deno.test("starts that fail go on while another serves", async () => {
  const { group, children, clock } = makeGroup();
  await children.all[0].listen(4_000);
  for (let start = 0; start < 10; start++) {
    await children.all.at(-1)!.end({ code: 7 });
    clock.advance(10_000);
  }
  assertEquals(children.all.length, 12);
  await children.all[11].listen(4_000);
  assertEquals(await group.listening, { transport: "tcp", hostname: "127.0.0.1", port: 4_000 });
  group.kill();
});

Deno.test("what the first worker says that it cannot is the group's error, at once", async () => {
  const { group, children, endings } = makeGroup();
  const failing = assertRejects(() => group.finished, Error, "it is taken");
  const error = { name: "AddrInUse", message: "it is taken", code: "EADDRINUSE" };
  await children.all[0].report({ kind: "failed", error });
  await children.all[0].end({ code: 1 });
  const failure = await failing;
  assertEquals([failure.name, Reflect.get(failure, "code")], ["AddrInUse", "EADDRINUSE"]);
  assertEquals([children.all.length, endings], [1, []]);
});

Deno.test("a process that cannot be started is the group's error", async () => {
  const children = new FakeChildren();
  children.refusal = new Error("run access is needed");
  const { group } = makeGroup({ start: children.start });
  await assertRejects(() => group.finished, Error, "run access is needed");
});

Deno.test("a worker that does not listen in time is ended, and counts as failed", async () => {
  const { group, children, clock, endings } = makeGroup({ startTimeout: 5_000 });
  clock.advance(4_999);
  assertEquals(children.all[0].killed, false);
  clock.advance(1);
  await settle();
  assertEquals(endings, [{ pid: 1, signal: "SIGKILL", delay: 100 }]);
  group.kill();
  await group.finished;
});

Deno.test("a shutdown asks all to end, and waits for them", async () => {
  const { group, children, clock } = await runningGroup();
  const shutdown = group.shutdown({ deadline: 5_000 });
  for (const { orders } of children.all) {
    assertEquals(orders.at(-1), { kind: "drain", deadline: 5_000, untilQuiet: true });
  }
  assertEquals(group.workers.map(({ state }) => state), ["draining", "draining"]);
  for (const child of children.all) await child.end();
  await shutdown;
  await group.finished;
  assertEquals([children.all.length, clock.timers], [2, 0]);
});

Deno.test("a shutdown ends those that outlast its deadline, and those that only start", async () => {
  const { group, children, clock } = makeGroup({ workers: 3 });
  await children.all[0].listen();
  await children.all[1].listen();
  const shutdown = group.shutdown({ deadline: 5_000 });
  await settle();
  assertEquals(children.all.map(({ killed }) => killed), [false, false, true]);
  await children.all[0].end();
  clock.advance(6_999);
  assertEquals(children.all[1].killed, false);
  clock.advance(1);
  await shutdown;
  assertEquals(children.all.map(({ killed }) => killed), [false, true, true]);
  await assertRejects(() => group.listening, Error, "the workers were shut down");
});

Deno.test("a second shutdown may only hurry; one without workers is over at once", async () => {
  const { group, children, clock } = await runningGroup({ workers: 1 });
  const first = group.shutdown({ deadline: Infinity });
  const second = group.shutdown({ deadline: 0 });
  assertEquals(children.all[0].kinds, ["serve", "drain", "drain"]);
  clock.advance(2_000);
  await Promise.all([first, second]);
  await group.shutdown();
  await assertRejects(() => group.shutdown({ deadline: -1 }), RangeError, "Cannot set deadline");
});

Deno.test("a shutdown between two starts starts no other", async () => {
  const { group, children, clock } = await runningGroup({ workers: 1 });
  await children.all[0].end({ code: 1 });
  await group.shutdown();
  clock.advance(100_000);
  assertEquals(children.all.length, 1);
});

Deno.test("the signal ends all at once, even before they began", async () => {
  const controller = new AbortController();
  const { group, children } = await runningGroup({ signal: controller.signal });
  controller.abort();
  await group.finished;
  assertEquals(children.all.map(({ killed }) => killed), [true, true]);
  const none = makeGroup({ signal: controller.signal });
  await none.group.finished;
  assertEquals(none.children.all.length, 0);
});

Deno.test("a restart replaces one by one: another listens before the old is asked to end", async () => {
  const { group, children, endings } = await runningGroup();
  const restart = group.restart({ deadline: 5_000 });
  await settle();
  assertEquals(children.all.length, 3);
  assertEquals(children.all[0].kinds, ["serve"]);
  await children.all[2].listen(4_000);
  assertEquals(children.all[0].orders[1], { kind: "drain", deadline: 5_000, untilQuiet: false });
  assertEquals([children.all.length, children.all[1].kinds], [3, ["serve"]]);
  await children.all[0].end();
  assertEquals(children.all.length, 4);
  await children.all[3].listen(4_000);
  await children.all[1].end();
  await restart;
  assertEquals(group.workers.map(({ pid }) => pid), [3, 4]);
  assertEquals(endings, []);
  group.kill();
});

Deno.test("a restart whose new worker fails rejects, and the old one stays", async () => {
  const { group, children } = await runningGroup();
  const restart = assertRejects(() => group.restart(), Error, "the new one did not listen");
  await settle();
  await children.all[2].end({ code: 1 });
  await restart;
  assertEquals(children.all.map(({ kinds }) => kinds.length), [1, 1, 0]);
  assertEquals(group.workers.map(({ pid }) => pid), [1, 2]);
  group.kill();
});

Deno.test("an old worker that dies during its replacement gets no second one", async () => {
  const { group, children, clock } = await runningGroup({ workers: 1 });
  const restart = group.restart();
  await settle();
  await children.all[0].end({ code: 1 });
  clock.advance(20_000);
  assertEquals(children.all.length, 2);
  await children.all[1].listen(4_000);
  await restart;
  assertEquals(group.workers, [{ pid: 2, state: "serving" }]);
  group.kill();
});

Deno.test("where old and new die, the place is filled again", async () => {
  const { group, children, clock } = await runningGroup({ workers: 1 });
  const restart = assertRejects(() => group.restart(), Error, "did not listen");
  await settle();
  await children.all[0].end({ code: 1 });
  await children.all[1].end({ code: 1 });
  await restart;
  clock.advance(100);
  assertEquals(children.alive.map(({ pid }) => pid), [3]);
  group.kill();
});

Deno.test("a worker that wants to end is replaced first", async () => {
  const { group, children, endings } = await runningGroup();
  await children.all[1].report({ kind: "retire" });
  await children.all[1].report({ kind: "retire" });
  await children.all[2].listen(4_000);
  assertEquals(children.all[1].kinds, ["serve", "drain"]);
  await children.all[1].end();
  assertEquals([group.workers.map(({ pid }) => pid), endings], [[1, 3], []]);
  group.kill();
});

Deno.test("stats() adds up those that are there, and those that were", async () => {
  const { group, children, clock } = await runningGroup();
  const requests = (total: number, inFlight: number) => ({ requests: { total, inFlight } });
  await children.all[0].tell(requests(10, 2));
  await children.all[0].end({ code: 1 });
  clock.advance(100);
  await children.listenAll(4_000);
  const stats = group.stats();
  assertEquals(children.all.map(({ kinds }) => kinds.at(-1)), ["serve", "stats", "stats"]);
  await children.all[1].tell({
    ...requests(5, 1),
    eventLoopDelay: 3,
    refused: { "queue-full": 1 },
  });
  await children.all[2].tell({
    ...requests(1, 0),
    eventLoopDelay: 9,
    refused: { "queue-full": 2 },
  });
  const { requests: sum, eventLoopDelay, refused, workers } = await stats;
  assertEquals([sum, eventLoopDelay, refused, workers.length], [
    { total: 16, inFlight: 1 },
    9,
    { "queue-full": 3 },
    2,
  ]);
  group.kill();
});

Deno.test("stats() counts what a worker told last when it does not answer, or dies", async () => {
  const { group, children, clock } = await runningGroup();
  for (const child of children.all) await child.tell({ requests: { total: 4, inFlight: 1 } });
  const stats = group.stats();
  await children.all[1].end({ signal: "SIGKILL" });
  clock.advance(1_000);
  assertEquals((await stats).requests, { total: 8, inFlight: 1 });
  group.kill();
});
