/**
 * Lines of the log as the JSON of the OpenTelemetry protocol over HTTP.
 *
 * @module
 */
import type { LogLevel, LogRecord } from "./log.ts";
import { attributesOf, resourceOf } from "./traces/otlp.ts";
import type { SpanAttributes } from "./traces/span.ts";

/** The numbers that OpenTelemetry has for the levels. */
const SEVERITY: Readonly<Record<LogLevel, readonly [number: number, text: string]>> = {
  debug: [5, "DEBUG"],
  info: [9, "INFO"],
  warning: [13, "WARN"],
  error: [17, "ERROR"],
};

/** The data of a line with names that nest by dots, as attributes are: text, numbers and truth. */
function flat(data: Readonly<Record<string, unknown>>, prefix: string, out: SpanAttributes): SpanAttributes {
  for (const [key, value] of Object.entries(data)) {
    const name = `${prefix}${key}`;
    if (typeof value === "string" || typeof value === "boolean") out[name] = value;
    else if (typeof value === "number" && Number.isFinite(value)) out[name] = value;
    else if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      flat(value as Record<string, unknown>, `${name}.`, out);
    } else if (value !== undefined) out[name] = JSON.stringify(value);
  }
  return out;
}

function recordOf({ time, level, logger, message, data = {} }: LogRecord): Record<string, unknown> {
  const { traceId, spanId, ...more } = data, [severityNumber, severityText] = SEVERITY[level];
  const moment = `${Math.floor(time)}000000`;
  return {
    timeUnixNano: moment,
    observedTimeUnixNano: moment,
    severityNumber,
    severityText,
    body: { stringValue: message },
    attributes: attributesOf(flat(more, "capstan.", { "capstan.logger": logger })),
    ...(typeof traceId === "string" ? { traceId } : {}),
    ...(typeof spanId === "string" ? { spanId } : {}),
  };
}

/** Lines of the log as the members of a JSON array, without its brackets: batches are joined with a comma. */
export function otlpRecords(records: readonly LogRecord[]): string {
  return records.map((record) => JSON.stringify(recordOf(record))).join(",");
}

/**
 * The body of one request to a collector.
 *
 * @param resource Who the lines are of.
 * @param version The version of Capstan.
 * @param records What `otlpRecords` gave, joined with commas.
 */
export function otlpLogsRequest(resource: SpanAttributes, version: string, records: string): string {
  return `{"resourceLogs":[{${resourceOf(resource)},"scopeLogs":[{"scope":{"name":"capstan","version":${
    JSON.stringify(version)
  }},"logRecords":[${records}]}]}]}`;
}
