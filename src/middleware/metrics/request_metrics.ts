import { histogramSamples, type MetricDescription } from "./observed_metric.ts";
import type { FlatHistogram, MethodSeries, RequestSeries } from "./request_series.ts";

/** The metrics of requests. */
export function requestMetrics(
  prefix: string,
  series: RequestSeries,
  inFlight: () => number,
): readonly MetricDescription[] {
  const histogram = (
    name: string,
    help: string,
    pick: (series: MethodSeries) => FlatHistogram,
  ): MetricDescription => ({
    name: `${prefix}${name}`,
    help,
    type: "histogram",
    *read() {
      for (const own of series.methods()) {
        const { route, method } = own;
        yield* histogramSamples(`${prefix}${name}`, { route, method }, pick(own));
      }
    },
  });
  return [
    {
      name: `${prefix}http_requests_total`,
      help: "Requests that were answered, by pattern of the route, method and status.",
      type: "counter",
      *read() {
        for (const { route, method, statuses } of series.methods()) {
          for (const { label: status, count: value } of statuses.values()) {
            yield { labels: { route, method, status }, value };
          }
        }
      },
    },
    {
      name: `${prefix}http_answers_cut_total`,
      help: "Answers that could not be sent, or not whole.",
      type: "counter",
      *read() {
        for (const { route, method, cut: value } of series.methods()) {
          if (value > 0) yield { labels: { route, method }, value };
        }
      },
    },
    {
      name: `${prefix}http_requests_in_flight`,
      help: "Requests that are being answered.",
      type: "gauge",
      read: () => [{ labels: {}, value: inFlight() }],
    },
    histogram(
      "http_request_duration_seconds",
      "Time from the handler's call until the network had the answer.",
      ({ durations }) => durations,
    ),
    histogram(
      "http_request_content_bytes",
      "Octets of content that were read from requests.",
      ({ received }) => received,
    ),
    histogram(
      "http_response_content_bytes",
      "Octets of content that were sent with answers.",
      ({ sent }) => sent,
    ),
  ];
}
