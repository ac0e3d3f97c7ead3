import type { MemoryComparison, Span } from "./memory_windows.ts";

/** What a run came to. */
export interface Evidence {
  /** Resident memory early and late. */
  readonly memory: MemoryComparison;
  /** Answers that were checked. */
  readonly answers: number;
  /** Answers that were wrong, or missing. */
  readonly wrong: number;
  /** Errors of the server's handlers that no client brought about. */
  readonly errors: number;
  /** What was left when all clients had gone. */
  readonly rest: Rest;
  /** How the server ended when it was asked to. */
  readonly exitCode: number;
  /** Greatest delay of the server's event loop, in milliseconds. */
  readonly loopDelay: number;
}

/** What was left of the clients. */
export interface Rest {
  /** Sockets but the listener. */
  readonly sockets: number;
  /** Timers. */
  readonly timers: number;
  /** Connections that the server counts. */
  readonly connections: number;
  /** Requests that the server counts. */
  readonly requests: number;
}

/** One line of the verdict. */
export interface Criterion {
  /** What was looked at. */
  readonly name: string;
  /** What was found. */
  readonly found: string;
  /** What was wanted. */
  readonly wanted: string;
  /** `reported` is no judgement; `too short` is none yet. */
  readonly outcome: "pass" | "FAIL" | "too short" | "reported";
}

/** Part by which resident memory may change. */
const TOLERANCE = 0.1;

/** Judges a run. */
export function judge(evidence: Evidence): readonly Criterion[] {
  const { answers, wrong, errors, rest, exitCode, loopDelay } = evidence;
  return [
    judgeMemory(evidence.memory),
    {
      name: "answers checked",
      found: answers.toLocaleString("en"),
      wanted: "some",
      outcome: answers > 0 ? "pass" : "FAIL",
    },
    none("wrong answers", wrong),
    none("errors of handlers", errors),
    // The platform may have closed one of its own since the start.
    none("sockets left", Math.max(0, rest.sockets)),
    none("timers left", rest.timers),
    none("connections left", rest.connections),
    none("requests left", rest.requests),
    none("exit code after SIGTERM", exitCode),
    {
      name: "event-loop delay",
      found: `${loopDelay.toFixed(0)} ms at most`,
      wanted: "",
      outcome: "reported",
    },
  ];
}

/** Whether no criterion failed. */
export function isPassed(criteria: readonly Criterion[]): boolean {
  return criteria.every(({ outcome }) => outcome !== "FAIL");
}

/** A table with a line for each criterion. */
export function renderVerdict(criteria: readonly Criterion[]): string {
  const rows = criteria.map(({ name, found, wanted, outcome }) => [name, found, wanted, outcome]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

/** Octets in mebioctets, with one decimal place. */
export function mebioctets(octets: number): string {
  return `${(octets / 2 ** 20).toFixed(1)} MiB`;
}

function judgeMemory({ early, late, earlyMedian, lateMedian }: MemoryComparison): Criterion {
  const name = `resident memory, minutes ${showSpan(early)} and ${showSpan(late)}`;
  const wanted = `within ${100 * TOLERANCE} %`;
  if (earlyMedian === undefined || lateMedian === undefined) {
    return { name, found: "too few samples behind the warm-up", wanted, outcome: "too short" };
  }
  const change = lateMedian / earlyMedian - 1;
  const percentage = `${change < 0 ? "" : "+"}${(100 * change).toFixed(1)} %`;
  return {
    name,
    found: `${mebioctets(earlyMedian)}, ${mebioctets(lateMedian)} (${percentage})`,
    wanted,
    outcome: Math.abs(change) <= TOLERANCE ? "pass" : "FAIL",
  };
}

function none(name: string, count: number): Criterion {
  return { name, found: String(count), wanted: "0", outcome: count === 0 ? "pass" : "FAIL" };
}

function showSpan({ from, to }: Span): string {
  const show = (minute: number) => String(Math.round(100 * minute) / 100);
  return `${show(from)}–${show(to)}`;
}
