/**
 * Has slowhttptest open 2 000 slow connections of each of its kinds, and measures how long the
 * server bears with them, and how long others wait meanwhile. `deno task test:slow-clients` runs
 * this; it needs slowhttptest (a package of Debian).
 *
 * @module
 */

import type { RefusalReason } from "../../mod.ts";
import { assert, assertGreater, assertGreaterOrEqual, assertLess } from "../assert.ts";
import { DEADLINE, measure, type Measured, type SlowAttack } from "./measure.ts";

/** Connections that the tool opens in all, how many of them in a second, and for how many seconds. */
const CROWD = ["-c", "2000", "-r", "1000", "-l", "12"];
const CONNECTIONS = 2_000;

/** Milliseconds behind its deadline at which a connection must have ended. */
const GRACE = 1_000;

/** Milliseconds for which another client may wait. */
const PATIENCE = 1_000;

/** Answers that another client must get. */
const PROBES = 20;

interface Mode extends SlowAttack {
  /** What the connections are. */
  readonly what: string;
  /** Whether they stay until the server ends them. */
  readonly stay: boolean;
  /** What the server ends them for; where there is nothing, it does so without a word. */
  readonly ending?: RefusalReason;
}

const READ_SLOWLY = ["-X", "-n", "1", "-z", "32", "-w", "512", "-y", "1024"];

const MODES: readonly Mode[] = [
  {
    what: "slow heads",
    args: ["-H", "-i", "1", "-x", "10"],
    target: "/",
    admitted: 450,
    stay: true,
    ending: "request-head-timeout",
  },
  {
    what: "slow contents",
    args: ["-B", "-i", "1", "-x", "10", "-s", "4096"],
    target: "/",
    admitted: 450,
    stay: true,
    ending: "content-too-slow",
  },
  {
    what: "long ranges",
    args: ["-R", "-a", "5", "-b", "2000"],
    target: "/",
    admitted: 450,
    stay: false,
  },
  {
    what: "slow readers of what the operating system takes at once",
    args: READ_SLOWLY,
    target: "/page",
    admitted: 450,
    stay: true,
  },
  {
    what: "slow readers of more than that",
    args: READ_SLOWLY,
    target: "/large",
    // On the loopback interface the system takes some 4 MB for each, and runs short of it for all.
    admitted: 50,
    stay: true,
    ending: "answer-timeout",
  },
];

for (const { what, stay, ending, admitted, target, args } of MODES) {
  Deno.test(`${CONNECTIONS} ${what} are ended in time, and nobody else waits`, async () => {
    const measured = await measure({ target, admitted, args: [...args, ...CROWD] });
    console.log(describe(what, measured));
    const { seen, most, refused } = measured;
    assertGreaterOrEqual(seen, CONNECTIONS);
    if (stay) assertGreater(most, admitted);
    if (ending !== undefined) assert(refused[ending]! > 0);
    assertLess(measured.longest, DEADLINE + GRACE);
    assertGreater(measured.probes, PROBES);
    assertLess(measured.slowest, PATIENCE);
  });
}

function describe(
  what: string,
  { seen, most, longest, probes, slowest, refused }: Measured,
): string {
  const ms = (time: number) => `${Math.round(time)} ms`;
  return `${what}: ${seen} connections, ${most} at a time; the longest lived ${ms(longest)} ` +
    `(deadline ${ms(DEADLINE)}); slowest of ${probes} probes ${ms(slowest)}; ` +
    JSON.stringify(refused);
}
