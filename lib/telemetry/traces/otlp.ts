/**
 * OTLP: traces as the JSON of the OpenTelemetry protocol over HTTP.
 *
 * @module
 */
import { type Span, type SpanAttributes, type SpanEvent, type SpanForm, timeOf, type Trace } from "./span.ts";

const KIND = { internal: 1, server: 2, client: 3 } as const;
const STATUS_OK = 1, STATUS_ERROR = 2;

let second = NaN, secondText = "";

/** Nanoseconds since 1970, as digits: more of them than a number holds. */
function nanoseconds(moment: number): string {
  const milliseconds = timeOf(moment), now = Math.floor(milliseconds / 1000);
  if (now !== second) secondText = String(second = now);
  // Larger by 1e9, so that nine digits follow the first one.
  return secondText + String(1e9 + Math.floor((milliseconds - now * 1000) * 1e6)).slice(1);
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

const written = new WeakMap<SpanForm, string>();

/** Attributes as the members of a JSON array; `known` go before them. */
function attributesText(attributes: SpanAttributes, known = ""): string {
  let text = known;
  for (const [key, value] of Object.entries(attributes)) {
    text += `${text === "" ? "" : ","}{"key":${JSON.stringify(key)},"value":${
      typeof value === "number" && Number.isInteger(value)
        ? `{"intValue":"${value}"}`
        : JSON.stringify(valueOf(value))
    }}`;
  }
  return text;
}

/** What the spans of one form have in common, up to the end of the attributes that they share. */
function formText(form: SpanForm, kind: keyof typeof KIND): string {
  let text = written.get(form);
  if (text === undefined) {
    text = `"name":${JSON.stringify(form.title)},"kind":${KIND[kind]},"attributes":[${
      attributesText(form.attributes)
    }`;
    written.set(form, text);
  }
  return text;
}

function eventsText(events: readonly SpanEvent[]): string {
  return JSON.stringify(events.map(({ at, event }) => ({
    timeUnixNano: nanoseconds(at),
    name: event.code,
    attributes: attributesOf({ message: event.message, place: event.place }),
  })));
}

/** One span. A busy capability sends thousands a second: what is the same in all of them is written once. */
function spanText({ traceId, state }: Trace, span: Span): string {
  const { spanId, parentId, errorType, events } = span, form = formText(span.form(), span.kind);
  const attributes = attributesText(span.varying(), form.endsWith("[") ? "" : form);
  return `{"traceId":"${traceId}","spanId":"${spanId}",${
    parentId === undefined ? "" : `"parentSpanId":"${parentId}",`
  }${state === undefined ? "" : `"traceState":${JSON.stringify(state)},`}${
    form.endsWith("[") ? form : ""
  }${attributes}],"startTimeUnixNano":"${nanoseconds(span.begun)}","endTimeUnixNano":"${
    nanoseconds(span.ended)
  }"${events ? `,"events":${eventsText(events)}` : ""},"status":{"code":${
    errorType === undefined ? STATUS_OK : STATUS_ERROR
  }}}`;
}

/** Spans as the members of a JSON array, without its brackets: batches are joined with a comma. */
export function otlpSpans(traces: readonly Trace[]): string {
  return traces.flatMap((trace) => trace.spans.map((span) => spanText(trace, span))).join(",");
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
