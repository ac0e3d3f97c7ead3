import type { LoadReport } from "../../src/load/report.ts";

const LATENCY = {
  min: 0.5,
  mean: 1.5,
  stdev: 2,
  max: 30,
  percentiles: { "50": 1, "75": 2, "90": 3, "95": 5, "99": 9, "99.9": 20, "99.99": 30 },
  distribution: [[0, 0.5], [50, 1], [75, 2], [99, 9], [99.9, 20], [100, 30]] as const,
};

/** A report of no particular load. */
export const REPORT: LoadReport = {
  url: "http://127.0.0.1:8000/",
  method: "GET",
  connections: 10,
  pipelining: 1,
  startedAt: "2026-01-02T03:04:05.678Z",
  seconds: 2,
  isComplete: true,
  requests: 1_000,
  requestsPerSecond: 500,
  octets: 100_000,
  octetsPerSecond: 50_000,
  latency: LATENCY,
  statusClasses: { "2xx": 998, "5xx": 2 },
  statuses: { "200": 998, "500": 1, "503": 1 },
  errors: {
    connect: 0,
    reset: 1,
    timeout: 0,
    malformed: 0,
    closedEarly: 0,
    status: 2,
    total: 3,
  },
  unsent: 0,
  intervals: [
    { start: 0, end: 1, requests: 600, octets: 60_000, errors: 1, p50: 1, p99: 8, max: 20 },
    { start: 1, end: 2, requests: 400, octets: 40_000, errors: 2, p50: 1, p99: 10, max: 30 },
  ],
  client: { utilization: 0.25, wasBottleneck: false },
};
