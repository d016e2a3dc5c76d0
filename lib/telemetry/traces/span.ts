/**
 * Spans: what happened when, inside one trace.
 *
 * A span is kept as the object that watched it; what others want to read of it is made when they ask.
 *
 * @module
 */
import type { CallEvent } from "../call.ts";

/** Which side of a request a span is on. */
export type SpanKind = "server" | "internal" | "client";

/** What is known of a span: names and numbers, nothing secret. */
export type SpanAttributes = Record<string, string | number | boolean>;

/** Something that happened during a span. */
export interface SpanEvent {
  /** In milliseconds of `performance.now()`. */
  readonly at: number;
  readonly event: CallEvent;
}

/** A span that is over. */
export interface Span {
  readonly spanId: string;
  /** The span it belongs to; undefined for the first of a trace. */
  readonly parentId: string | undefined;
  readonly kind: SpanKind;
  /** When it began and ended, in milliseconds of `performance.now()`. */
  readonly begun: number;
  readonly ended: number;
  /** The code of what failed; undefined where nothing did. */
  readonly errorType: string | undefined;
  readonly events?: readonly SpanEvent[] | undefined;
  /** What all spans of what was called have in common: one object for each, so that it is written once. */
  form(): SpanForm;
  /** What is known of this one. */
  varying(): SpanAttributes;
}

/** What the spans of one thing that is called have in common. */
export interface SpanForm {
  /** Their name. */
  readonly title: string;
  readonly attributes: SpanAttributes;
}

/** Everything that is known of a span. */
export function attributesOfSpan(span: Span): SpanAttributes {
  return { ...span.form().attributes, ...span.varying() };
}

/** The spans of one call, the first of them the call's own. */
export interface Trace {
  readonly traceId: string;
  /** `tracestate` as it came. */
  readonly state: string | undefined;
  readonly spans: readonly Span[];
}

/** The time of day of a moment, in milliseconds since 1970. */
export function timeOf(moment: number): number {
  return performance.timeOrigin + moment;
}

/** How a call failed. */
export interface Failure {
  /** In one word of few. */
  readonly code: string;
  /** In one sentence. */
  readonly message: string;
  /** What the person who runs the capability can do. */
  readonly operatorHint?: string | undefined;
  /** Of a fault: what the log has its reason under. */
  readonly reference?: string | undefined;
  readonly step?: string | undefined;
  /** The author's text that was running, as `file:line:column`. */
  readonly source?: string | undefined;
}

/** JSON-RPC codes of errors that are the caller's own. */
const RPC_CODES: Readonly<Record<number, string>> = { [-32602]: "invalid_arguments", [-32002]: "not_found" };

/** How a call failed, from what was thrown: the one error of calls, an error of a protocol, or a fault. */
export function failureOf(error: unknown): Failure {
  const { data, code, status, message } = (error ?? {}) as {
    data?: Failure;
    code?: unknown;
    status?: unknown;
    message?: unknown;
  };
  if (typeof data?.code === "string") return data;
  const known = typeof code === "number"
    ? RPC_CODES[code]
    : typeof status === "number" && status >= 400 && status < 500
    ? "invalid_arguments"
    : undefined;
  return known === undefined
    ? { code: "internal", message: "a fault of Capstan's own" }
    : { code: known, message: String(message) };
}
