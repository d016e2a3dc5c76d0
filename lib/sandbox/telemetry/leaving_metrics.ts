/**
 * Metrics on their way to a collector: now and then, and once more at the end.
 *
 * @module
 */
import type { Metrics } from "../../telemetry/metrics.ts";
import { otlpMetrics } from "../../telemetry/otlp_metrics.ts";

/** Sends what was counted, again and again. */
export class LeavingMetrics {
  readonly #metrics: Metrics;
  readonly #send: (text: string) => void;
  readonly #since = Date.now();
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * @param metrics What is counted.
   * @param everyMs How often it is sent, in milliseconds.
   * @param send Takes the metrics of one report, as the members of a JSON array.
   */
  constructor(metrics: Metrics, everyMs: number, send: (text: string) => void) {
    this.#metrics = metrics;
    this.#send = send;
    this.#timer = setInterval(() => this.#leave(), everyMs);
  }

  #leave(): void {
    this.#send(
      otlpMetrics(this.#metrics.all(), this.#metrics.process(), { since: this.#since, now: Date.now() }),
    );
  }

  /** Sends them for the last time. */
  end(): void {
    clearInterval(this.#timer);
    this.#leave();
  }
}
