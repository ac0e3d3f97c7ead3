import { pause } from "./pause.ts";
import type { Observation, ServerProcess } from "./server_process.ts";

/** An observation, and when it was made. */
export interface Sample extends Observation {
  /** Minutes since the traffic began. */
  readonly minute: number;
}

/** Milliseconds between two looks at whether the server has come to rest. */
const LOOK = 250;

/** Observes the server every so many seconds until the signal aborts. */
export async function observe(
  server: ServerProcess,
  seconds: number,
  signal: AbortSignal,
  onSample: (sample: Sample) => void,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  for (let due = start + seconds * 1000;; due += seconds * 1000) {
    await pause(due - performance.now(), signal);
    if (signal.aborted) return samples;
    const sample = { minute: (performance.now() - start) / 60_000, ...await server.observe() };
    samples.push(sample);
    onSample(sample);
  }
}

/** Waits until nothing is left of any client, or so many milliseconds; gives the last look. */
export async function observeRest(server: ServerProcess, patience: number): Promise<Observation> {
  const until = performance.now() + patience;
  for (;;) {
    const observation = await server.observe();
    if (isAtRest(observation) || performance.now() > until) return observation;
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

/** Whether nothing is left of any client. */
export function isAtRest({ sockets, timers, stats }: Observation): boolean {
  return sockets <= 0 && timers === 0 && stats.connections.open === 0 &&
    stats.requests.inFlight === 0;
}
