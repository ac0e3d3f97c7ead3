/** How lines get to where they are written, and what becomes of them where they do not. */
import { CombinedFormat } from "../../src/middleware/access_log/combined.ts";
import type { LineFormat, LogEntry } from "../../src/middleware/access_log/entry.ts";
import { LineBuffer } from "../../src/middleware/access_log/line_buffer.ts";
import { LineWriter, type WriterSettings } from "../../src/middleware/access_log/line_writer.ts";
import type { LogSink } from "../../src/middleware/access_log/sinks.ts";
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "../assert.ts";
import { FakeClock } from "../server/fake_clock.ts";
import { settle } from "../server/memory_server.ts";

/** A sink that a test turns by hand. */
class HandSink implements LogSink {
  /** All that it took. */
  text = "";
  /** What happens to a write: it takes so many octets, or throws. */
  take: (octets: Uint8Array) => unknown = () => undefined;
  /** Where what it took was opened again. */
  readonly reopened: number[] = [];
  /** Whether it was let go. */
  released = false;

  async write(octets: Uint8Array): Promise<unknown> {
    const taken = await this.take(octets);
    const end = typeof taken === "number" ? taken : octets.length;
    this.text += new TextDecoder().decode(octets.subarray(0, end));
    return taken;
  }

  reopen(): void {
    this.reopened.push(this.text.length);
  }

  release(): void {
    this.released = true;
  }
}

/** Lines that are no more than the target of their requests. */
const PLAIN: LineFormat = {
  append: ({ target }, lines) => lines.append(target),
  notice: (dropped, time) => new CombinedFormat().notice(dropped, time),
};

function start(settings: Partial<WriterSettings> = {}) {
  const sink = new HandSink();
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const writer = new LineWriter({
    sink,
    clock,
    format: PLAIN,
    most: 1000,
    interval: 1000,
    onError: (error) => void errors.push(error),
    ...settings,
  });
  return { sink, clock, writer, errors };
}

/** An entry of which that line is made. */
function entryOf(line: string): LogEntry {
  return { target: line } as LogEntry;
}

/** Lines of 10 octets. */
function line(number: number): string {
  return `line ${String(number).padStart(4, "0")}\n`;
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => line(from + i)).join("");
}

Deno.test("lines are written once the interval has passed, in one write", async () => {
  const { sink, clock, writer } = start();
  let writes = 0;
  sink.take = () => void writes++;
  for (let i = 0; i < 3; i++) writer.add(entryOf(line(i)));
  clock.advance(999);
  await settle();
  assertEquals(sink.text, "");
  clock.advance(1);
  await settle();
  assertEquals([sink.text, writes, clock.timers], [lines(0, 3), 1, 0]);
  assertEquals(writer.stats, { written: 3, dropped: 0, waiting: 0, failures: 0 });
});

Deno.test("many lines do not wait for the interval", async () => {
  const { sink, writer } = start({ most: 100_000 });
  for (let i = 0; i < 2000; i++) writer.add(entryOf(line(i)));
  await settle();
  assertEquals(sink.text.length, 20_000);
});

Deno.test("a sink that is slow holds nobody up, and costs no more than the bound", async () => {
  const { sink, clock, writer } = start();
  const { promise, resolve } = Promise.withResolvers<void>();
  sink.take = () => promise;
  writer.add(entryOf(line(0)));
  void writer.flush();
  await settle();
  for (let i = 1; i < 1000; i++) writer.add(entryOf(line(i)));
  assertEquals(writer.stats, { written: 0, dropped: 900, waiting: 1000, failures: 0 });
  resolve();
  await settle();
  clock.advance(1000);
  await settle();
  const [first, notice] = sink.text.split(/(?=#)/);
  assertEquals(first, lines(0, 100));
  assertEquals(notice, "# [01/Jan/2026:00:00:00 +0000] 900 lines were dropped\n");
});

Deno.test("a sink that takes a part is given the rest", async () => {
  const { sink, writer } = start();
  sink.take = (octets) => Math.min(7, octets.length);
  for (let i = 0; i < 10; i++) writer.add(entryOf(line(i)));
  await writer.flush();
  assertEquals([sink.text, writer.stats.written], [lines(0, 10), 10]);
});

for (const strange of [0, -1, 1000, NaN]) {
  Deno.test(`a sink that says it took ${strange} octets fails, and does not go round`, async () => {
    const { sink, writer, errors } = start();
    sink.take = () => strange;
    writer.add(entryOf(line(0)));
    await writer.flush();
    assertMatch(String(errors[0]), /RangeError: Cannot write the log: the sink took/);
  });
}

Deno.test("a sink that fails is tried again, and told of once until it recovers", async () => {
  const { sink, clock, writer, errors } = start();
  const full = new Error("no space left");
  sink.take = () => Promise.reject(full);
  writer.add(entryOf(line(0)));
  for (let turn = 0; turn < 5; turn++) {
    clock.advance(1000);
    await settle();
  }
  assertEquals([errors, writer.stats.failures], [[full], 5]);
  for (let i = 1; i < 150; i++) writer.add(entryOf(line(i)));
  sink.take = () => undefined;
  clock.advance(1000);
  await settle();
  const [first, notice] = sink.text.split(/(?=#)/);
  assertEquals(first, lines(0, 100));
  assertStringIncludes(notice, " 50 lines were dropped");
  sink.take = () => Promise.reject(full);
  writer.add(entryOf(line(0)));
  await writer.flush();
  assertEquals(errors, [full, full]);
});

Deno.test("a sink that fails while lines keep coming is not asked for each of them", async () => {
  const { sink, writer } = start({ most: 1_000_000 });
  sink.take = () => Promise.reject(new Error("no space left"));
  for (let i = 0; i < 20_000; i++) {
    writer.add(entryOf(line(i)));
    if (i % 100 === 0) await Promise.resolve();
  }
  await settle();
  assertLess(writer.stats.failures, 3);
});

Deno.test("a sink may throw at once", async () => {
  const { sink, writer, errors } = start({
    sink: {
      write() {
        throw new TypeError("of the sink");
      },
    },
  });
  writer.add(entryOf(line(0)));
  await writer.flush();
  assertEquals([errors.length, sink.text], [1, ""]);
});

Deno.test("an error of whoever is told of errors decides over nothing", async () => {
  const { sink, writer } = start({
    onError() {
      throw new Error("of the listener");
    },
  });
  const { error } = console;
  console.error = () => {};
  sink.take = () => Promise.reject(new Error("of the sink"));
  writer.add(entryOf(line(0)));
  await writer.flush();
  console.error = error;
  sink.take = () => undefined;
  await writer.flush();
  assertEquals(sink.text, line(0));
});

Deno.test("reopening comes between lines", async () => {
  const { sink, writer } = start();
  writer.add(entryOf(line(0)));
  await writer.flush();
  await writer.reopen();
  writer.add(entryOf(line(1)));
  const reopened = writer.reopen();
  writer.add(entryOf(line(2)));
  await reopened;
  assertEquals(sink.reopened, [10, 10]);
  assertEquals(sink.text, lines(0, 3));
});

Deno.test("a line that is half in the old file is whole in the new one", async () => {
  const { sink, writer } = start();
  let writes = 0;
  sink.take = () => ++writes === 1 ? 14 : Promise.reject(new Error("no space left"));
  for (let i = 0; i < 3; i++) writer.add(entryOf(line(i)));
  await writer.flush();
  sink.take = () => undefined;
  await writer.reopen();
  assertEquals(sink.text.slice(sink.reopened[0]), lines(1, 3));
  assertEquals(writer.stats.written, 3);
});

Deno.test("closing writes what is left, and lets the sink go", async () => {
  const { sink, clock, writer, errors } = start();
  writer.add(entryOf(line(0)));
  await writer.close(5000);
  writer.add(entryOf(line(1)));
  assertEquals([sink.text, sink.released, clock.timers], [line(0), true, 0]);
  assertEquals([writer.stats.dropped, errors], [1, []]);
});

Deno.test("closing waits for a sink that hangs until the deadline, and no longer", async () => {
  const { sink, clock, writer, errors } = start();
  const { promise, resolve } = Promise.withResolvers<void>();
  sink.take = () => promise;
  writer.add(entryOf(line(0)));
  void writer.flush();
  writer.add(entryOf(line(1)));
  let closed = false;
  const closing = writer.close(5000).then(() => closed = true);
  clock.advance(4999);
  await settle();
  assertEquals(closed, false);
  clock.advance(1);
  await closing;
  assertEquals([writer.stats.dropped, clock.timers, sink.released], [2, 0, true]);
  assertMatch(String(errors[0]), /Cannot write 2 lines of the log: it was closed/);
  resolve();
  await settle();
  assertEquals(writer.stats.waiting, 0);
});

Deno.test("closing while the sink fails drops what is left, and says so", async () => {
  const { sink, writer, errors } = start();
  sink.take = () => Promise.reject(new Error("no space left"));
  for (let i = 0; i < 3; i++) writer.add(entryOf(line(i)));
  await writer.close(5000);
  assertEquals([writer.stats.dropped, errors.length], [3, 2]);
  assert(sink.released);
});

Deno.test("lines are whole that were appended in parts, whichever begin alike", () => {
  const starts = ["", "a ", "a ", "a ", "b".repeat(100), "b".repeat(100), "b".repeat(100), "a "];
  const ends = starts.map((_, i) => i % 2 === 0 ? line(i) : `${"e".repeat(70)}\n`);
  const lines = new LineBuffer();
  for (let times = 0; times < 100; times++) {
    for (const [i, start] of starts.entries()) {
      lines.appendAgain(start);
      lines.appendOctets(Uint8Array.of(0x30 + i, 0x20));
      lines.append(ends[i]);
      lines.endLine();
    }
  }
  assertEquals(lines.lines, 800);
  const expected = starts.map((start, i) => `${start}${i} ${ends[i]}`).join("");
  assertEquals(new TextDecoder().decode(lines.take()), expected.repeat(100));
  assertEquals([lines.length, lines.lines], [0, 0]);
});

Deno.test("what a format had appended when it threw is taken back", async () => {
  const { sink, writer } = start({
    format: {
      ...PLAIN,
      append(entry, lines) {
        lines.append(entry.target);
        if (entry.target === line(1)) throw new TypeError("no line");
      },
    },
  });
  for (let i = 0; i < 3; i++) {
    try {
      writer.add(entryOf(line(i)));
    } catch {
      writer.drop();
    }
  }
  await writer.flush();
  assertMatch(sink.text, /^line 0000\nline 0002\n# \[.*\] 1 lines were dropped\n$/);
});

Deno.test("one timer serves all writes, and stops where there was nothing to write", async () => {
  const { clock, writer } = start();
  for (let i = 0; i < 3; i++) {
    writer.add(entryOf(line(i)));
    await writer.flush();
    assertEquals(clock.timers, 1);
  }
  clock.advance(1000);
  await settle();
  assertEquals(clock.timers, 0);
});
