/** Numbers of observations by size, as Prometheus has them; nothing is made when one is added. */
export class FlatHistogram {
  /** Upper bounds, ascending; all that is larger counts in one more bucket. */
  readonly bounds: readonly number[];
  /** Observations of each bucket, not of those below it. */
  readonly counts: Float64Array;
  /** All observations, added up. */
  sum = 0;

  /** Has a bucket for each bound, and one for what is beyond them. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Counts an observation. */
  observe(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    this.counts[bucket]++;
    this.sum += value;
  }
}

/** What is kept for a route and a method. */
export interface MethodSeries {
  /** Pattern of the route. */
  readonly route: string;
  /** Method of the requests. */
  readonly method: string;
  /** Seconds until the network had the answers. */
  readonly durations: FlatHistogram;
  /** Octets of the requests' content. */
  readonly received: FlatHistogram;
  /** Octets of the answers' content. */
  readonly sent: FlatHistogram;
  /** Answers that were not sent, or not whole. */
  cut: number;
  /** The statuses that were seen. */
  readonly statuses: Map<number, StatusSeries>;
}

/** What is kept for a route, a method and a status. */
export interface StatusSeries {
  /** Pattern of the route, as it was given. */
  readonly route: string | undefined;
  /** Method of the request, as it was given. */
  readonly method: string;
  /** Status, as it was given. */
  readonly status: number;
  /** How the status is told. */
  readonly label: string;
  /** What does not depend on the status. */
  readonly series: MethodSeries;
  /** Requests. */
  count: number;
}

/** Upper bounds of the buckets. */
export interface Buckets {
  /** Seconds. */
  readonly durations: readonly number[];
  /** Octets. */
  readonly contents: readonly number[];
}

/** Stands for what would be one too many. */
export const OTHER = "other";

/** Stands for no route, and for no status. */
export const NONE = "none";

const METHODS: ReadonlySet<string> = new Set(
  ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"],
);

/** Counts requests by route, method and status, with an upper bound on how many of these there are. */
export class RequestSeries {
  readonly #buckets: Buckets;
  readonly #most: number;
  readonly #byRoute = new Map<string, Map<string, MethodSeries>>();
  #overflow: StatusSeries | undefined;
  #last: StatusSeries | undefined;
  #size = 0;

  /** Keeps at most so many combinations apart; all beyond them are one. */
  constructor(buckets: Buckets, most: number) {
    this.#buckets = buckets;
    this.#most = most;
  }

  /** Where to count a request; the same again costs next to nothing. */
  find(route: string | undefined, method: string, status: number): StatusSeries {
    const last = this.#last;
    if (
      last !== undefined && last.status === status && last.route === route && last.method === method
    ) return last;
    return this.#last = this.#look(route, method, status);
  }

  /** All that was counted, by route and method. */
  *methods(): Generator<MethodSeries> {
    for (const methods of this.#byRoute.values()) yield* methods.values();
    if (this.#overflow !== undefined) yield this.#overflow.series;
  }

  #look(route: string | undefined, method: string, status: number): StatusSeries {
    const routeLabel = route ?? NONE;
    const methodLabel = METHODS.has(method) ? method : OTHER;
    const known = this.#byRoute.get(routeLabel)?.get(methodLabel);
    const found = known?.statuses.get(status);
    if (found !== undefined) return found;
    if (this.#size >= this.#most) return this.#overflow ??= this.#makeOverflow();
    this.#size++;
    const series = known ?? this.#add(routeLabel, methodLabel);
    const label = status === 0 ? NONE : String(status);
    const entry: StatusSeries = { route, method, status, label, series, count: 0 };
    series.statuses.set(status, entry);
    return entry;
  }

  #add(route: string, method: string): MethodSeries {
    let methods = this.#byRoute.get(route);
    if (methods === undefined) this.#byRoute.set(route, methods = new Map());
    const series = this.#make(route, method);
    methods.set(method, series);
    return series;
  }

  #make(route: string, method: string): MethodSeries {
    return {
      route,
      method,
      durations: new FlatHistogram(this.#buckets.durations),
      received: new FlatHistogram(this.#buckets.contents),
      sent: new FlatHistogram(this.#buckets.contents),
      cut: 0,
      statuses: new Map(),
    };
  }

  #makeOverflow(): StatusSeries {
    const series = this.#make(OTHER, OTHER);
    const entry: StatusSeries = {
      route: OTHER,
      method: OTHER,
      status: -1,
      label: OTHER,
      series,
      count: 0,
    };
    series.statuses.set(-1, entry);
    return entry;
  }
}
