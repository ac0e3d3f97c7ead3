import type { ServerStats } from "../server/stats.ts";

/** What a server without a past has done. */
export const NO_STATS: ServerStats = Object.freeze({
  connections: { open: 0, idle: 0, accepted: 0 },
  refused: {},
  requests: { total: 0, inFlight: 0 },
  octets: { in: 0, out: 0 },
  eventLoopDelay: 0,
});

/** Adds up what two servers have done; the later event loop counts for both. */
export function addStats(one: ServerStats, other: ServerStats): ServerStats {
  return {
    connections: addNumbers(one.connections, other.connections),
    refused: addNumbers(one.refused, other.refused),
    requests: addNumbers(one.requests, other.requests),
    octets: addNumbers(one.octets, other.octets),
    eventLoopDelay: Math.max(one.eventLoopDelay, other.eventLoopDelay),
  };
}

/** What remains of a server that is gone: what it has done, not what it was doing. */
export function pastOf({ connections, refused, requests, octets }: ServerStats): ServerStats {
  return {
    connections: { open: 0, idle: 0, accepted: connections.accepted },
    refused,
    requests: { total: requests.total, inFlight: 0 },
    octets,
    eventLoopDelay: 0,
  };
}

function addNumbers<Counts extends object>(one: Counts, other: Counts): Counts {
  const sums = new Map<string, number>(Object.entries(one));
  for (const [name, count] of Object.entries(other)) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries(sums) as Counts;
}
