/**
 * The traces that are kept for whoever looks: the newest calls, each with its spans.
 *
 * @module
 */
import { Ring } from "../ring.ts";
import {
  attributesOfSpan,
  type Span,
  type SpanAttributes,
  type SpanKind,
  timeOf,
  type Trace,
} from "./span.ts";

/** A call that is over, as it is kept. */
export interface KeptCall extends Span, Trace {
  /** How long it took, in milliseconds. */
  readonly milliseconds: number;
}

/** One call of a trace, in short. */
export interface TraceSummary {
  readonly traceId: string;
  /** The name of the call's span, such as `tools/call list-orders`. */
  readonly operation: string;
  readonly durationMs: number;
  readonly status: "OK" | "ERROR";
  readonly spanCount: number;
  /** When it began, as RFC 3339 says it. */
  readonly timestamp: string;
}

/** One span, as it is shown. */
export interface SpanView {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: Uppercase<SpanKind>;
  readonly durationMs: number;
  readonly status: "OK" | "ERROR";
  readonly timestamp: string;
  readonly attributes: SpanAttributes;
  readonly events?: readonly {
    readonly name: string;
    readonly message: string;
    readonly timestamp: string;
  }[];
}

/** A trace with its spans, in the order in which they began. */
export interface TraceView {
  readonly traceId: string;
  readonly spans: readonly SpanView[];
}

/** Which traces are wanted. */
export interface TraceFilter {
  /** A part of the name of the call. */
  readonly operation?: string | undefined;
  /** `OK` or `ERROR`, in either case. */
  readonly status?: string | undefined;
  /** The least time it took, in milliseconds. */
  readonly slowerThanMs?: number | undefined;
  /** How many, the newest. */
  readonly limit?: number | undefined;
}

const rounded = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;
const stamp = (moment: number) => new Date(timeOf(moment)).toISOString();
const statusOf = (span: Span) => span.errorType === undefined ? "OK" : "ERROR";

function viewOf(span: Span): SpanView {
  return {
    spanId: span.spanId,
    ...(span.parentId === undefined ? {} : { parentSpanId: span.parentId }),
    name: span.form().title,
    kind: span.kind.toUpperCase() as Uppercase<SpanKind>,
    durationMs: rounded(span.ended - span.begun),
    status: statusOf(span),
    timestamp: stamp(span.begun),
    attributes: attributesOfSpan(span),
    ...(span.events
      ? {
        events: span.events.map(({ at, event: { code, message } }) => ({
          name: code,
          message,
          timestamp: stamp(at),
        })),
      }
      : {}),
  };
}

/** The newest traces. */
export class TraceStore {
  readonly #ring: Ring<KeptCall>;

  /** @param capacity How many calls it keeps. */
  constructor(capacity: number) {
    this.#ring = new Ring(capacity);
  }

  /** How many calls are kept. */
  get size(): number {
    return this.#ring.size;
  }

  /** Keeps a call that is over. */
  add(call: KeptCall): void {
    this.#ring.add(call);
  }

  /** The calls that are kept, newest first. */
  summaries({ operation, status, slowerThanMs = 0, limit = Infinity }: TraceFilter): TraceSummary[] {
    const out: TraceSummary[] = [], wanted = status?.toUpperCase();
    for (const call of this.#ring.newest()) {
      if (out.length >= limit) break;
      if (operation !== undefined && !call.form().title.includes(operation)) continue;
      if (wanted !== undefined && statusOf(call) !== wanted) continue;
      if (call.milliseconds < slowerThanMs) continue;
      out.push({
        traceId: call.traceId,
        operation: call.form().title,
        durationMs: rounded(call.milliseconds),
        status: statusOf(call),
        spanCount: call.spans.length,
        timestamp: stamp(call.begun),
      });
    }
    return out;
  }

  /** All spans of a trace; several calls may belong to one. */
  view(traceId: string): TraceView | undefined {
    const spans: Span[] = [];
    for (const call of this.#ring.newest()) if (call.traceId === traceId) spans.push(...call.spans);
    if (spans.length === 0) return undefined;
    return { traceId, spans: spans.sort((a, b) => a.begun - b.begun).map(viewOf) };
  }
}
