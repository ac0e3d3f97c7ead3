import type { Load } from "../load/wrk.ts";

/** One question: how does the cost of a request grow with something? */
export interface Curve {
  /** Names it on the command line. */
  readonly name: string;
  /** What it shows. */
  readonly title: string;
  /** What grows. */
  readonly axis: string;
  /** How large it gets. */
  readonly sizes: readonly number[];
  /** Who is measured. */
  readonly servers: readonly string[];
  /** Which handler is loaded. */
  readonly kind: string;
  /** What wrk does at a size. */
  readonly loadAt: (size: number) => Omit<Load, "seconds">;
  /** How many connections are open beside those of wrk. */
  readonly idleAt?: (size: number) => number;
}

const BOTH = ["Deno.serve", "Culvert"];
const CONNECTION_SIZES = [1, 16, 64, 256, 1_000, 5_000, 10_000];

/** Everything that is measured, in order. */
export const CURVES: readonly Curve[] = [
  {
    name: "busy",
    title: "CPU per request, all connections busy",
    axis: "connections",
    sizes: CONNECTION_SIZES,
    servers: BOTH,
    kind: "plaintext",
    loadAt: (connections) => ({ connections }),
  },
  {
    name: "idle",
    title: "CPU per request, 64 connections busy, others idle",
    axis: "idle connections",
    sizes: CONNECTION_SIZES,
    servers: BOTH,
    kind: "plaintext",
    loadAt: () => ({}),
    idleAt: (connections) => connections,
  },
  {
    name: "routes",
    title: "CPU per request, by size of the route table",
    axis: "routes",
    sizes: [1, 10, 100, 1_000, 10_000],
    // Deno.serve has no routes.
    servers: ["Culvert"],
    kind: "routes",
    loadAt: (routes) => ({ path: `/things/${routes - 1}/42` }),
  },
  {
    name: "fields",
    title: "CPU per request, by fields of its head",
    axis: "fields",
    sizes: [5, 10, 20, 50, 100],
    servers: BOTH,
    kind: "plaintext",
    loadAt: (fields) => ({ fields: fieldsOf(fields) }),
  },
  {
    name: "content",
    title: "CPU per request, by content of its answer",
    axis: "octets",
    sizes: [1, 64, 1_024, 16_384, 65_536, 262_144, 1_048_576],
    servers: BOTH,
    kind: "content",
    loadAt: () => ({}),
  },
];

/** Header fields, so that there are as many as asked for together with `Host`. */
export function fieldsOf(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: count - 1 }, (_, index) => [`X-Field-${index}`, `value ${index} of many`]),
  );
}

/** File descriptors that the largest size of some curves needs in one process. */
export function descriptorsFor(curves: readonly Curve[]): number {
  const connections = curves.flatMap((curve) =>
    curve.sizes.map((size) => (curve.loadAt(size).connections ?? 64) + (curve.idleAt?.(size) ?? 0))
  );
  return Math.max(0, ...connections) + 100;
}
