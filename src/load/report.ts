/** How many answers a share of them took at most, in milliseconds. */
export interface LatencySummary {
  /** The shortest; 0 where there was none. */
  readonly min: number;
  /** The average. */
  readonly mean: number;
  /** The standard deviation. */
  readonly stdev: number;
  /** The longest. */
  readonly max: number;
  /** By percentile: `"50"`, `"75"`, `"90"`, `"95"`, `"99"`, `"99.9"` and `"99.99"`. */
  readonly percentiles: Readonly<Record<string, number>>;
  /** Pairs of percentile and milliseconds, closer together towards 100: points of a curve. */
  readonly distribution: readonly (readonly [percentile: number, milliseconds: number])[];
}

/** What went wrong, and how often. */
export interface LoadErrors {
  /** Connections that could not be opened. */
  readonly connect: number;
  /** Requests whose connection was cut. */
  readonly reset: number;
  /** Requests that were not answered in time. */
  readonly timeout: number;
  /** Answers that are no HTTP/1.1. */
  readonly malformed: number;
  /** Requests whose connection was closed before their answers were complete. */
  readonly closedEarly: number;
  /** Answers with a status other than 2xx. */
  readonly status: number;
  /** All of them together. */
  readonly total: number;
}

/** A part of the measurement. */
export interface LoadInterval {
  /** When it began, in seconds since the measurement did. */
  readonly start: number;
  /** When it ended. */
  readonly end: number;
  /** Answers. */
  readonly requests: number;
  /** Octets received. */
  readonly octets: number;
  /** Errors. */
  readonly errors: number;
  /** Half of the answers took at most so many milliseconds. */
  readonly p50: number;
  /** 99 in 100 answers took at most so many milliseconds. */
  readonly p99: number;
  /** The slowest answer took so many milliseconds. */
  readonly max: number;
}

/** How busy the load tester was itself. */
export interface ClientLoad {
  /** Share of the time, 0 to 1, in which its thread had something to do. */
  readonly utilization: number;
  /** Whether it was so busy that the server may have more to give than was asked of it. */
  readonly wasBottleneck: boolean;
}

/** What came of a load. */
export interface LoadReport {
  /** What was asked for. */
  readonly url: string;
  /** The method of the requests. */
  readonly method: string;
  /** Connections that were kept busy. */
  readonly connections: number;
  /** Requests on one connection that could wait for their answers. */
  readonly pipelining: number;
  /** Requests a second that were due; absent in a closed loop. */
  readonly rate?: number;
  /** When the measurement began, as ISO 8601 has it. */
  readonly startedAt: string;
  /** How long it took, in seconds; waiting for the last answers is left out. */
  readonly seconds: number;
  /** Whether it ran to its end; otherwise it was aborted, or the server was gone. */
  readonly isComplete: boolean;
  /** Requests that were answered. */
  readonly requests: number;
  /** Answers a second. */
  readonly requestsPerSecond: number;
  /** Octets received. */
  readonly octets: number;
  /** Octets received in a second. */
  readonly octetsPerSecond: number;
  /**
   * From when a request was sent, or in an open loop due, to the last octet of its answer.
   *
   * One that timed out, or was due and could not be sent, counts with the time it had waited.
   */
  readonly latency: LatencySummary;
  /** From when a request was sent, in an open loop; what is missing to `latency` is its wait. */
  readonly serviceTime?: LatencySummary;
  /** Answers by class: `"2xx"`, … */
  readonly statusClasses: Readonly<Record<string, number>>;
  /** Answers by status code. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What went wrong. */
  readonly errors: LoadErrors;
  /** Requests that were due, and for which no connection was free until the end. */
  readonly unsent: number;
  /** The measurement in parts. */
  readonly intervals: readonly LoadInterval[];
  /** How busy the load tester was itself. */
  readonly client: ClientLoad;
}

/** How far a load has come. */
export interface LoadProgress {
  /** Whether it warms up, and measures nothing yet. */
  readonly isWarmingUp: boolean;
  /** Share of the warm-up or the measurement that is done, 0 to 1. */
  readonly done: number;
  /** Seconds since the warm-up or the measurement began. */
  readonly seconds: number;
  /** Answers that were measured. */
  readonly requests: number;
  /** Answers a second, of late. */
  readonly requestsPerSecond: number;
  /** Half of the answers took at most so many milliseconds, of late. */
  readonly p50: number;
  /** 99 in 100 answers took at most so many milliseconds, of late. */
  readonly p99: number;
  /** Errors that were measured. */
  readonly errors: number;
}
