import type { RunningServer } from "./serve.ts";

/** Milliseconds between two looks at what is in flight. */
const POLL_INTERVAL = 20;

/** Part of what is left of the deadline in which idle connections may still bring a request. */
const GRACE_SHARE = 0.1;

/** Milliseconds; no request is on its way for longer. */
const LONGEST_GRACE = 5_000;

/** How a server ends. */
export interface DrainOptions {
  /** Milliseconds after which what is left is cut. */
  readonly deadline: number;
  /** Whether new connections are answered until no request is under way. */
  readonly untilQuiet: boolean;
}

/**
 * Lets requests in flight end, and then closes, both within the deadline.
 *
 * Where it waits until all is quiet, new connections are still answered: whoever sends work learns
 * of the drain from `/readyz`, not from a refused connection. Half of the deadline at most, so that a
 * server that is never without a request also gets to finish its last ones.
 */
export async function drain(server: RunningServer, options: DrainOptions): Promise<void> {
  const start = performance.now();
  const { deadline, untilQuiet } = options;
  const elapsed = () => performance.now() - start;
  const isBusy = () => server.stats().requests.inFlight > 0;
  while (untilQuiet && isBusy() && elapsed() < deadline / 2) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
  const left = Math.max(0, deadline - elapsed());
  const grace = Math.min(left * GRACE_SHARE, LONGEST_GRACE);
  await server.shutdown({ deadline: left, grace });
}
