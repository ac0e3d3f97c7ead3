import { assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { sharesOf } from "../../bench/profile/shares.ts";

const PLACES = { culvert: "file:///culvert/src/", handlers: "/bench/peers/" };

const REPORT = `
# Samples: 8K of event 'cpu-clock'
    40.00%  [k] _raw_spin_unlock_irqrestore                                  -      -
    20.00%  [.] 0x0000000001d99417                                           -      -
    10.00%  [.] JS:*'read ext:deno_net/01_net.js:1:2120                      -      -
    12.50%  [.] JS:*'#run file:///culvert/src/server/connection.ts:163:7     -      -
     7.50%  [.] JS:+'#run file:///culvert/src/server/connection.ts:163:7     -      -
     5.00%  [.] JS:~ file:///culvert/src/server/outbox.ts:150:8              -      -
     5.00%  [.] JS:* file:///culvert/bench/peers/apps/handlers.mjs:20:16     -      -
`;

Deno.test("sharesOf() tells whose each symbol of perf is", () => {
  const { byOwner, top } = sharesOf(REPORT, PLACES);

  for (const [owner, share] of Object.entries({ kernel: 0.4, runtime: 0.3, culvert: 0.25 })) {
    assertAlmostEquals(byOwner[owner as keyof typeof byOwner], share, 1e-9, owner);
  }
  assertAlmostEquals(byOwner.handler, 0.05, 1e-9);
  assertEquals(top.map(([name]) => name), ["#run (connection.ts)", "(anonymous) (outbox.ts)"]);
  assertAlmostEquals(top[0][1], 0.2, 1e-9);
});

Deno.test("sharesOf() does not take a report without samples for one of nobody", () => {
  assertThrows(() => sharesOf("# no samples\n", PLACES), Error, "perf has no samples");
});
