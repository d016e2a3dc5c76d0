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
  /** The tool, the operation; what cannot be distinguished is called together. */
  readonly name: string;
}

function addCounts<K>(to: Map<K, number>, counts: Iterable<readonly [K, number]>): void {
  for (const [key, count] of counts) to.set(key, (to.get(key) ?? 0) + count);
}

/** How things went: how often in which outcome, and how long. */
class Series {
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

  /** What it holds. */
  figures(): SeriesFigures {
    const { counts, sum } = this.durations;
    return { labels: this.labels, outcomes: [...this.#outcomes], counts, sum };
  }

  /** Adds what another one counted. */
  absorb({ outcomes, counts, sum }: SeriesFigures): void {
    addCounts(this.#outcomes, outcomes);
    this.durations.absorb(counts, sum);
  }

  /** How often each outcome was. */
  *outcomes(): Generator<[Labels, number]> {
    for (const [outcome, count] of this.#outcomes) yield [{ ...this.labels, outcome }, count];
  }
}

/** A series, as it crosses from one worker to another. */
export interface SeriesFigures {
  readonly labels: Labels;
  readonly outcomes: readonly (readonly [outcome: string, count: number])[];
  /** How many durations there are in each bucket. */
  readonly counts: readonly number[];
  /** The sum of all durations, in seconds. */
  readonly sum: number;
}

/** Everything that was counted, as it crosses from one worker to another. */
export interface MetricsFigures {
  readonly calls: readonly SeriesFigures[];
  readonly upstreams: readonly SeriesFigures[];
  readonly retries: readonly (readonly [string, number])[];
  readonly events: readonly (readonly [CallEventCode, number])[];
  readonly inFlight: readonly (readonly [string, number])[];
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
  /** What other workers of the capability have counted. */
  readonly #elsewhere = new Map<number, MetricsFigures>();
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
    this.#upstream(operation).add(outcome, milliseconds);
  }

  #upstream(operation: string): Series {
    let series = this.#upstreams.get(operation);
    if (!series) this.#upstreams.set(operation, series = new Series({ operation }));
    return series;
  }

  /** A request was sent again. */
  retried(operation: string): void {
    this.#retries.set(operation, (this.#retries.get(operation) ?? 0) + 1);
  }

  /** Something was worth telling. */
  count(code: CallEventCode): void {
    this.#events.set(code, (this.#events.get(code) ?? 0) + 1);
  }

  /** What was counted here. */
  figures(): MetricsFigures {
    return {
      calls: [...this.#calls.values()].map((series) => series.figures()),
      upstreams: [...this.#upstreams.values()].map((series) => series.figures()),
      retries: [...this.#retries],
      events: [...this.#events],
      inFlight: [...this.#inFlight],
    };
  }

  /** Takes note of everything that another worker has counted so far. */
  counted(worker: number, figures: MetricsFigures): void {
    this.#elsewhere.set(worker, figures);
  }

  #absorb({ calls, upstreams, retries, events, inFlight }: MetricsFigures): void {
    for (const figures of calls) {
      this.series(figures.labels as Labels & CallLabels).absorb(figures);
    }
    for (const figures of upstreams) this.#upstream(figures.labels["operation"]!).absorb(figures);
    addCounts(this.#retries, retries);
    addCounts(this.#events, events);
    addCounts(this.#inFlight, inFlight);
  }

  /** What every worker has counted, in one. */
  #together(): Metrics {
    if (this.#elsewhere.size === 0) return this;
    const all = new Metrics(this.#version, this.#figures);
    for (const figures of [this.figures(), ...this.#elsewhere.values()]) all.#absorb(figures);
    return all;
  }

  /** What every worker has counted. */
  all(): MetricsFigures {
    return this.#together().figures();
  }

  /** What is known of the process now. */
  process(): ProcessFigures {
    return this.#figures();
  }

  /** All of it, of every worker, as Prometheus reads it. */
  text(): string {
    return this.#together().#ownText();
  }

  #ownText(): string {
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
      "Requests to APIs that were sent again.",
      [...this.#retries].map(([operation, count]) => [{ operation }, count]),
    );
    out.add(
      "capstan_call_events_total",
      "counter",
      "What calls reported that is not a failure.",
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
