/** Server-sent events: how they are framed, and what becomes of their source. */
import fc from "fast-check";
import { routes } from "../../mod.ts";
import { defer } from "../../src/deferred.ts";
import { type ServerSentEvent, writeEvent } from "../../src/middleware/event_frame.ts";
import {
  type EventSender,
  eventStream,
  type EventStreamOptions,
  lastEventId,
} from "../../src/middleware/event_stream.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { FakeClock } from "../server/fake_clock.ts";
import { eventually, startLocal } from "../transport/servers.ts";

const FRAMES: [why: string, event: ServerSentEvent | string, text: string][] = [
  ["text", "hello", "data: hello\n\n"],
  ["data", { data: "hello" }, "data: hello\n\n"],
  ["no data", { data: "" }, "data: \n\n"],
  ["lines of every kind", "a\nb\rc\r\nd\n", "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"],
  ["a space in front", " a", "data:  a\n\n"],
  ["what looks like a field", "a\n\nevent: b", "data: a\ndata: \ndata: event: b\n\n"],
  [
    "all parts",
    { comment: "c", event: "e", id: "1", retry: 5, data: "d" },
    ": c\nevent: e\nid: 1\nretry: 5\ndata: d\n\n",
  ],
  ["a comment of two lines", { comment: "a\ndata: b" }, ": a\n: data: b\n\n"],
  ["an empty id", { id: "", data: "d" }, "id: \ndata: d\n\n"],
];

for (const [why, event, text] of FRAMES) {
  Deno.test(`writeEvent() writes ${why} (HTML §9.2.5)`, () => {
    assertEquals(writeEvent(event), text);
  });
}

const REFUSED: [why: string, event: unknown, type?: typeof RangeError][] = [
  ["a type with an end of line", { event: "a\nb" }],
  ["a type with a carriage return", { event: "a\rdata: b" }],
  ["an id with an end of line", { id: "1\r\n", data: "" }],
  ["an id with NUL", { id: "1\0" }],
  ["a number", 5],
  ["null", null],
  ["nothing", {}],
  ["data of an object", { data: {} }],
  ["an id of a number", { id: 5 }],
  ["a retry of less than nothing", { retry: -1 }, RangeError],
  ["a retry of half a millisecond", { retry: 0.5 }, RangeError],
];

for (const [why, event, type = TypeError] of REFUSED) {
  Deno.test(`writeEvent() objects to ${why}`, () => {
    assertThrows(() => writeEvent(event as ServerSentEvent), type, "Cannot send an event");
  });
}

/** Reads a stream of events as the specification says (HTML §9.2.6). */
function interpret(stream: string) {
  const events: { type: string; data: string; id: string }[] = [];
  let [type, data, id] = ["", "", ""];
  for (const line of stream.split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (data !== "") events.push({ type: type || "message", data: data.slice(0, -1), id });
      [type, data] = ["", ""];
      continue;
    }
    const [, name, value] = /^([^:]*)(?:: ?(.*))?$/su.exec(line)!;
    if (name === "event") type = value;
    else if (name === "data") data += `${value}\n`;
    else if (name === "id" && !value.includes("\0")) id = value;
  }
  return events;
}

Deno.test("whatever is sent is what a client reads, and nothing else", () => {
  const line = fc.string({ unit: fc.constantFrom("a", ":", " ", "é", "\t", "data: ") });
  const data = fc.string({ unit: fc.constantFrom("a", ":", " ", "\n", "\r", "\r\n", "id: 9") });
  const event = fc.record({ event: line, id: line, data, comment: data });
  fc.assert(fc.property(fc.array(event, { maxLength: 5 }), (list) => {
    const expected = list.map(({ event, id, data }) => ({
      type: event || "message",
      data: data.replaceAll(/\r\n|\r/g, "\n"),
      id,
    }));
    assertEquals(interpret(list.map(writeEvent).join("")), expected);
  }));
});

Deno.test("the answer has the fields of an event stream, and those that are given", () => {
  const plain = eventStream(() => {});
  assertEquals(Object.fromEntries(plain.headers), {
    "cache-control": "no-cache",
    "content-type": "text/event-stream",
    "x-accel-buffering": "no",
  });
  const headers = { "Cache-Control": "no-store", "Content-Type": "text/plain", "x-own": "1" };
  assertEquals(Object.fromEntries(eventStream(() => {}, { headers }).headers), {
    "cache-control": "no-store",
    "content-type": "text/event-stream",
    "x-accel-buffering": "no",
    "x-own": "1",
  });
});

Deno.test("an iterable that throws, or gives what is no event, makes the stream err", async () => {
  async function* throws() {
    yield "a";
    await Promise.resolve();
    throw new Error("of the source");
  }
  await assertRejects(() => eventStream(throws()).text(), Error, "of the source");
  const wrong = ReadableStream.from([5]) as unknown as AsyncIterable<string>;
  await assertRejects(() => eventStream(wrong).text(), TypeError, "Cannot send an event");
  const sync = () => {
    throw new Error("of the function");
  };
  await assertRejects(() => eventStream(sync).text(), Error, "of the function");
  const late = () => Promise.reject(new Error("of the promise"));
  await assertRejects(() => eventStream(late).text(), Error, "of the promise");
});

Deno.test("an iterable that gave what is no event is returned to", async () => {
  const returned = defer<void>();
  async function* events(): AsyncGenerator<ServerSentEvent> {
    try {
      yield { id: "a\nb" };
    } finally {
      returned.resolve();
    }
  }
  await assertRejects(() => eventStream(events()).text(), TypeError);
  await returned.promise;
});

Deno.test("a function without a promise ends with close(), after which nothing is sent", async () => {
  let late: Promise<void> | undefined;
  const response = eventStream(({ send, close, signal }) => {
    send("a");
    close();
    close();
    assert(signal.aborted);
    late = send("b");
  });
  assertEquals(await response.text(), ":\n\ndata: a\n\n");
  await assertRejects(() => late!, DOMException, "closed");
});

Deno.test("nothing is asked for before the client reads", async () => {
  let asked = 0;
  const response = eventStream(() => void asked++);
  await response.body!.cancel();
  assertEquals(asked, 0);
});

Deno.test("when the client leaves, the iterable is returned to", async () => {
  const returned = defer<void>();
  async function* ticks() {
    try {
      for (let i = 0;; i++) yield `${i}`;
    } finally {
      returned.resolve();
    }
  }
  const reader = eventStream(ticks()).body!.getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  await returned.promise;
});

Deno.test("an iterable that waits is returned to, its failure being nobody's", async () => {
  let returned = 0;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<IteratorResult<string>>(() => {}),
      return: () => {
        returned++;
        return Promise.reject(new Error("of the return"));
      },
    }),
  };
  const reader = eventStream(source).body!.getReader();
  await reader.read();
  await reader.cancel();
  assertEquals(returned, 1);
});

Deno.test("a source that waits sends no faster than its client reads", async () => {
  let sent = 0;
  async function* events() {
    for (;;) {
      yield "x".repeat(1000);
      sent++;
      await Promise.resolve();
    }
  }
  const reader = eventStream(events()).body!.getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const before = sent;
  assert(before >= 16 && before < 20, `${before}`);
  for (let i = 0; i < 30; i++) await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert(sent > before && sent < 70, `${sent}`);
  await reader.cancel();
});

Deno.test("a source that does not wait fills no more than the buffer", async () => {
  let events: EventSender | undefined;
  const response = eventStream((own) => void (events = own), { buffer: 10_000 });
  const reader = response.body!.getReader();
  await reader.read();
  for (let i = 0; i < 9; i++) events!.send("x".repeat(1000));
  assert(!events!.signal.aborted);
  for (let i = 0; i < 9; i++) events!.send("x".repeat(1000));
  assert(events!.signal.aborted);
  await assertRejects(() => reader.read(), Error, "reads too slowly");
});

Deno.test("send() waits for room, and rejects when the client leaves meanwhile", async () => {
  let events: EventSender | undefined;
  const response = eventStream((own) => void (events = own));
  const reader = response.body!.getReader();
  await reader.read();
  let waited = false;
  const first = events!.send("x".repeat(20_000)).then(() => waited = true);
  await Promise.resolve();
  assert(!waited);
  await reader.read();
  const next = reader.read();
  await first;
  await events!.send("y");
  await next;
  const second = events!.send("x".repeat(20_000));
  await reader.cancel(new Error("left"));
  await assertRejects(() => second, Error, "left");
  await assertRejects(() => events!.send("z"), Error, "left");
});

Deno.test("a heartbeat tells that the stream is in use while nothing else does", async () => {
  const clock = new FakeClock();
  let events: EventSender | undefined;
  const response = eventStream((own) => void (events = own), { heartbeat: 1000, clock });
  assertEquals(clock.timers, 0);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, ":\n\n");
  clock.advance(1000);
  assertEquals((await reader.read()).value, ":\n\n");
  events!.send("a");
  assertEquals((await reader.read()).value, "data: a\n\n");
  const next = reader.read();
  clock.advance(1000);
  events!.send("b");
  assertEquals((await next).value, "data: b\n\n");
  await reader.cancel();
  await eventually(() => clock.timers, (timers) => timers === 0, "the timer is gone");
});

Deno.test("the timer stops however the stream ends", async () => {
  const ends: ((events: EventSender) => unknown)[] = [
    ({ close }) => close(),
    () => Promise.resolve(),
    () => Promise.reject(new Error("of the source")),
  ];
  for (const source of ends) {
    const clock = new FakeClock();
    await eventStream(source, { clock }).text().catch(() => {});
    assertEquals(clock.timers, 0);
  }
});

Deno.test("a signal that aborts ends the stream, also before it begins", async () => {
  for (const early of [true, false]) {
    const controller = new AbortController();
    let asked = 0;
    const response = eventStream(() => void asked++, { signal: controller.signal });
    const reader = response.body!.getReader();
    if (!early) await reader.read();
    controller.abort(new Error("left"));
    await assertRejects(() => reader.read(), Error, "left");
    assertEquals(asked, early ? 0 : 1);
  }
});

const IDS: [field: string | undefined, id: string | undefined][] = [
  [undefined, undefined],
  ["", undefined],
  ["7", "7"],
  ["\u00c3\u00a9", "é"],
  ["\u00ff", "\ufffd"],
];

for (const [field, id] of IDS) {
  Deno.test(`lastEventId() of ${JSON.stringify(field)} is ${JSON.stringify(id)}`, () => {
    const headers = new Headers(field === undefined ? {} : { "last-event-id": field });
    assertEquals(lastEventId(new Request("http://localhost/", { headers })), id);
  });
}

const MISTAKES: [source: unknown, options: unknown, type: typeof TypeError | typeof RangeError][] =
  [
    ["text", {}, TypeError],
    [null, {}, TypeError],
    [[], {}, TypeError],
    [() => {}, { heartbeat: -1 }, RangeError],
    [() => {}, { heartbeat: "1" }, TypeError],
    [() => {}, { retry: -1 }, RangeError],
    [() => {}, { buffer: 0 }, RangeError],
    [() => {}, { signal: true }, TypeError],
    [() => {}, { clock: {} }, TypeError],
    [() => {}, { beat: 1 }, TypeError],
  ];

for (const [source, options, type] of MISTAKES) {
  Deno.test(`eventStream() objects to ${String(source)}, ${JSON.stringify(options)}`, () => {
    const make = () => eventStream(source as () => void, options as EventStreamOptions);
    assertThrows(make, type, "Cannot ");
  });
}

Deno.test("a client reads events as they come, and its source learns that it left", async () => {
  const left = defer<void>();
  let events: EventSender | undefined;
  const table = routes({
    "GET /": (request) => {
      const from = Number(lastEventId(request) ?? 0);
      return eventStream((own) => {
        events = own;
        own.signal.addEventListener("abort", () => left.resolve());
        own.send({ id: `${from + 1}`, data: "first" });
      }, { signal: request.signal });
    },
  });
  await using local = await startLocal(table.fetch);
  const leaving = new AbortController();
  const headers = { "last-event-id": "41" };
  const response = await fetch(local.origin, { headers, signal: leaving.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!seen.endsWith("first\n\n")) seen += (await reader.read()).value;
  assertEquals(seen, ":\n\nid: 42\ndata: first\n\n");
  await events!.send("second");
  assertEquals((await reader.read()).value, "data: second\n\n");
  leaving.abort();
  await reader.cancel().catch(() => {});
  await left.promise;
  assertEquals(local.errors, []);
});
