/**
 * Metrics: how often, how long and how well, by what is called and by what it calls.
 *
 * Every label comes from the document, or is a word of few: what callers send never makes a series.
 *
 * @module
 */
import type { CallEventCode } from "./call.ts";
import { Histogram, type Labels, PrometheusText } from "./prometheus.ts";

/** What identifies something that is called. */
export interface CallLabels {
  /** `mcp`, `rest`, `skill` or `control`. */
  readonly type: string;
  /** The name of the surface in the document. */
  readonly surface: string;
  /** The tool, the operation; what cannot be told apart is called together. */
  readonly name: string;
}

/** How things went: how often in which outcome, and how long. */
export class Series {
  readonly labels: Labels;
  readonly #outcomes = new Map<string, number>();
  readonly durations: Histogram = new Histogram();

  /** @param labels What it is of. */
  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** Counts one. */
  add(outcome: string, milliseconds: number): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    this.durations.observe(milliseconds / 1000);
  }

  /** How often each outcome was. */
  *outcomes(): Generator<[Labels, number]> {
    for (const [outcome, count] of this.#outcomes) yield [{ ...this.labels, outcome }, count];
  }
}

/** What is known of the process. */
export interface ProcessFigures {
  /** Bytes of memory that are resident. */
  readonly residentBytes: number;
  /** Bytes of the heap that are in use. */
  readonly heapBytes: number;
}

/** Everything that is counted while a capability runs. */
export class Metrics {
  /** By what is called, and by its labels: a document that was read again brings other objects of the same labels. */
  readonly #byTarget = new WeakMap<CallLabels, Series>();
  readonly #calls = new Map<string, Series>();
  readonly #upstreams = new Map<string, Series>();
  readonly #retries = new Map<string, number>();
  readonly #events = new Map<CallEventCode, number>();
  readonly #inFlight = new Map<string, number>();
  readonly #version: string;
  readonly #figures: () => ProcessFigures;

  /**
   * @param version The version of Capstan.
   * @param figures Gives what is known of the process.
   */
  constructor(version: string, figures: () => ProcessFigures) {
    this.#version = version;
    this.#figures = figures;
  }

  /** The series of something that is called. */
  series(target: CallLabels): Series {
    const known = this.#byTarget.get(target);
    if (known) return known;
    const { type, surface, name } = target, key = JSON.stringify([type, surface, name]);
    let series = this.#calls.get(key);
    if (!series) this.#calls.set(key, series = new Series({ type, surface, name }));
    this.#byTarget.set(target, series);
    return series;
  }

  /** A call begins (1) or is over (-1). */
  running(surface: string, step: 1 | -1): void {
    this.#inFlight.set(surface, (this.#inFlight.get(surface) ?? 0) + step);
  }

  /** A request to an API is over. */
  request(operation: string, outcome: string, milliseconds: number): void {
    let series = this.#upstreams.get(operation);
    if (!series) this.#upstreams.set(operation, series = new Series({ operation }));
    series.add(outcome, milliseconds);
  }

  /** A request was sent once more. */
  retried(operation: string): void {
    this.#retries.set(operation, (this.#retries.get(operation) ?? 0) + 1);
  }

  /** Something was worth telling. */
  told(code: CallEventCode): void {
    this.#events.set(code, (this.#events.get(code) ?? 0) + 1);
  }

  /** All of it, as Prometheus reads it. */
  text(): string {
    const out = new PrometheusText(), { residentBytes, heapBytes } = this.#figures();
    out.add("capstan_build_info", "gauge", "The version that runs.", [[{ version: this.#version }, 1]]);
    out.add(
      "capstan_calls_total",
      "counter",
      "Calls that are over, by outcome: ok, or the code of the error.",
      [...this.#calls.values()].flatMap((series) => [...series.outcomes()]),
    );
    out.addHistograms(
      "capstan_call_duration_seconds",
      "How long calls took.",
      [...this.#calls.values()].map((series) => [series.labels, series.durations]),
    );
    out.add(
      "capstan_calls_in_flight",
      "gauge",
      "Calls that run at the moment.",
      [...this.#inFlight].map(([surface, count]) => [{ surface }, count]),
    );
    out.add(
      "capstan_upstream_requests_total",
      "counter",
      "Requests to APIs, by outcome: the status, or the code of the error.",
      [...this.#upstreams.values()].flatMap((series) => [...series.outcomes()]),
    );
    out.addHistograms(
      "capstan_upstream_request_duration_seconds",
      "How long requests to APIs took, until the end of the answer.",
      [...this.#upstreams.values()].map((series) => [series.labels, series.durations]),
    );
    out.add(
      "capstan_upstream_retries_total",
      "counter",
      "Requests to APIs that were sent once more.",
      [...this.#retries].map(([operation, count]) => [{ operation }, count]),
    );
    out.add(
      "capstan_call_events_total",
      "counter",
      "What calls had to tell that is no failure.",
      [...this.#events].map(([code, count]) => [{ code }, count]),
    );
    out.add("process_resident_memory_bytes", "gauge", "Resident memory of the process in bytes.", [
      [{}, residentBytes],
    ]);
    out.add("capstan_heap_bytes", "gauge", "Memory of the capability's heap that is in use, in bytes.", [
      [{}, heapBytes],
    ]);
    out.add("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.", [
      [{}, performance.timeOrigin / 1000],
    ]);
    return out.toString();
  }
}
