/**
 * Telemetry as the command line asks for it: which calls are told of, how lines are written, where traces go.
 *
 * @module
 */
import type { ListenOverride } from "../surface/listening.ts";
import { observabilityOf } from "../surface/observability.ts";
import type { ExportSettings } from "../sandbox/export_spans.ts";
import { type Exporter, startExporter } from "../sandbox/exporter.ts";
import type { TelemetrySettings } from "../telemetry/settings.ts";
import type { Parsed } from "./args.ts";
import type { Loaded } from "./load.ts";
import { note } from "./output.ts";
import { VERSION } from "./version.ts";

/** A variable; undefined where there is none, or where this program may not read it. */
function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
}

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
function collectorOfOperator(): string | undefined {
  if (variable("OTEL_DENO") === "true" || variable("OTEL_SDK_DISABLED") === "true") return undefined;
  return variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? variable("OTEL_EXPORTER_OTLP_ENDPOINT");
}

/** Telemetry of a capability that is served. */
export interface ServedTelemetry {
  readonly settings: TelemetrySettings;
  /** Where spans go; undefined where none are sent. */
  readonly exporter: Exporter | undefined;
}

/**
 * Makes what a capability is served with. The exporter is started while this program may still start one.
 *
 * @param loaded The specification.
 * @param parsed The flags.
 * @param options Where it listens.
 */
export function telemetryOf(loaded: Loaded, parsed: Parsed, options: ListenOverride): ServedTelemetry {
  const { recorded, collector, fault } = observabilityOf(
    loaded.spec,
    loaded.binds,
    !options.stdio,
    collectorOfOperator(),
  );
  // What is wrong in the document is a finding of the document.
  if (fault && !fault.node) note(`warning: ${fault.message}; ${fault.fix}`);
  const format = parsed.value("log") === "json" ? "json" : "text";
  const settings: TelemetrySettings = {
    ...recorded,
    requests: parsed.has("verbose") ? "all" : parsed.has("quiet") ? "none" : "failures",
    format,
  };
  return {
    settings,
    exporter: collector === undefined ? undefined : startOrTell(exportSettings(loaded, collector)),
  };
}

function exportSettings({ spec }: Loaded, url: string): ExportSettings {
  const { display, version } = spec.document.info ?? {};
  return {
    url,
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
    version: VERSION,
  };
}

function startOrTell(settings: ExportSettings): Exporter | undefined {
  try {
    return startExporter(settings, (message) => note(`warning: ${message}`));
  } catch (error) {
    note(`warning: no traces are sent: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
