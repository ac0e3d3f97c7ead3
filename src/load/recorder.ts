import { LatencyHistogram } from "./latency_histogram.ts";
import type { LoadErrors, LoadInterval } from "./report.ts";

/** A kind of error. */
export type ErrorKind = Exclude<keyof LoadErrors, "total">;

/** Milliseconds; less than that tells little. */
const SHORTEST = 50;

/** Keeps what is measured, in parts and as a whole. */
export class Recorder {
  /** Of the whole measurement, but for the part that is under way. */
  readonly #latency = new LatencyHistogram();
  /** Of the part that is under way. */
  readonly #recent = new LatencyHistogram();
  /** From when requests were sent, in an open loop. */
  readonly #serviceTime: LatencyHistogram | undefined;
  readonly #statuses = new Float64Array(600);
  readonly #errors: Record<ErrorKind, number> = {
    connect: 0,
    reset: 0,
    timeout: 0,
    malformed: 0,
    closedEarly: 0,
    status: 0,
  };
  readonly #intervals: LoadInterval[] = [];
  /** Octets that have come. */
  octets = 0;
  /** Answers that have come. */
  requests = 0;
  #errorCount = 0;
  /** Counts when the part that is under way began. */
  #before = { time: 0, octets: 0, requests: 0, errors: 0 };

  /** Keeps times from sending apart where the loop is open. */
  constructor(isOpenLoop: boolean) {
    if (isOpenLoop) this.#serviceTime = new LatencyHistogram();
  }

  /** Errors so far. */
  get errorCount(): number {
    return this.#errorCount;
  }

  /** Notes an answer; times in milliseconds. */
  noteAnswer(status: number, latency: number, serviceTime: number): void {
    this.requests++;
    this.#recent.record(latency);
    this.#serviceTime?.record(serviceTime);
    this.#statuses[status]++;
    if (status < 200 || status > 299) this.noteError("status");
  }

  /** Notes so many errors. */
  noteError(kind: ErrorKind, count = 1): void {
    this.#errors[kind] += count;
    this.#errorCount += count;
  }

  /** Notes a request that got no answer while it was waited for; `serviceTime` once it was sent. */
  noteWait(latency: number, serviceTime?: number): void {
    this.#recent.record(latency);
    if (serviceTime !== undefined) this.#serviceTime?.record(serviceTime);
  }

  /** Ends a part of the measurement; `time` in milliseconds since it began. */
  endInterval(time: number): void {
    const { octets, requests } = this;
    const errors = this.#errorCount;
    const before = this.#before;
    this.#intervals.push({
      start: before.time / 1_000,
      end: time / 1_000,
      requests: requests - before.requests,
      octets: octets - before.octets,
      errors: errors - before.errors,
      p50: this.#recent.at(50),
      p99: this.#recent.at(99),
      max: this.#recent.max,
    });
    this.#before = { time, octets, requests, errors };
    this.#settle();
  }

  /** Figures of the part that is under way, or of the last one where it has only begun. */
  recent(time: number): { requestsPerSecond: number; p50: number; p99: number } {
    const { time: start, requests } = this.#before;
    const last = this.#intervals.at(-1);
    if (time - start >= SHORTEST || last === undefined) {
      const seconds = Math.max(time - start, 1) / 1_000;
      const requestsPerSecond = (this.requests - requests) / seconds;
      return { requestsPerSecond, p50: this.#recent.at(50), p99: this.#recent.at(99) };
    }
    const { p50, p99 } = last;
    return { requestsPerSecond: last.requests / (last.end - last.start), p50, p99 };
  }

  /** Sums up latencies, statuses, errors and parts. */
  summarize() {
    this.#settle();
    const statuses: Record<string, number> = {};
    const statusClasses: Record<string, number> = {};
    this.#statuses.forEach((count, status) => {
      if (count === 0) return;
      statuses[status] = count;
      const name = `${Math.floor(status / 100)}xx`;
      statusClasses[name] = (statusClasses[name] ?? 0) + count;
    });
    return {
      latency: this.#latency.summarize(),
      ...(this.#serviceTime && { serviceTime: this.#serviceTime.summarize() }),
      statuses,
      statusClasses,
      errors: { ...this.#errors, total: this.#errorCount },
      intervals: [...this.#intervals],
    };
  }

  #settle(): void {
    this.#latency.add(this.#recent);
    this.#recent.reset();
  }
}
