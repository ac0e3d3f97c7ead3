import type { FlatHistogram } from "./request_series.ts";

/** One line of what a scraper reads. */
export interface Sample {
  /** Name of the sample, where it is not that of the metric. */
  readonly metricName?: string;
  /** Label values by name. */
  readonly labels: Readonly<Record<string, string | number>>;
  /** The figure. */
  readonly value: number;
}

/** What a metric is, and where its figures come from. */
export interface MetricDescription {
  /** Name of the metric. */
  readonly name: string;
  /** What it counts, in a sentence. */
  readonly help: string;
  /** What kind it is. */
  readonly type: "counter" | "gauge" | "histogram";
  /** Reads the figures. */
  readonly read: () => Iterable<Sample>;
}

/**
 * A metric as `prom-client`'s registry takes it, whose figures are read when they are asked for.
 *
 * That library's own metrics look each label up by a text made of all labels, for every observation:
 * more than the request itself costs here.
 */
export class ObservedMetric {
  /** Name of the metric; the registry shortens it for OpenMetrics. */
  name: string;
  /** What it counts. */
  readonly help: string;
  /** What kind it is. */
  readonly type: string;
  /** How the registry joins those of several processes. */
  readonly aggregator = "sum";
  readonly #read: () => Iterable<Sample>;

  /** Reads its figures as described. */
  constructor({ name, help, type, read }: MetricDescription) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.#read = read;
  }

  /** The figures of now. */
  get(): object {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: [...this.#read()] };
  }

  /** Does nothing: what was counted stays counted. */
  reset(): void {}
}

/** The samples of a histogram: each bucket has all that is in those below it. */
export function* histogramSamples(
  name: string,
  labels: Readonly<Record<string, string>>,
  { bounds, counts, sum }: FlatHistogram,
): Generator<Sample> {
  let count = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    count += counts[bucket];
    const le = bucket < bounds.length ? bounds[bucket] : "+Inf";
    yield { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  }
  yield { metricName: `${name}_sum`, labels, value: sum };
  yield { metricName: `${name}_count`, labels, value: count };
}
