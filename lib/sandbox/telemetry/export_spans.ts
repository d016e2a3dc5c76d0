/**
 * The exporter: sends spans, metrics and lines of the log to a collector over OTLP/HTTP, in a worker of its own that reaches nothing else.
 *
 * @module
 */
import { denoHost } from "../../host/deno.ts";
import { otlpLogsRequest } from "../../telemetry/otlp_logs.ts";
import { otlpMetricsRequest } from "../../telemetry/otlp_metrics.ts";
import { otlpRequest } from "../../telemetry/traces/otlp.ts";
import { isWorthTelling } from "../../telemetry/tally.ts";
import type { SpanAttributes } from "../../telemetry/traces/span.ts";
import { Deadline } from "../../upstream/time/deadline.ts";
import { type Door, openDoor } from "../../upstream/door.ts";
import { backoff, retryAfter } from "../../upstream/time/retry.ts";
import type { Signals } from "../crossing.ts";

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
  /** The address of lines of the log, of the same origin; undefined where none are sent. */
  readonly logsUrl?: string | undefined;
  /** Headers for the collector; they may hold its key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who the spans are of. */
  readonly resource: SpanAttributes;
  /** The version of Capstan. */
  readonly version: string;
}

/** Statuses of a collector that has no place for metrics, or for lines of the log. */
const NO_PLACE: ReadonlySet<number> = new Set([404, 405, 501]);

/** What went wrong with a request. */
interface Fault {
  readonly message: string;
  readonly status?: number;
}

/** What waits to be sent to one address. */
class Queue {
  readonly type: Signals["type"];
  /** What is said when some are lost, and what one of them is called. */
  readonly loss: string;
  readonly one: string;
  readonly request: (resource: SpanAttributes, version: string, text: string) => string;
  /** How many wait. */
  count = 0;
  lost = 0;
  failures = 0;
  #url: string | undefined;
  #texts: string[] = [];

  constructor(
    type: Signals["type"],
    loss: string,
    one: string,
    url: string | undefined,
    request: Queue["request"],
  ) {
    this.type = type;
    this.loss = loss;
    this.one = one;
    this.#url = url;
    this.request = request;
  }

  /** Where they are sent; undefined where they are not. */
  get url(): string | undefined {
    return this.#url;
  }

  add(text: string, count: number): void {
    this.#texts.push(text);
    this.count += count;
  }

  takeAll(): { readonly text: string; readonly count: number } {
    const text = this.#texts.join(","), { count } = this;
    this.#texts = [];
    this.count = 0;
    return { text, count };
  }

  /** Nothing is sent there any more. */
  close(): void {
    this.#url = undefined;
    this.takeAll();
  }
}

/** Sends spans and lines of the log, one batch after the other, and the newest metrics between them. */
export class SpanExporter {
  readonly #settings: ExportSettings;
  readonly #door: Door;
  readonly #tell: (message: string) => void;
  readonly #queues: readonly Queue[];
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
    this.#queues = [
      new Queue("spans", "traces are lost", "span", settings.url, otlpRequest),
      new Queue("records", "lines of the log are lost", "line", settings.logsUrl, otlpLogsRequest),
    ];
  }

  /** Takes spans, or lines of the log. */
  add({ type, text, count }: Signals): void {
    const queue = this.#queues.find((queue) => queue.type === type)!;
    if (queue.url === undefined) return;
    if (queue.count + count > MAX_WAITING) {
      this.#lose(queue, count, "the collector does not keep up");
      return;
    }
    queue.add(text, count);
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

  #lose(queue: Queue, count: number, why: string): void {
    queue.lost += count;
    queue.failures++;
    if (isWorthTelling(queue.failures)) {
      this.#tell(`${queue.loss}: ${why} (${queue.lost} ${queue.one}${queue.lost === 1 ? "" : "s"} so far)`);
    }
  }

  async #send(): Promise<void> {
    while (this.#metrics !== undefined || this.#queues.some(({ count }) => count > 0)) {
      if (this.#metrics !== undefined) await this.#sendMetrics(this.#metrics);
      for (const queue of this.#queues) if (queue.count > 0) await this.#sendBatch(queue);
    }
  }

  async #sendBatch(queue: Queue): Promise<void> {
    const { resource, version } = this.#settings, { text, count } = queue.takeAll();
    const fault = await this.#post(queue.url!, queue.request(resource, version, text));
    if (fault === undefined) return;
    if (queue.type === "records" && NO_PLACE.has(fault.status ?? 0)) {
      queue.close();
      return this.#tell(
        `lines of the log are not sent: ${fault.message}; OTEL_LOGS_EXPORTER=none switches them off`,
      );
    }
    this.#lose(queue, count, fault.message);
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
