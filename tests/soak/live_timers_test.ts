import { assertEquals } from "../assert.ts";
import { runProgram } from "../program.ts";

const PROGRAM = `
  import { LiveTimers } from "./soak/server/live_timers.ts";
  const timers = new LiveTimers();
  timers.install();
  const counts = [timers.count];
  const stop = timers.clock.every(1000, () => {});
  const timeout = setTimeout(() => {}, 60_000);
  const interval = setInterval(() => {}, 60_000);
  await new Promise((resolve) => setTimeout(resolve, 1, counts.push(timers.count)));
  counts.push(timers.count);
  stop();
  counts.push(timers.count);
  clearTimeout(timeout);
  clearInterval(interval);
  counts.push(timers.count);
  console.log(counts.join(" "));
`;

Deno.test("LiveTimers: what has run, or was cleared, does not count", async () => {
  // The global timers are replaced for good, so in a process of its own.
  const { stdout, stderr } = await runProgram(["run", "-A", "-"], PROGRAM);
  assertEquals(stdout, "0 3 3 2 0\n", stderr);
});
