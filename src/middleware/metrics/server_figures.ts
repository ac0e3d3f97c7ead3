import type { MetricDescription, Sample } from "./observed_metric.ts";

/** As much of a running server's `stats()` as is measured. */
export interface ServerFigures {
  /** Connections. */
  readonly connections: {
    /** Open now. */
    readonly open: number;
    /** Open now, with no request under way. */
    readonly idle: number;
    /** Ever accepted. */
    readonly accepted: number;
  };
  /** Refusals so far, by reason. */
  readonly refused: Readonly<Record<string, number | undefined>>;
  /** Octets. */
  readonly octets: {
    /** Ever received. */
    readonly in: number;
    /** Ever handed to the network. */
    readonly out: number;
  };
  /** Milliseconds by which the event loop ran late. */
  readonly eventLoopDelay: number;
}

/** A running server, as `serve` gives it. */
export interface ObservedServer {
  /** What the server has done, and is doing. */
  stats(): ServerFigures;
}

const NOTHING: ServerFigures = {
  connections: { open: 0, idle: 0, accepted: 0 },
  refused: {},
  octets: { in: 0, out: 0 },
  eventLoopDelay: 0,
};

/** Adds up the figures of servers; those of closed ones stay, since counters never go back. */
export class ServerSum {
  readonly #servers = new Set<ObservedServer>();
  #current: ServerFigures | undefined;

  /** Adds a server, once. */
  add(server: ObservedServer): void {
    this.#servers.add(server);
  }

  /** The figures of now; all that is read at once is of the same moment. */
  read(): ServerFigures {
    if (this.#current === undefined) {
      this.#current = [...this.#servers].map((server) => server.stats()).reduce(sum, NOTHING);
      queueMicrotask(() => this.#current = undefined);
    }
    return this.#current;
  }
}

/** The metrics of servers. */
export function serverMetrics(prefix: string, servers: ServerSum): readonly MetricDescription[] {
  const one = (pick: (figures: ServerFigures) => number) => (): Sample[] => [
    { labels: {}, value: pick(servers.read()) },
  ];
  return [
    {
      name: `${prefix}connections_open`,
      help: "Connections that are open.",
      type: "gauge",
      read: one(({ connections }) => connections.open),
    },
    {
      name: `${prefix}connections_idle`,
      help: "Connections that are open, with no request under way.",
      type: "gauge",
      read: one(({ connections }) => connections.idle),
    },
    {
      name: `${prefix}connections_accepted_total`,
      help: "Connections that were accepted.",
      type: "counter",
      read: one(({ connections }) => connections.accepted),
    },
    {
      name: `${prefix}refusals_total`,
      help: "Clients that were refused or cut, by reason.",
      type: "counter",
      read: () =>
        Object.entries(servers.read().refused).map(([reason, value = 0]) => ({
          labels: { reason },
          value,
        })),
    },
    {
      name: `${prefix}received_bytes_total`,
      help: "Octets that were received.",
      type: "counter",
      read: one(({ octets }) => octets.in),
    },
    {
      name: `${prefix}sent_bytes_total`,
      help: "Octets that the network took.",
      type: "counter",
      read: one(({ octets }) => octets.out),
    },
    {
      name: `${prefix}event_loop_delay_seconds`,
      help: "Time by which the event loop ran late when it was last looked at.",
      type: "gauge",
      read: one(({ eventLoopDelay }) => eventLoopDelay / 1000),
    },
  ];
}

function sum(one: ServerFigures, other: ServerFigures): ServerFigures {
  const refused = { ...one.refused };
  for (const [reason, count = 0] of Object.entries(other.refused)) {
    refused[reason] = (refused[reason] ?? 0) + count;
  }
  return {
    connections: {
      open: one.connections.open + other.connections.open,
      idle: one.connections.idle + other.connections.idle,
      accepted: one.connections.accepted + other.connections.accepted,
    },
    refused,
    octets: { in: one.octets.in + other.octets.in, out: one.octets.out + other.octets.out },
    eventLoopDelay: Math.max(one.eventLoopDelay, delayOf(other)),
  };
}

/** A server without connections does not look; what it saw last is not of now. */
function delayOf({ connections, eventLoopDelay }: ServerFigures): number {
  return connections.open === 0 ? 0 : eventLoopDelay;
}
