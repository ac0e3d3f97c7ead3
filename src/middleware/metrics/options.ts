import { machineTurn, TurnClock } from "../turn_clock.ts";
import type { Buckets } from "./request_series.ts";

/** As much of a registry of `prom-client` as is used. */
export interface MetricsRegistry {
  /** Type of what `metrics` gives, for `Content-Type`. */
  readonly contentType: string;
  /** Adds a metric. */
  registerMetric(metric: object): void;
  /** All metrics, as Prometheus reads them. */
  metrics(): Promise<string>;
}

/** Options of `createMetrics`. */
export interface MetricsOptions {
  /**
   * What the names of the metrics begin with.
   *
   * @default {"culvert_"}
   */
  readonly prefix?: string;
  /**
   * Upper bounds of the buckets for durations, in seconds, ascending.
   *
   * @default {[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]}
   */
  readonly durationBuckets?: readonly number[];
  /**
   * Upper bounds of the buckets for sizes of content, in octets, ascending.
   *
   * @default {[0, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304]}
   */
  readonly contentBuckets?: readonly number[];
  /**
   * Combinations of route, method and status that are kept apart; those beyond are counted as
   * `"other"`.
   *
   * @default {1000}
   */
  readonly maxSeries?: number;
  /** The registry of `prom-client` to add the metrics to. By default a new one. */
  readonly registry?: MetricsRegistry;
  /** Milliseconds since any moment. By default `performance.now`. */
  readonly now?: () => number;
}

/** Options of which each has been checked. */
export interface ResolvedOptions {
  /** See `MetricsOptions`. */
  readonly prefix: string;
  /** Upper bounds. */
  readonly buckets: Buckets;
  /** See `MetricsOptions`. */
  readonly maxSeries: number;
  /** See `MetricsOptions`. */
  readonly registry: MetricsRegistry | undefined;
  /** Where the time comes from. */
  readonly clock: TurnClock;
}

const DURATIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const CONTENTS = [0, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];

const NAMES: ReadonlySet<string> = new Set(
  [
    "prefix",
    "durationBuckets",
    "contentBuckets",
    "maxSeries",
    "registry",
    "now",
  ] satisfies (keyof MetricsOptions)[],
);

/** Checks options, and fills in what is not given. */
export function resolveOptions(options: MetricsOptions): ResolvedOptions {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw new TypeError(`Cannot make metrics: there is no option ${name}`);
  }
  const { prefix = "culvert_", maxSeries = 1000, registry, now } = options;
  if (typeof prefix !== "string" || !/^(?:[a-zA-Z_:][\w:]*)?$/.test(prefix)) {
    throw new TypeError(
      `Cannot name metrics ${prefix}…: a prefix has letters, digits, colons and underscores`,
    );
  }
  if (!Number.isInteger(maxSeries) || maxSeries < 1) {
    throw new RangeError(`Cannot keep ${maxSeries} series: maxSeries must be 1 or more`);
  }
  if (now !== undefined && typeof now !== "function") {
    throw new TypeError("Cannot measure time: now must be a function that gives milliseconds");
  }
  if (registry !== undefined && typeof registry?.registerMetric !== "function") {
    throw new TypeError("Cannot register metrics: registry must be a Registry of prom-client");
  }
  const buckets = {
    durations: checkBounds("durationBuckets", options.durationBuckets ?? DURATIONS),
    contents: checkBounds("contentBuckets", options.contentBuckets ?? CONTENTS),
  };
  const clock = now === undefined ? machineTurn : new TurnClock(now);
  return { prefix, buckets, maxSeries, registry, clock };
}

function checkBounds(name: string, bounds: readonly number[]): readonly number[] {
  if (!Array.isArray(bounds) || !bounds.every((bound) => typeof bound === "number")) {
    throw new TypeError(`Cannot make buckets: ${name} must be a list of numbers`);
  }
  const ascends = bounds.every((bound, i) =>
    Number.isFinite(bound) && bound >= 0 && (i === 0 || bound > bounds[i - 1])
  );
  if (bounds.length === 0 || !ascends) {
    throw new RangeError(`Cannot make buckets: ${name} must be 0 or more, finite and ascending`);
  }
  return [...bounds];
}
