/**
 * Where telemetry leaves the capability, and what is asked of it.
 *
 * @module
 */
import type { SeenElsewhere } from "./elsewhere.ts";
import type { LogLevel } from "./log.ts";
import type { ProcessFigures } from "./metrics.ts";
import type { TelemetrySettings, TraceSettings } from "./settings.ts";

/** Where telemetry leaves the capability. */
export interface TelemetryOutlets {
  /** Takes finished lines of the log, in order. */
  readonly lines?: ((lines: readonly string[]) => void) | undefined;
  /** Takes spans as the members of a JSON array (OTLP). */
  readonly spans?: ((text: string, count: number) => void) | undefined;
  /** Takes lines of the log for a collector, as the members of a JSON array (OTLP). */
  readonly records?: ((text: string, count: number) => void) | undefined;
  /** Takes what another worker is asked about: what is counted and kept here is kept there as well. */
  readonly elsewhere?: ((seen: SeenElsewhere) => void) | undefined;
  /** Gives what is known of the process. */
  readonly figures?: (() => ProcessFigures) | undefined;
  /** The version of Capstan, for the metrics. */
  readonly version?: string | undefined;
}

/** Which lines of the log are wanted. */
export interface LogFilter {
  /** The least important level. */
  readonly level?: LogLevel | undefined;
  /** What they are about. */
  readonly logger?: string | undefined;
  /** How many, the newest. */
  readonly limit?: number | undefined;
}

/** What telemetry is doing. */
export interface TelemetryStatus {
  readonly requests: TelemetrySettings["requests"];
  readonly metrics: boolean;
  readonly traces:
    | (TraceSettings & { /** How many traces are kept now. */ readonly kept: number })
    | undefined;
  /** How many lines of the log are kept, and how many listen to new ones. */
  readonly logs: { readonly kept: number; readonly capacity: number; readonly followers: number };
  readonly calls: { readonly running: number; readonly finished: number; readonly failed: number };
}
