import type { ServerStats } from "../mod.ts";

/** What the server's process says of itself, behind a forced collection. */
export interface Measurement {
  /** Octets of the heap in use. */
  readonly heap: number;
  /** Octets that objects of the heap hold outside it. */
  readonly external: number;
  /** Timers that are live. */
  readonly timers: number;
  /** Greatest delay of the event loop since the last measurement, in milliseconds. */
  readonly loopDelay: number;
  /** Errors that handlers threw so far, those of clients who left apart. */
  readonly errors: readonly string[];
  /** What the server counts. */
  readonly stats: ServerStats;
}

/** What the server's process prints first. */
export interface Ready {
  /** Where it listens. */
  readonly port: number;
}
