/**
 * Telemetry: the one place where a capability is observed. Surfaces begin and end calls here; the log, the metrics and
 * the traces are read here. Nothing of it is made before somebody asks for it.
 *
 * @module
 */
import type { CallEvent } from "./call.ts";
import { isAtLeast, jsonLine, type LogRecord, textLine } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { type CallTotals, keptCall, plainTrace, type SeenElsewhere } from "./elsewhere.ts";
import type { CallSink, CallTarget, Observation } from "./observed/observation.ts";
import type { Failure } from "./traces/span.ts";
import { CallPoint } from "./observed/call_point.ts";
import { otlpSpans } from "./traces/otlp.ts";
import { otlpRecords } from "./otlp_logs.ts";
import { LogRing } from "./observed/log_ring.ts";
import { callLine, callRecord, eventRecord } from "./observed/request_log.ts";
import type { LogFilter, TelemetryOutlets, TelemetryStatus } from "./outlets.ts";
import { NO_TELEMETRY, type TelemetrySettings, type TraceSettings } from "./settings.ts";
import { isWorthTelling, Tally } from "./tally.ts";
import { type TraceFilter, TraceStore, type TraceSummary, type TraceView } from "./traces/trace_store.ts";

/** How long lines and spans wait for others to leave with them, in milliseconds. */
const BATCH_MS = 50;
/** How many spans leave together at most. */
const MAX_BATCH = 256;
/** A line that leaves: that of a call that went well is made then. */
type Kept = LogRecord | Observation;

function recordOf(kept: Kept): LogRecord {
  return "logger" in kept ? kept : callRecord(kept, undefined, String);
}

/** How often another worker is informed at most, in milliseconds: everything that was counted goes with it. */
const ELSEWHERE_MS = 250;

/** The telemetry of one capability. */
export class Telemetry implements CallSink {
  /** Whether anybody wants to know of calls. */
  on = false;
  metrics: Metrics | undefined;
  tracing: TraceSettings | undefined;
  readonly #redact: (text: string) => string;
  #settings: TelemetrySettings = NO_TELEMETRY;
  #outlets: TelemetryOutlets = {};
  #store: TraceStore | undefined;
  #logs: LogRing | undefined;
  #followers = new Set<(record: LogRecord) => void>();
  #tally = new Tally();
  #lines: string[] = [];
  #spans: Observation[] = [];
  #records: Kept[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #totals: CallTotals = { running: 0, finished: 0, failed: 0 };
  #elsewhere = new Map<number, CallTotals>();
  #sentElsewhere = -Infinity;
  #unseen: { records: Kept[]; calls: Observation[] } = { records: [], calls: [] };

  /** @param redact Takes the secrets of the capability out of a text. */
  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  /**
   * Says what is wanted, and where it goes. What was kept before is forgotten.
   *
   * @param settings What is wanted.
   * @param outlets Where it goes.
   */
  configure(settings: TelemetrySettings, outlets: TelemetryOutlets = {}): void {
    this.#settings = settings;
    this.#outlets = outlets;
    const { metrics, traces, keepLogs } = settings, figures = outlets.figures;
    this.metrics = metrics
      ? new Metrics(outlets.version ?? "unknown", figures ?? (() => ({ residentBytes: 0, heapBytes: 0 })))
      : undefined;
    this.tracing = traces;
    this.#store = traces && traces.keep > 0 ? new TraceStore(traces.keep) : undefined;
    this.#logs = keepLogs > 0 ? new LogRing(keepLogs) : undefined;
    this.#decide();
  }

  /**
   * Goes on where the telemetry of another capability leaves off: what was counted, kept and followed stays. Calls of
   * the other one that still run are counted there, and end up in the same place.
   */
  takeOver(before: Telemetry): void {
    before.flush();
    this.#settings = before.#settings;
    this.#outlets = before.#outlets;
    this.metrics = before.metrics;
    this.tracing = before.tracing;
    this.#store = before.#store;
    this.#logs = before.#logs;
    this.#totals = before.#totals;
    this.#followers = before.#followers;
    this.#tally = before.#tally;
    this.#elsewhere = before.#elsewhere;
    this.#decide();
  }

  #decide(): void {
    this.on = this.#settings.requests !== "none" || this.#settings.logsExported === true ||
      this.metrics !== undefined ||
      this.tracing !== undefined ||
      this.#logs !== undefined || this.#followers.size > 0;
  }

  /** What is wanted. */
  get settings(): TelemetrySettings {
    return this.#settings;
  }

  /** Makes something ready to be observed. */
  point(target: CallTarget): CallPoint {
    return new CallPoint(this, target);
  }

  happened(event: CallEvent, call: Observation): CallEvent {
    this.metrics?.count(event.code);
    // What answers did not hold is reported by the log of drift, flow by flow.
    const shown = { ...event, message: this.#redact(event.message) };
    if (event.code === "drift" || event.code === "not_found_in_answer") return shown;
    const count = this.#tally.add(`${event.code} ${call.target.surface} ${call.target.name} ${event.place}`);
    if (isWorthTelling(count)) {
      this.log(eventRecord(shown, call, count), this.#settings.requests !== "none");
    }
    return shown;
  }

  began(call: Observation): void {
    this.#totals.running++;
    this.metrics?.running(call.target.surface, 1);
    if (this.#outlets.elsewhere) this.#soon();
  }

  finished(call: Observation, failure: Failure | undefined): void {
    const { target, spans } = call;
    this.#totals.running--;
    this.#totals.finished++;
    if (failure) this.#totals.failed++;
    if (this.metrics) {
      this.metrics.series(target).add(call.outcome, call.milliseconds);
      this.metrics.running(target.surface, -1);
    }
    if (this.#outlets.elsewhere) this.#soon();
    if (spans.length > 0) {
      this.#store?.add(call);
      if (this.#store && this.#outlets.elsewhere) this.#unseen.calls.push(call);
      if (this.tracing?.exported && this.#outlets.spans) {
        this.#spans.push(call);
        if (this.#spans.length >= MAX_BATCH) this.#sendSpans();
        else this.#soon();
      }
    }
    const { requests } = this.#settings;
    if (failure) {
      const spoken = requests !== "none";
      if (spoken || this.#settings.logsExported || this.#logs || this.#followers.size > 0) {
        this.log(callRecord(call, failure, this.#redact), spoken);
      }
      return;
    }
    this.#keep(call);
    for (const follower of this.#followers) follower(recordOf(call));
    if (requests !== "all") return;
    this.#export(call);
    if (!this.#outlets.lines) return;
    this.#lines.push(callLine(call, this.#settings.format));
    this.#soon();
  }

  /**
   * Takes a line of the log.
   *
   * @param record The line, secrets out.
   * @param spoken Whether it is for the operator's terminal as well.
   */
  log(record: LogRecord, spoken = false): void {
    this.#keep(record);
    for (const follower of this.#followers) follower(record);
    this.#export(record);
    if (!spoken || !this.#outlets.lines) return;
    this.#lines.push(this.#settings.format === "json" ? jsonLine(record) : textLine(record));
    this.#soon();
  }

  #keep(kept: Kept): void {
    if (!this.#logs) return;
    if ("logger" in kept) this.#logs.add(kept);
    else this.#logs.addCall(kept);
    if (!this.#outlets.elsewhere) return;
    this.#unseen.records.push(kept);
    this.#soon();
  }

  #export(kept: Kept): void {
    if (!this.#settings.logsExported || !this.#outlets.records) return;
    this.#records.push(kept);
    if (this.#records.length >= MAX_BATCH) this.#sendRecords();
    else this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#leave(false), BATCH_MS);
  }

  #sendSpans(): void {
    const calls = this.#spans;
    this.#spans = [];
    if (calls.length === 0) return;
    this.#outlets.spans?.(otlpSpans(calls), calls.reduce((sum, { spans }) => sum + spans.length, 0));
  }

  #sendRecords(): void {
    const records = this.#records;
    this.#records = [];
    if (records.length > 0) this.#outlets.records?.(otlpRecords(records.map(recordOf)), records.length);
  }

  /** Lets go of what waits to leave. */
  flush(): void {
    this.#leave(true);
  }

  #leave(all: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length > 0) this.#outlets.lines?.(lines);
    this.#sendSpans();
    this.#sendRecords();
    this.#tellElsewhere(all);
  }

  #tellElsewhere(all: boolean): void {
    if (!this.#outlets.elsewhere) return;
    const now = performance.now();
    if (!all && now - this.#sentElsewhere < ELSEWHERE_MS) return this.#soon();
    this.#sentElsewhere = now;
    const { records, calls } = this.#unseen;
    this.#unseen = { records: [], calls: [] };
    this.#outlets.elsewhere({
      records: records.map(recordOf),
      traces: calls.map(plainTrace),
      metrics: this.metrics?.figures(),
      totals: { ...this.#totals },
    });
  }

  /**
   * Takes what another worker of the capability has seen since its last report.
   *
   * @param worker Its number.
   * @param seen What it has seen.
   */
  seen(worker: number, { records, traces, metrics, totals }: SeenElsewhere): void {
    if (metrics) this.metrics?.counted(worker, metrics);
    for (const trace of traces) this.#store?.add(keptCall(trace));
    // The other worker has sent and written them itself.
    for (const record of records) {
      this.#keep(record);
      for (const follower of this.#followers) follower(record);
    }
    this.#elsewhere.set(worker, totals);
  }

  /** Everything that was counted, in the text format of Prometheus; undefined where nothing is. */
  metricsText(): string | undefined {
    return this.metrics?.text();
  }

  /** The traces that are kept, newest first; undefined where none are. */
  traces(filter: TraceFilter = {}): TraceSummary[] | undefined {
    return this.#store?.summaries(filter);
  }

  /** The spans of one trace; undefined where it is not kept. */
  trace(traceId: string): TraceView | undefined {
    return this.#store?.view(traceId);
  }

  /** The lines of the log that are kept, newest first; undefined where none are. */
  logs({ level = "debug", logger, limit = Infinity }: LogFilter = {}): LogRecord[] | undefined {
    if (!this.#logs) return undefined;
    const out: LogRecord[] = [];
    for (const record of this.#logs.newest()) {
      if (out.length >= limit) break;
      if (isAtLeast(record, level) && (logger === undefined || record.logger === logger)) out.push(record);
    }
    return out;
  }

  /**
   * Hears every new line of the log.
   *
   * @returns Ends it.
   */
  follow(listener: (record: LogRecord) => void): () => void {
    this.#followers.add(listener);
    this.#decide();
    return () => {
      this.#followers.delete(listener);
      this.#decide();
    };
  }

  /** What it is doing. */
  status(): TelemetryStatus {
    return {
      requests: this.#settings.requests,
      metrics: this.metrics !== undefined,
      traces: this.tracing && { ...this.tracing, kept: this.#store?.size ?? 0 },
      logs: {
        kept: this.#logs?.size ?? 0,
        capacity: this.#logs?.capacity ?? 0,
        followers: this.#followers.size,
      },
      calls: [...this.#elsewhere.values()].reduce((a, b) => ({
        running: a.running + b.running,
        finished: a.finished + b.finished,
        failed: a.failed + b.failed,
      }), this.#totals),
    };
  }
}
