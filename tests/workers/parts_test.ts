/** The small parts of a supervisor. */
import fc from "fast-check";
import { countDeath, delayAfter } from "../../src/workers/backoff.ts";
import { type Order, toError, toFailure, unwrap, wrap } from "../../src/workers/messages.ts";
import { resolveOptions } from "../../src/workers/options.ts";
import { addStats, NO_STATS, pastOf } from "../../src/workers/sum_stats.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const DEATHS: [deaths: number, served: number, counted: number, delay: number][] = [
  [0, 0, 1, 100],
  [1, 0, 2, 200],
  [1, 9_999, 2, 200],
  [6, 500, 7, 6_400],
  [7, 0, 8, 10_000],
  [5_000, 0, 5_001, 10_000],
  [7, 10_000, 1, 100],
];

for (const [deaths, served, counted, delay] of DEATHS) {
  Deno.test(`death ${deaths + 1} after ${served} ms: ${delay} ms to the next start`, () => {
    assertEquals(countDeath(deaths, served), counted);
    assertEquals(delayAfter(counted), delay);
  });
}

Deno.test("unwrap() gives what wrap() was given, over JSON", () => {
  const time = fc.oneof(
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    fc.constant(Infinity),
  );
  fc.assert(fc.property(time, fc.boolean(), fc.string(), (deadline, untilQuiet, hostname) => {
    const orders: Order[] = [
      { kind: "drain", deadline, untilQuiet },
      {
        kind: "serve",
        module: "a:b",
        claim: true,
        options: { hostname, timeouts: { idle: deadline } },
      },
    ];
    for (const order of orders) {
      const sent = JSON.parse(JSON.stringify(wrap(order)));
      assertEquals(
        unwrap<Order>(sent),
        JSON.parse(
          JSON.stringify(order),
          (key, value) =>
            deadline === Infinity && (key === "deadline" || key === "idle") ? Infinity : value,
        ),
      );
    }
  }));
});

for (
  const foreign of [undefined, null, "text", 7, {}, { culvert: 7 }, { culvert: "{" }, {
    kind: "drain",
  }]
) {
  Deno.test(`unwrap() leaves ${JSON.stringify(foreign)} to whom it is for`, () => {
    assertEquals(unwrap(foreign), undefined);
  });
}

Deno.test("an error crosses to another process with its name and code", () => {
  const original = Object.assign(new RangeError("too far"), { code: "EFAR" });
  const error = toError(toFailure(original));
  assertEquals([error.name, error.message, Reflect.get(error, "code")], [
    "RangeError",
    "too far",
    "EFAR",
  ]);
  assertEquals(toFailure("thrown"), { name: "Error", message: "thrown" });
});

Deno.test("sums leave alone what they are made of", () => {
  const stats = { ...NO_STATS, refused: { "queue-full": 2 }, requests: { total: 3, inFlight: 1 } };
  const sum = addStats(stats, pastOf({ ...stats, connections: { open: 2, idle: 1, accepted: 9 } }));
  assertEquals(sum, {
    ...NO_STATS,
    connections: { open: 0, idle: 0, accepted: 9 },
    refused: { "queue-full": 4 },
    requests: { total: 6, inFlight: 1 },
  });
  assertEquals(stats.refused, { "queue-full": 2 });
});

const MODULE = "file:///app.ts";

const MISTAKES: [options: object, type: ErrorConstructor, complaint: string][] = [
  [{}, TypeError, "module must be a URL"],
  [{ module: "./app.ts" }, TypeError, "module must be a URL"],
  [{ module: MODULE, wrokers: 2 }, TypeError, "there is no option wrokers"],
  [{ module: MODULE, onError() {} }, TypeError, "let their module export it"],
  [{ module: MODULE, handler() {} }, TypeError, "let their module export it"],
  [{ module: MODULE, path: "/run/app" }, TypeError, "there is no option path"],
  [{ module: MODULE, workers: 0 }, RangeError, "Cannot start 0 workers: it takes 1 to 1024"],
  [{ module: MODULE, workers: 1.5 }, RangeError, "Cannot start 1.5 workers"],
  [{ module: MODULE, workers: "2" }, RangeError, "Cannot start 2 workers"],
  [{ module: MODULE, execArgv: "-A" }, TypeError, "execArgv must be an array"],
  [{ module: MODULE, startTimeout: -1 }, RangeError, "Cannot set startTimeout to -1"],
  [{ module: MODULE, port: 65_536 }, RangeError, "Cannot listen on port 65536"],
  [{ module: MODULE, limits: { content: -1 } }, RangeError, "Cannot set limits.content"],
  [{ module: MODULE, timeouts: { idel: 1 } }, TypeError, "Cannot set timeouts.idel"],
  [{ module: MODULE, cert: "" }, TypeError, "Cannot serve TLS"],
];

for (const [options, type, complaint] of MISTAKES) {
  Deno.test(`serveWorkers(${JSON.stringify(options)}) objects: ${complaint}`, () => {
    // deno-lint-ignore no-explicit-any -- these are mistakes of type, too
    assertThrows(() => resolveOptions(options as any, 2), type, complaint);
  });
}

Deno.test("options that are left out have their defaults", () => {
  const options = resolveOptions({ module: new URL(MODULE), port: 0, workers: undefined }, 3);
  assertEquals([options.module, options.workers, options.startTimeout], [MODULE, 3, 30_000]);
  assertEquals(options.options, { port: 0 });
  assert(options.execArgv === undefined && options.signal === undefined);
});
