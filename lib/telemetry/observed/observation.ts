/**
 * What is observed of a call, as those see it who count, log and keep it.
 *
 * @module
 */
import type { Caller, CallEvent, TraceParent } from "../call.ts";
import type { Metrics } from "../metrics.ts";
import type { TraceSettings } from "../settings.ts";
import type { Failure, Span, SpanAttributes, Trace } from "../traces/span.ts";

/** What is called, as telemetry names it. All of it comes from the document. */
export interface CallTarget {
  /** `mcp`, `rest`, `skill` or `control`. */
  readonly type: string;
  /** The name of the surface. */
  readonly surface: string;
  /** `tool`, `resource`, `prompt`, `operation` … */
  readonly kind: string;
  /** The name of what is called. */
  readonly name: string;
  /** The name of its span, such as `tools/call list-orders` or `GET /orders/{id}`. */
  readonly title: string;
  /** What its span says of it. */
  readonly attributes: SpanAttributes;
}

/** Where the observations of a call go. */
export interface CallSink {
  readonly metrics: Metrics | undefined;
  readonly tracing: TraceSettings | undefined;
  /** A call begins. */
  began(call: Observation): void;
  /** A call has something to tell. @returns The same without secrets. */
  happened(event: CallEvent, call: Observation): CallEvent;
  /** A call is over. */
  finished(call: Observation, failure: Failure | undefined): void;
}

/** A call, as far as it was observed. */
export interface Observation extends Span, Trace {
  readonly target: CallTarget;
  readonly caller: Caller | undefined;
  /** Where its observations go. */
  readonly sink: CallSink;
  /** Where it stands in a trace; undefined where nothing is traced. */
  readonly trace: TraceParent | undefined;
  readonly spans: Span[];
  /** Requests that were sent to APIs. */
  requests: number;
  /** Requests that were sent again. */
  retries: number;
  /** `ok`, or the code of the failure. */
  readonly outcome: string;
  /** How long it took, in milliseconds. */
  readonly milliseconds: number;
  /** Hears what the call has to tell. */
  tell(event: CallEvent): void;
}
