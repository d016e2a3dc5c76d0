/**
 * OTLP: traces as the JSON of the OpenTelemetry protocol over HTTP.
 *
 * @module
 */
import { type Span, type SpanAttributes, timeOf, type Trace } from "./span.ts";

const KIND = { internal: 1, server: 2, client: 3 } as const;
const STATUS_OK = 1, STATUS_ERROR = 2;

/** Nanoseconds since 1970, as digits: more of them than a number holds. */
function nanoseconds(moment: number): string {
  const milliseconds = timeOf(moment), whole = Math.floor(milliseconds);
  return `${whole}${String(Math.floor((milliseconds - whole) * 1e6)).padStart(6, "0")}`;
}

function valueOf(value: string | number | boolean): Record<string, unknown> {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Attributes as OTLP writes them. */
export function attributesOf(attributes: SpanAttributes): Record<string, unknown>[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function spanOf({ traceId, state }: Trace, span: Span): Record<string, unknown> {
  return {
    traceId,
    spanId: span.spanId,
    ...(span.parentId === undefined ? {} : { parentSpanId: span.parentId }),
    ...(state === undefined ? {} : { traceState: state }),
    name: span.title(),
    kind: KIND[span.kind],
    startTimeUnixNano: nanoseconds(span.begun),
    endTimeUnixNano: nanoseconds(span.ended),
    attributes: attributesOf(span.attributes()),
    ...(span.events
      ? {
        events: span.events.map(({ at, event }) => ({
          timeUnixNano: nanoseconds(at),
          name: event.code,
          attributes: attributesOf({ message: event.message, place: event.place }),
        })),
      }
      : {}),
    status: { code: span.errorType === undefined ? STATUS_OK : STATUS_ERROR },
  };
}

/** Spans as the members of a JSON array, without its brackets: batches are joined with a comma. */
export function otlpSpans(traces: readonly Trace[]): string {
  return traces.flatMap((trace) => trace.spans.map((span) => JSON.stringify(spanOf(trace, span)))).join(",");
}

/** Who something is of, as the member `resource`. */
export function resourceOf(resource: SpanAttributes): string {
  return `"resource":{"attributes":${JSON.stringify(attributesOf(resource))}}`;
}

/**
 * The body of one request to a collector.
 *
 * @param resource Who the spans are of; `service.name` belongs there.
 * @param version The version of Capstan.
 * @param spans What `otlpSpans` gave, joined with commas.
 */
export function otlpRequest(resource: SpanAttributes, version: string, spans: string): string {
  return `{"resourceSpans":[{${resourceOf(resource)},"scopeSpans":[{"scope":{"name":"capstan","version":${
    JSON.stringify(version)
  }},"spans":[${spans}]}]}]}`;
}
