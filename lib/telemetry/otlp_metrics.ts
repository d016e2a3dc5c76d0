/**
 * Metrics as the JSON of the OpenTelemetry protocol over HTTP: what was counted since the start, each time.
 *
 * @module
 */
import type { MetricsFigures, ProcessFigures, SeriesFigures } from "./metrics.ts";
import { DURATION_BOUNDS, type Labels } from "./prometheus.ts";
import { attributesOf, resourceOf } from "./traces/otlp.ts";
import type { SpanAttributes } from "./traces/span.ts";

/** Each report holds everything since the start. */
const CUMULATIVE = 2;

/** Between which moments something was counted, in milliseconds since 1970. */
export interface Period {
  readonly since: number;
  readonly now: number;
}

type Point = Record<string, unknown>;
type Sample = readonly [Labels, number];

function timesOf({ since, now }: Period): Point {
  return { startTimeUnixNano: `${Math.floor(since)}000000`, timeUnixNano: `${Math.floor(now)}000000` };
}

function points(period: Period, samples: Iterable<Sample>): Point[] {
  const times = timesOf(period);
  return Array.from(samples, ([labels, count]) => ({
    attributes: attributesOf(labels),
    ...times,
    asInt: String(count),
  }));
}

/** A count that only grows, or one that also falls. */
function sum(
  name: string,
  description: string,
  unit: string,
  dataPoints: Point[],
  isMonotonic = true,
): Point[] {
  return dataPoints.length === 0
    ? []
    : [{ name, description, unit, sum: { aggregationTemporality: CUMULATIVE, isMonotonic, dataPoints } }];
}

function durations(
  name: string,
  description: string,
  period: Period,
  all: readonly SeriesFigures[],
): Point[] {
  if (all.length === 0) return [];
  const times = timesOf(period);
  const dataPoints = all.map(({ labels, counts, sum }) => ({
    attributes: attributesOf(labels),
    ...times,
    count: String(counts.reduce((a, b) => a + b, 0)),
    sum,
    bucketCounts: counts.map(String),
    explicitBounds: DURATION_BOUNDS,
  }));
  return [{ name, description, unit: "s", histogram: { aggregationTemporality: CUMULATIVE, dataPoints } }];
}

function outcomesOf(all: readonly SeriesFigures[]): Sample[] {
  return all.flatMap(({ labels, outcomes }) =>
    outcomes.map(([outcome, count]): Sample => [{ ...labels, outcome }, count])
  );
}

/**
 * Metrics as the members of a JSON array, without its brackets.
 *
 * @param figures What was counted.
 * @param process What is known of the process.
 * @param period Since when it was counted, and when that is.
 */
export function otlpMetrics(figures: MetricsFigures, process: ProcessFigures, period: Period): string {
  const { calls, upstreams, retries, events, inFlight } = figures;
  const named = (label: string, counts: readonly (readonly [string, number])[]): Sample[] =>
    counts.map(([value, count]) => [{ [label]: value }, count]);
  const metrics: Point[] = [
    ...sum("capstan.calls", "Calls that are over, by outcome.", "{call}", points(period, outcomesOf(calls))),
    ...durations("capstan.call.duration", "How long calls took.", period, calls),
    ...sum(
      "capstan.calls.in_flight",
      "Calls that run at the moment.",
      "{call}",
      points(period, named("surface", inFlight)),
      false,
    ),
    ...sum(
      "capstan.upstream.requests",
      "Requests to APIs, by status or error.",
      "{request}",
      points(period, outcomesOf(upstreams)),
    ),
    ...durations("capstan.upstream.request.duration", "How long requests to APIs took.", period, upstreams),
    ...sum(
      "capstan.upstream.retries",
      "Requests that were sent again.",
      "{request}",
      points(period, named("operation", retries)),
    ),
    ...sum(
      "capstan.call.events",
      "What calls reported that is not a failure.",
      "{event}",
      points(period, named("code", events)),
    ),
    ...sum(
      "process.memory.usage",
      "Resident memory.",
      "By",
      points(period, [[{}, process.residentBytes]]),
      false,
    ),
  ];
  return metrics.map((metric) => JSON.stringify(metric)).join(",");
}

/**
 * The body of one request to a collector.
 *
 * @param resource Who the metrics are of; `service.name` belongs there.
 * @param version The version of Capstan.
 * @param metrics What `otlpMetrics` gave.
 */
export function otlpMetricsRequest(resource: SpanAttributes, version: string, metrics: string): string {
  return `{"resourceMetrics":[{${resourceOf(resource)},"scopeMetrics":[{"scope":{"name":"capstan","version":${
    JSON.stringify(version)
  }},"metrics":[${metrics}]}]}]}`;
}
