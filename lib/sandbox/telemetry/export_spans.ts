/**
 * The exporter: sends spans and metrics to a collector over OTLP/HTTP, in a worker of its own that reaches nothing else.
 *
 * @module
 */
import { denoHost } from "../../host/deno.ts";
import { otlpMetricsRequest } from "../../telemetry/otlp_metrics.ts";
import { otlpRequest } from "../../telemetry/traces/otlp.ts";
import { isWorthTelling } from "../../telemetry/tally.ts";
import type { SpanAttributes } from "../../telemetry/traces/span.ts";
import { Deadline } from "../../upstream/time/deadline.ts";
import { type Door, openDoor } from "../../upstream/door.ts";
import { backoff, retryAfter } from "../../upstream/time/retry.ts";

/** How long one request may take, in milliseconds. */
const REQUEST_MS = 10_000;
/** How often a batch is sent at most. */
const ATTEMPTS = 4;
/** How many spans wait at most; what comes on top is dropped and counted. */
const MAX_WAITING = 8_192;
/** Statuses after which the same may be sent again, as OTLP says. */
const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What the exporter needs to know. */
export interface ExportSettings {
  /** The address of traces. */
  readonly url: string;
  /** The address of metrics, of the same origin; undefined where none are sent. */
  readonly metricsUrl: string | undefined;
  /** Headers for the collector; they may hold its key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who the spans are of. */
  readonly resource: SpanAttributes;
  /** The version of Capstan. */
  readonly version: string;
}

/** Statuses of a collector that has no place for metrics. */
const NO_PLACE: ReadonlySet<number> = new Set([404, 405, 501]);

/** What went wrong with a request. */
interface Fault {
  readonly message: string;
  readonly status?: number;
}

/** Sends spans, one batch after the other, and the newest metrics between them. */
export class SpanExporter {
  readonly #settings: ExportSettings;
  readonly #door: Door;
  readonly #tell: (message: string) => void;
  #waiting: { readonly text: string; readonly count: number }[] = [];
  #count = 0;
  #lost = 0;
  #failures = 0;
  #metrics: string | undefined;
  #metricsFailures = 0;
  #takesMetrics = true;
  #sending: Promise<void> | undefined;

  /**
   * @param settings Where to, and as whom.
   * @param tell Takes a line for the operator.
   * @param door Sends the requests.
   */
  constructor(
    settings: ExportSettings,
    tell: (message: string) => void,
    door: Door = openDoor(denoHost(() => {})),
  ) {
    this.#settings = settings;
    this.#tell = tell;
    this.#door = door;
  }

  /** Takes spans: the members of a JSON array. */
  add(text: string, count: number): void {
    if (this.#count + count > MAX_WAITING) {
      this.#lose(count, "the collector does not keep up");
      return;
    }
    this.#waiting.push({ text, count });
    this.#count += count;
    this.#begin();
  }

  /** Takes metrics: the members of a JSON array. Newer ones hold what older ones held, and take their place. */
  addMetrics(text: string): void {
    if (!this.#takesMetrics || this.#settings.metricsUrl === undefined) return;
    this.#metrics = text;
    this.#begin();
  }

  #begin(): void {
    this.#sending ??= this.#send().finally(() => this.#sending = undefined);
  }

  /** Waits until everything has left, or is lost. */
  async finish(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  #lose(count: number, why: string): void {
    this.#lost += count;
    this.#failures++;
    if (isWorthTelling(this.#failures)) {
      this.#tell(`traces are lost: ${why} (${this.#lost} ${this.#lost === 1 ? "span" : "spans"} so far)`);
    }
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0 || this.#metrics !== undefined) {
      if (this.#metrics !== undefined) await this.#sendMetrics(this.#metrics);
      if (this.#waiting.length === 0) continue;
      const batch = this.#waiting, count = this.#count;
      this.#waiting = [];
      this.#count = 0;
      const { url, resource, version } = this.#settings;
      const fault = await this.#post(
        url,
        otlpRequest(resource, version, batch.map(({ text }) => text).join(",")),
      );
      if (fault !== undefined) this.#lose(count, fault.message);
    }
  }

  async #sendMetrics(text: string): Promise<void> {
    const { metricsUrl, resource, version } = this.#settings;
    this.#metrics = undefined;
    const fault = await this.#post(metricsUrl!, otlpMetricsRequest(resource, version, text));
    if (fault === undefined) return;
    if (NO_PLACE.has(fault.status ?? 0)) {
      this.#takesMetrics = false;
      this.#tell(
        `metrics are not sent: ${fault.message}; OTEL_METRICS_EXPORTER=none switches them off`,
      );
      return;
    }
    if (isWorthTelling(++this.#metricsFailures)) {
      this.#tell(`metrics could not be sent: ${fault.message}; the next ones hold what these held`);
    }
  }

  /** Sends one batch. @returns What went wrong; undefined when it arrived. */
  async #post(url: string, body: string): Promise<Fault | undefined> {
    const { headers } = this.#settings, { origin, pathname, host } = new URL(url);
    const home = { origin, path: pathname, namespace: "telemetry" };
    const request = {
      method: "POST",
      url,
      headers: [["Content-Type", "application/json"], ...Object.entries(headers)] as [string, string][],
      body,
    };
    let fault: Fault = { message: "" };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const deadline = new Deadline({ deadline: performance.now() + REQUEST_MS });
      let wait = backoff(attempt);
      try {
        const response = await this.#door.send(request, { home, reach: [home], repeatable: false }, deadline);
        const { status } = response;
        await response.discard();
        if (status >= 200 && status < 300) return undefined;
        fault = { message: `the collector ${host} answered ${status}`, status };
        if (!RETRIED.has(status)) return fault;
        const asked = retryAfter(response.headers, Date.now());
        if (asked !== undefined) wait = Math.min(asked * 1000, REQUEST_MS);
      } catch {
        fault = { message: `the collector ${host} cannot be reached` };
      } finally {
        deadline.stop();
      }
      if (attempt < ATTEMPTS) await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return fault;
  }
}
