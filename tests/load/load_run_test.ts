import type { Dial } from "../../src/load/dial.ts";
import { LoadRun, type Measurement } from "../../src/load/load_run.ts";
import { type LoadOptions, resolveOptions } from "../../src/load/options.ts";
import type { LoadProgress } from "../../src/load/report.ts";
import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess } from "../assert.ts";
import { FakeClock, FakeServer, OK, type Treat } from "./fake_world.ts";

type Options = Omit<LoadOptions, "url">;

/** What a run measures in so many milliseconds of time that is told to pass. */
async function measure(options: Options, dial: Dial, clock: FakeClock, time = 100_000) {
  const run = new LoadRun(resolveOptions({ url: "http://127.0.0.1/", ...options }), {
    clock,
    dial,
  });
  let measurement: Measurement | undefined;
  const done = run.run().then((result) => measurement = result);
  clock.advance(time);
  await Promise.resolve();
  assert(measurement !== undefined, "the run does not end");
  await done;
  assertEquals(clock.pending, 0, "timers are left behind");
  return { ...measurement, ...measurement.recorder.summarize() };
}

async function measureServer(options: Options, treat: Treat) {
  const clock = new FakeClock();
  const server = new FakeServer(clock, treat);
  const measured = await measure(options, server.dial, clock);
  assertEquals(server.open, 0, "connections are left open");
  return { ...measured, server };
}

const answersIn = (after: number): Treat => () => ({ after, answer: OK });

Deno.test("a closed loop sends the next request when it has the answer", async () => {
  const { recorder, elapsed, server, latency } = await measureServer(
    { connections: 2, duration: 1_000 },
    answersIn(10),
  );
  assertEquals([recorder.requests, elapsed, server.opened], [200, 1_000, 2]);
  assertEquals([latency.min, latency.max, latency.percentiles["50"]], [10, 10, 10]);
});

Deno.test("pipelined requests wait for one another, and latency tells so", async () => {
  const { recorder, latency } = await measureServer(
    { connections: 1, pipelining: 4, duration: 1_000 },
    answersIn(10),
  );
  assertEquals(recorder.requests, 100 + 3);
  assertEquals(latency.max, 40);
});

Deno.test("a number of requests is sent exactly", async () => {
  for (const loop of [{}, { rate: 1_000 }]) {
    const { recorder, server, isComplete } = await measureServer(
      { connections: 7, pipelining: 3, requests: 100, ...loop },
      answersIn(5),
    );
    assertEquals([recorder.requests, server.requests, isComplete], [100, 100, true]);
  }
});

Deno.test("more connections than requests: all end", async () => {
  for (const loop of [{}, { rate: 10 }]) {
    const { recorder } = await measureServer(
      { connections: 9, requests: 2, ...loop },
      answersIn(5),
    );
    assertEquals(recorder.requests, 2);
  }
});

/** Answers in 1 ms, but not at all between one second and two. */
const STALLS: Treat = (_, now) => ({
  after: now >= 1_000 && now < 2_000 ? 2_000 - now + 1 : 1,
  answer: OK,
});

Deno.test("an open loop: a stall of one second shows in the percentiles", async () => {
  const { latency, serviceTime, recorder, unsent } = await measureServer(
    { connections: 4, rate: 1_000, duration: 4_000 },
    STALLS,
  );
  assertEquals([recorder.requests + unsent, unsent], [4_001, 0]);
  // A quarter of the requests was due within the stall; each waited for its end, and then for its turn.
  assertGreater(latency.percentiles["75"], 100);
  assertGreater(latency.percentiles["90"], 500);
  assertGreater(latency.max, 999);
  // Only four of them had been sent when it began.
  assertLess(serviceTime!.percentiles["99"], 10);
  assertGreater(serviceTime!.max, 999);
});

Deno.test("a closed loop hides it, which is why there is the other", async () => {
  const { latency } = await measureServer({ connections: 4, duration: 4_000 }, STALLS);
  assertEquals(latency.percentiles["99.9"], 1);
  assertGreater(latency.max, 999);
});

Deno.test("an open loop keeps its rate, whatever the number of connections", async () => {
  for (const connections of [1, 3, 50]) {
    const { recorder, latency } = await measureServer(
      { connections, rate: 250, duration: 2_000 },
      answersIn(2),
    );
    assertAlmostEquals(recorder.requests, 500, 1);
    assertLess(latency.max, 4.1);
  }
});

Deno.test("what a server is too slow for counts with the time it waited", async () => {
  const { recorder, unsent, latency, answeredInTime } = await measureServer(
    { connections: 1, rate: 1_000, duration: 1_000 },
    answersIn(10),
  );
  assertEquals(recorder.requests + unsent, 1_001);
  assertAlmostEquals(answeredInTime, 100, 1);
  // The last that was sent was due 100 ms after the first; those that were not had waited for less.
  assertGreater(latency.percentiles["50"], 400);
});

Deno.test("a warm-up is not measured", async () => {
  const treat: Treat = (_, now) => ({ after: now < 500 ? 100 : 10, answer: OK });
  for (const loop of [{}, { rate: 10 }]) {
    const { latency, elapsed, recorder } = await measureServer(
      { connections: 1, warmUp: 1_000, duration: 1_000, ...loop },
      treat,
    );
    assertEquals(elapsed, 1_000);
    assertLess(latency.max, 100);
    assertGreater(recorder.requests, 5);
  }
});

Deno.test("an answer that takes too long is an error, and counts with the time it was waited for", async () => {
  const { errors, latency, server } = await measureServer(
    { connections: 1, requests: 10, timeout: 1_000 },
    (number) => number === 3 ? undefined : { after: 1, answer: OK },
  );
  assertEquals([errors.timeout, errors.total, server.opened], [1, 1, 2]);
  assertGreater(latency.max, 999);
});

Deno.test("with pipelining only the request that timed out is lost, the rest is sent again", async () => {
  const { errors, recorder, server } = await measureServer(
    { connections: 1, pipelining: 5, requests: 20, timeout: 1_000 },
    (number) => number >= 5 && number < 10 ? undefined : { after: 1, answer: OK },
  );
  assertEquals([errors.timeout, recorder.requests], [1, 19]);
  assertEquals(server.requests, 24);
});

Deno.test("requests behind an answer that closes are sent again", async () => {
  const { errors, recorder, server } = await measureServer(
    { connections: 1, pipelining: 4, requests: 12 },
    () => ({ after: 1, answer: OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n") }),
  );
  assertEquals([errors.total, recorder.requests, server.opened], [0, 12, 12]);
});

const FAULTS: [kind: string, answer: string][] = [
  ["closedEarly", ""],
  ["malformed", "SSH-2.0\r\n"],
  ["malformed", `${OK}HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n`],
  ["malformed", OK + OK],
  ["status", OK.replace("200", "503")],
];

for (const [kind, answer] of FAULTS) {
  Deno.test(`${JSON.stringify(answer.slice(0, 60))} is counted as ${kind}`, async () => {
    const { errors, recorder } = await measureServer(
      { connections: 1, requests: 5 },
      (number) => ({ after: 1, answer: number === 2 ? answer : OK }),
    );
    assertEquals({ ...errors, total: 0 }, {
      ...{ connect: 0, reset: 0, timeout: 0, malformed: 0, closedEarly: 0, status: 0, total: 0 },
      [kind]: 1,
    });
    assertEquals(errors.total, 1);
    const isAnswered = kind === "status" || answer.startsWith(OK);
    assertEquals(recorder.requests, isAnswered ? 5 : 4);
  });
}

Deno.test("a server that never answers ends with the time, or the number", async () => {
  for (const options of [{ duration: 1_000 }, { requests: 6 }]) {
    const { errors, recorder } = await measureServer(
      { connections: 2, timeout: 500, ...options },
      () => undefined,
    );
    assertEquals(recorder.requests, 0);
    assertGreater(errors.timeout, 3);
  }
});

/** Fails to connect, always or from the second time on. */
function failing(clock: FakeClock, dial: Dial, good: number): Dial {
  let dials = 0;
  return (events) => {
    if (dials++ < good) return dial(events);
    clock.schedule(1, () => events.failed(new Error("refused")));
    return { write() {}, close() {} };
  };
}

Deno.test("a server that is gone ends the load, and is asked with pauses", async () => {
  const clock = new FakeClock();
  const server = new FakeServer(clock, (number) => ({ after: 1, answer: number < 10 ? OK : "" }));
  const { errors, recorder, isComplete } = await measure(
    { connections: 1, duration: 60_000, timeout: 5_000 },
    failing(clock, server.dial, 1),
    clock,
  );
  assertEquals([recorder.requests, errors.closedEarly, isComplete], [10, 1, false]);
  assertGreater(errors.connect, 4);
  assertLess(errors.connect, 20);
});

Deno.test("an answer to nothing that ends with its connection is malformed, and no more", async () => {
  const clock = new FakeClock();
  const octets = new TextEncoder().encode(`${OK}HTTP/1.1 408 Request Timeout\r\n\r\n`);
  const { errors, recorder } = await measure(
    { connections: 1, rate: 10, requests: 3 },
    (events) => {
      clock.schedule(0, () => events.opened());
      return {
        write() {
          clock.schedule(1, () => events.received(octets));
          clock.schedule(2, () => events.ended());
        },
        close() {},
      };
    },
    clock,
  );
  assertEquals([recorder.requests, errors.malformed, errors.total], [3, 2, 2]);
});

Deno.test("a load begins once every connection was tried, however often one of them fails", async () => {
  const clock = new FakeClock();
  const server = new FakeServer(clock, () => ({ after: 1, answer: OK }));
  let dials = 0;
  const sentAt: number[] = [];
  const { recorder } = await measure({ connections: 3, requests: 30 }, (events) => {
    if (++dials !== 1 && dials < 6) {
      clock.schedule(1, () => events.failed(new Error("refused")));
      return { write() {}, close() {} };
    }
    // The first connection takes a while to open.
    const delay = dials === 1 ? 200 : 0;
    const wire = server.dial({
      failed: (error) => events.failed(error),
      opened: () => void clock.schedule(delay, () => events.opened()),
      received: (octets) => events.received(octets),
      ended: () => events.ended(),
    });
    return {
      write(octets) {
        sentAt.push(clock.now());
        wire.write(octets);
      },
      close: () => wire.close(),
    };
  }, clock);
  assertEquals(recorder.requests, 30);
  assertEquals(sentAt[0], 200);
});

Deno.test("a number of requests ends even where nobody can be reached", async () => {
  const clock = new FakeClock();
  const { errors, recorder } = await measure(
    { connections: 3, requests: 9, timeout: 60_000 },
    failing(clock, () => ({ write() {}, close() {} }), 0),
    clock,
  );
  assertEquals([recorder.requests, errors.connect], [0, 9]);
});

Deno.test("a connection that does not open in time is given up", async () => {
  const clock = new FakeClock();
  const { errors, isComplete } = await measure(
    { connections: 1, requests: 2, timeout: 1_000 },
    () => ({ write() {}, close() {} }),
    clock,
  );
  assertEquals([errors.connect, isComplete], [0, false]);
});

Deno.test("an abort ends it at once, with what was measured", async () => {
  const clock = new FakeClock();
  const server = new FakeServer(clock, answersIn(10));
  const controller = new AbortController();
  clock.schedule(501, () => controller.abort());
  const { recorder, elapsed, isComplete, intervals } = await measure(
    { connections: 1, duration: 60_000, signal: controller.signal },
    server.dial,
    clock,
    600,
  );
  assertEquals([recorder.requests, elapsed, isComplete], [50, 501, false]);
  assertEquals(intervals.at(-1)?.end, 0.501);
  assertEquals(server.open, 0);
});

Deno.test("progress and parts add up to the whole", async () => {
  const told: LoadProgress[] = [];
  const { intervals, recorder } = await measureServer({
    connections: 2,
    warmUp: 1_000,
    duration: 5_000,
    onProgress: (progress) => told.push(progress),
  }, answersIn(9));
  const answers = intervals.reduce((sum, { requests }) => sum + requests, 0);
  assertGreater(intervals.length, 40);
  assertLess(recorder.requests - answers, 3);
  assertEquals(
    intervals.slice(1).map(({ start }) => start),
    intervals.slice(0, -1).map(({ end }) => end),
  );
  assert(told.some(({ isWarmingUp, done }) => isWarmingUp && done > 0.4 && done < 0.6));
  const measured = told.filter(({ isWarmingUp }) => !isWarmingUp);
  assertEquals(measured.at(-1)?.done, 1);
  assert(measured.every(({ done }, i) => i === 0 || done >= measured[i - 1].done));
  assertAlmostEquals(measured.at(-1)!.requestsPerSecond, 2_000 / 9, 30);
});
