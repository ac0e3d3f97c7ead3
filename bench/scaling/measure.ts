import { alternate } from "../load/alternate.ts";
import { IdleConnections } from "../load/idle.ts";
import { pathOf } from "../load/npm_package.ts";
import { ServerProcess } from "../load/process.ts";
import { median } from "../load/statistics.ts";
import { runWrk, warmUp } from "../load/wrk.ts";
import type { Curve } from "./curves.ts";

/** What a server's curve came to. */
export interface Series {
  /** What the server is called. */
  readonly server: string;
  /** Microseconds of CPU per request at each size; medians. */
  readonly points: readonly Point[];
}

/** One point of a curve. */
export interface Point {
  /** How large that was which grows. */
  readonly size: number;
  /** Microseconds of CPU per request. */
  readonly cpu: number;
  /** Requests per second. */
  readonly throughput: number;
}

/** How often and how long. */
export interface Effort {
  /** Turns of each server at each size. */
  readonly alternations: number;
  /** Length of a turn, in seconds. */
  readonly seconds: number;
}

interface Turn {
  readonly name: string;
  readonly server: string;
  readonly size: number;
}

/** What a runtime may have opened for itself since. */
const SPARE_DESCRIPTORS = 16;

/** Measures all servers of a curve at all its sizes, in turn. */
export async function measureCurve(curve: Curve, effort: Effort): Promise<readonly Series[]> {
  const turns = curve.sizes.flatMap((size) =>
    curve.servers.map((server) => ({ name: nameOf(server, size), server, size }))
  );
  const found = await alternate(turns, effort.alternations, (turn) => measure(curve, turn, effort));
  return curve.servers.map((server) => ({
    server,
    points: curve.sizes.map((size) => {
      const points = found.get(nameOf(server, size))!;
      return {
        size,
        cpu: median(points.map(({ cpu }) => cpu)),
        throughput: median(points.map(({ throughput }) => throughput)),
      };
    }),
  }));
}

/** How a server is started. */
export function commandOf(server: string, kind: string, size: number): readonly string[] {
  const program = pathOf("./contestants.ts", import.meta.url);
  return [Deno.execPath(), "run", "-A", program, server, kind, String(size)];
}

async function measure(curve: Curve, turn: Turn, { seconds }: Effort): Promise<Point> {
  const { server: name, size } = turn;
  await using server = await ServerProcess.start(commandOf(name, curve.kind, size));
  const load = curve.loadAt(size);
  using _idle = await IdleConnections.open(server.port, curve.idleAt?.(size) ?? 0);
  const more = secondsToConnect(load.connections);
  const descriptors = server.openDescriptors();
  await warmUp(server.port, { ...load, seconds: 1 + more });
  // Connections of before would be counted among those of now, up to the limit of descriptors.
  await server.untilOpen(descriptors + SPARE_DESCRIPTORS);
  const before = server.cpuTime();
  const outcome = await runWrk(server.port, { ...load, seconds: seconds + more });
  return {
    size,
    cpu: (server.cpuTime() - before) / outcome.requests,
    throughput: outcome.requests / outcome.seconds,
  };
}

/** wrk opens its connections in the time that is counted: thousands of them take some of it. */
function secondsToConnect(connections: number = 0): number {
  return Math.round(connections / 2_500);
}

function nameOf(server: string, size: number): string {
  return `${server} ${size}`;
}
