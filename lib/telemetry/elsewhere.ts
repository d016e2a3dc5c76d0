/**
 * Telemetry of one capability in several workers: what the others have seen, brought to the one that is asked.
 *
 * Everything here is plain, so that it can cross as text. Moments are in milliseconds since 1970: each worker has a
 * clock of its own.
 *
 * @module
 */
import type { LogRecord } from "./log.ts";
import type { MetricsFigures } from "./metrics.ts";
import {
  attributesOfSpan,
  type Span,
  type SpanAttributes,
  type SpanEvent,
  type SpanKind,
  timeOf,
} from "./traces/span.ts";
import type { KeptCall } from "./traces/trace_store.ts";

/** A span, as it crosses. */
interface PlainSpan {
  readonly spanId: string;
  readonly parentId?: string | undefined;
  readonly kind: SpanKind;
  readonly begun: number;
  readonly ended: number;
  readonly errorType?: string | undefined;
  readonly events?: readonly SpanEvent[] | undefined;
  readonly title: string;
  readonly attributes: SpanAttributes;
}

/** How many calls there have been. */
export interface CallTotals {
  running: number;
  finished: number;
  failed: number;
}

/** What a worker tells of its calls. */
export interface SeenElsewhere {
  /** New lines of the log. */
  readonly records: readonly LogRecord[];
  /** New traces: each the spans of one call, its own first. */
  readonly traces: readonly { readonly traceId: string; readonly spans: readonly PlainSpan[] }[];
  /** Everything that was counted so far. */
  readonly metrics?: MetricsFigures | undefined;
  readonly totals: CallTotals;
}

function plainSpan(span: Span): PlainSpan {
  const { spanId, parentId, kind, begun, ended, errorType, events } = span;
  return {
    spanId,
    parentId,
    kind,
    begun: timeOf(begun),
    ended: timeOf(ended),
    errorType,
    events: events?.map(({ at, event }) => ({ at: timeOf(at), event })),
    title: span.form().title,
    attributes: attributesOfSpan(span),
  };
}

/** The spans of a call, ready to cross. */
export function plainTrace({ traceId, spans }: KeptCall): SeenElsewhere["traces"][number] {
  return { traceId, spans: spans.map(plainSpan) };
}

/** A call of another worker, as the traces of this one keep it. */
export function keptCall({ traceId, spans }: SeenElsewhere["traces"][number]): KeptCall {
  // The clock of this worker begins at another moment.
  const here = (moment: number) => moment - timeOf(0);
  const all = spans.map((span): Span => ({
    ...span,
    parentId: span.parentId,
    errorType: span.errorType,
    begun: here(span.begun),
    ended: here(span.ended),
    events: span.events?.map(({ at, event }) => ({ at: here(at), event })),
    form: () => span,
    varying: () => ({}),
  }));
  const own = all[0]!;
  return { ...own, traceId, state: undefined, spans: all, milliseconds: own.ended - own.begun };
}
