/**
 * What telemetry is asked for: by the command line, and by the `observability` block of a document.
 *
 * @module
 */
import type { Propagation } from "./traces/trace_context.ts";

/** Which calls the request log tells of. */
export type RequestLog = "none" | "failures" | "all";

/** What is reported of traces. */
export interface TraceSettings {
  /** The share of new traces that are recorded, 0 to 1; a trace that comes in is recorded as its caller says. */
  readonly sampling: number;
  /** How a trace is written into requests to APIs. */
  readonly propagation: Propagation;
  /** How many traces are kept for the control port; 0 for none. */
  readonly keep: number;
  /** They are sent to a collector. */
  readonly exported: boolean;
}

/** What telemetry does. Everything is text and numbers, so that it can cross to a worker. */
export interface TelemetrySettings {
  /** Which calls have a line in the log. */
  readonly requests: RequestLog;
  /** How a line of the log is written. */
  readonly format: "text" | "json";
  /** Whether calls are counted and timed. */
  readonly metrics: boolean;
  /** How often what was counted is sent to a collector, in milliseconds; not at all when left out. */
  readonly sendMetricsMs?: number | undefined;
  /** Whether lines of the log are sent to a collector. */
  readonly logsExported?: boolean | undefined;
  /** How many lines of the log are kept for the control port; 0 for none. */
  readonly keepLogs: number;
  /** What is recorded of traces; undefined where nothing is. */
  readonly traces?: TraceSettings | undefined;
}

/** Nothing at all. */
export const NO_TELEMETRY: TelemetrySettings = {
  requests: "none",
  format: "text",
  metrics: false,
  keepLogs: 0,
};
