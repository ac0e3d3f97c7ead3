import type { MetricDescription, Sample } from "./observed_metric.ts";
import { OTHER } from "./request_series.ts";

/** Counts decisions of rate limiters by policy. */
export class DecisionCounter {
  readonly #most: number;
  readonly #counts = new Map<string, Map<string, number>>();
  #size = 0;

  /** Keeps at most so many pairs of policy and decision apart. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a decision. */
  count(decision: string, policy: string): void {
    const counts = this.#counts.get(policy);
    const count = counts?.get(decision);
    if (counts !== undefined && count !== undefined) counts.set(decision, count + 1);
    else this.#add(decision, policy);
  }

  /** The metric that tells them. */
  metric(prefix: string): MetricDescription {
    return {
      name: `${prefix}rate_limit_decisions_total`,
      help: "Decisions of rate limiters, by policy.",
      type: "counter",
      read: () => this.#samples(),
    };
  }

  #add(decision: string, policy: string): void {
    if (this.#size >= this.#most) [decision, policy] = [OTHER, OTHER];
    let counts = this.#counts.get(policy);
    if (counts === undefined) this.#counts.set(policy, counts = new Map());
    if (!counts.has(decision)) this.#size++;
    counts.set(decision, (counts.get(decision) ?? 0) + 1);
  }

  *#samples(): Generator<Sample> {
    for (const [policy, counts] of this.#counts) {
      for (const [decision, value] of counts) yield { labels: { policy, decision }, value };
    }
  }
}
