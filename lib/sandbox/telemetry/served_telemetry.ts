/**
 * Telemetry of a capability that is served: what its document asks for, what the operator's variables ask for, and where
 * its traces go. The command and the library serve with the same.
 *
 * @module
 */
import config from "../../../deno.json" with { type: "json" };
import type { Specification } from "../../document/specification.ts";
import type { BindValues } from "../../plan/binds/binds.ts";
import { observabilityOf } from "../../surface/observability.ts";
import type { RequestLog, TelemetrySettings } from "../../telemetry/settings.ts";
import type { ExportSettings } from "./export_spans.ts";
import { type Exporter, startExporter } from "./exporter.ts";

/** Gives a variable; undefined where there is none, or where this program may not read it. */
type Variable = (name: string) => string | undefined;

/** How often metrics are sent where nobody says it, in milliseconds: as OpenTelemetry has it. */
const METRICS_MS = 60_000;

/** `key=value` pairs, percent-encoded, as OpenTelemetry's variables have them. */
function pairsOf(text: string | undefined): Record<string, string> {
  const out: Record<string, string> = {};
  for (const pair of text?.split(",") ?? []) {
    const equals = pair.indexOf("=");
    if (equals < 1) continue;
    const value = pair.slice(equals + 1).trim();
    try {
      out[pair.slice(0, equals).trim()] = decodeURIComponent(value);
    } catch {
      out[pair.slice(0, equals).trim()] = value;
    }
  }
  return out;
}

/** The collector that the operator's variables name, where the runtime does not use them itself. */
function collectorOfOperator(variable: Variable): string | undefined {
  if (variable("OTEL_DENO") === "true" || variable("OTEL_SDK_DISABLED") === "true") return undefined;
  return variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? variable("OTEL_EXPORTER_OTLP_ENDPOINT");
}

/** What telemetry is made of. */
export interface TelemetryParts {
  readonly spec: Specification;
  readonly binds: BindValues;
  /** Which calls have a line in the log, and how it is written. */
  readonly requests: RequestLog;
  readonly format: TelemetrySettings["format"];
  /** Whether something listens: a control port shows what is kept. */
  readonly listens: boolean;
  /** A variable of the operator. */
  readonly env: Variable;
  /** Takes a line for the operator. */
  readonly warn: (message: string) => void;
}

/** Telemetry of a capability that is served. */
export interface ServedTelemetry {
  readonly settings: TelemetrySettings;
  /** Where spans go; undefined where none are sent. */
  readonly exporter: Exporter | undefined;
}

/** Makes what a capability is served with. The exporter is started while this program may still start one. */
export function servedTelemetry(parts: TelemetryParts): ServedTelemetry {
  const { spec, binds, requests, format, listens, warn } = parts;
  const variable: Variable = (name) => parts.env(name) || undefined;
  const found = observabilityOf(spec, binds, listens, collectorOfOperator(variable));
  const { recorded, collector, fault } = found;
  // What is wrong in the document is a finding of the document.
  if (fault && !fault.node) warn(`${fault.message}; ${fault.fix}`);
  const sent = variable("OTEL_METRICS_EXPORTER") === "none" ? undefined : found.metricsCollector;
  const logsUrl = variable("OTEL_LOGS_EXPORTER") === "none" ? undefined : found.logsCollector;
  const settings: TelemetrySettings = {
    ...recorded,
    ...(sent === undefined ? {} : { metrics: true, sendMetricsMs: intervalOf(variable) }),
    ...(logsUrl === undefined ? {} : { logsExported: true }),
    requests,
    format,
  };
  if (collector === undefined) return { settings, exporter: undefined };
  try {
    const urls = { url: collector, metricsUrl: sent, logsUrl };
    return { settings, exporter: startExporter(exportSettings(spec, urls, variable), warn) };
  } catch (error) {
    warn(`no traces are sent: ${error instanceof Error ? error.message : String(error)}`);
    return {
      settings: { ...settings, sendMetricsMs: undefined, logsExported: undefined },
      exporter: undefined,
    };
  }
}

/** How often metrics are sent, in milliseconds. */
function intervalOf(variable: Variable): number {
  const written = Number(variable("OTEL_METRIC_EXPORT_INTERVAL") ?? METRICS_MS);
  return written >= 1000 && written <= 86_400_000 ? written : METRICS_MS;
}

function exportSettings(
  spec: Specification,
  urls: Pick<ExportSettings, "url" | "metricsUrl" | "logsUrl">,
  variable: Variable,
): ExportSettings {
  const { display, version } = spec.document.info ?? {};
  return {
    ...urls,
    headers: {
      ...pairsOf(variable("OTEL_EXPORTER_OTLP_HEADERS")),
      ...pairsOf(variable("OTEL_EXPORTER_OTLP_TRACES_HEADERS")),
    },
    resource: {
      ...pairsOf(variable("OTEL_RESOURCE_ATTRIBUTES")),
      "service.name": variable("OTEL_SERVICE_NAME") ?? display ?? spec.file,
      ...(version === undefined ? {} : { "service.version": version }),
      "service.instance.id": crypto.randomUUID(),
    },
    version: config.version,
  };
}
