/**
 * What the `observability` block of a document asks for.
 *
 * It stands in the control section. Where there is a control port, calls are counted and their traces kept, unless the
 * block says otherwise; a collector is sent the traces in any case.
 *
 * @module
 */
import { controlOf } from "../document/control.ts";
import { type Diagnostic, diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Specification } from "../document/specification.ts";
import { pathPieces } from "../expression/words.ts";
import { type BindValues, valuesFor } from "../plan/binds/scope.ts";
import { fixedWord } from "../plan/consumes/reach.ts";
import { locate } from "../plan/locate.ts";
import type { TelemetrySettings, TraceSettings } from "../telemetry/settings.ts";
import { isOneHost } from "../upstream/guard/address.ts";

/** How many traces are kept unless the document says otherwise. */
const KEPT_TRACES = 100;
/** How many lines of the log are kept for the control port. */
const KEPT_LINES = 1000;
/** The port on which collectors speak gRPC, which Capstan does not. */
const GRPC_PORT = "4317";
/** The path of traces under the address of a collector. */
const TRACES_PATH = "/v1/traces";
/** The paths of metrics and of lines of the log beside it. */
const METRICS_PATH = "/v1/metrics", LOGS_PATH = "/v1/logs";

/** What a document asks for. */
export interface Observability {
  /** What the capability records. */
  readonly recorded: Pick<TelemetrySettings, "metrics" | "keepLogs" | "traces">;
  /** The address that metrics are sent to; undefined for none: that of the collector may be one for traces alone. */
  readonly metricsCollector: string | undefined;
  /** The same for lines of the log. */
  readonly logsCollector: string | undefined;
  /** The address that traces are sent to; undefined for none. */
  readonly collector: string | undefined;
  /** What is wrong with the collector. */
  readonly fault: CollectorFault | undefined;
}

/** What is wrong with a collector. */
export interface CollectorFault {
  readonly message: string;
  readonly fix: string;
  /** The entry that names it; undefined where the operator does. */
  readonly node: object | undefined;
  /** The variable that has no value, where that is the fault. */
  readonly missing?: true;
}

type Block = Readonly<Record<string, unknown>>;

function blockOf(value: unknown): Block {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value as Block : {};
}

function isOff(value: unknown): boolean {
  return blockOf(value)["enabled"] === false;
}

/** A number of the block that is as it should be. */
function numberOf(value: unknown, least: number, most: number): number | undefined {
  return typeof value === "number" && value >= least && value <= most ? value : undefined;
}

type Fault = Pick<CollectorFault, "message" | "fix">;

/** The address that traces are sent to: `/v1/traces` under that of the collector. */
function tracesAddress(written: string): string | Fault {
  const url = URL.parse(written.trim());
  if (!url || !/^https?:$/.test(url.protocol) || !isOneHost(url.hostname)) {
    return {
      message: "the collector is not an http or https address, so no traces are sent",
      fix: "write it in full, such as http://localhost:4318",
    };
  }
  if (url.username !== "" || url.password !== "") {
    return {
      message: "the address of the collector holds a user name or password, so no traces are sent",
      fix: "give them as a header, in OTEL_EXPORTER_OTLP_HEADERS",
    };
  }
  url.hash = url.search = "";
  const path = url.pathname.replace(/(?<!\/)\/+$/, "");
  url.pathname = path.endsWith(TRACES_PATH) ? path : path + TRACES_PATH;
  return url.href;
}

/** The address in the block, with its variables filled in. */
function endpointOf(
  spec: Specification,
  written: string,
  node: object,
  binds: BindValues,
): string | undefined {
  const values = valuesFor(spec, binds, node);
  let out = "";
  for (const piece of pathPieces(written)) {
    const value = typeof piece === "string" ? piece : fixedWord(piece.word, values);
    if (value === undefined) return undefined;
    out += value;
  }
  return out;
}

/**
 * What a document asks for.
 *
 * @param spec The document.
 * @param binds Values of variables.
 * @param readable Whether its control port is served: what nobody can read is not recorded.
 * @param fallback The collector of the operator, where the document names none.
 */
export function observabilityOf(
  spec: Specification,
  binds: BindValues,
  readable: boolean,
  fallback?: string,
): Observability {
  const control = controlOf(spec.document);
  const block = blockOf((control as { observability?: unknown } | undefined)?.observability);
  const served = readable && control !== undefined;
  if (block["enabled"] === false) {
    return {
      recorded: { metrics: false, keepLogs: served ? KEPT_LINES : 0 },
      collector: undefined,
      metricsCollector: undefined,
      logsCollector: undefined,
      fault: undefined,
    };
  }
  const traces = blockOf(block["traces"]), otlp = blockOf(blockOf(block["exporters"])["otlp"]);
  const local = blockOf(traces["local"]), written = otlp["endpoint"];
  const endpoint = typeof written === "string" ? endpointOf(spec, written, otlp, binds) : fallback;
  const found = endpoint === undefined ? undefined : tracesAddress(endpoint);
  const collector = typeof found === "string" ? found : undefined;
  // An address of traces alone says nothing of where anything else is taken.
  const isWhole = endpoint?.trim().replace(/(?<![/?#])[/?#]+$/, "").endsWith(TRACES_PATH) === false;
  const keep = served && !isOff(local) ? numberOf(local["buffer-size"], 1, 10_000) ?? KEPT_TRACES : 0;
  const settings: TraceSettings = {
    sampling: numberOf(traces["sampling"], 0, 1) ?? 1,
    propagation: traces["propagation"] === "b3" ? "b3" : "w3c",
    keep,
    exported: collector !== undefined,
  };
  return {
    recorded: {
      metrics: served && !isOff(blockOf(block["metrics"])["local"]),
      keepLogs: served ? KEPT_LINES : 0,
      ...(keep > 0 || collector !== undefined ? { traces: settings } : {}),
    },
    collector,
    metricsCollector: isWhole ? collector?.replace(/\/v1\/traces$/, METRICS_PATH) : undefined,
    logsCollector: isWhole ? collector?.replace(/\/v1\/traces$/, LOGS_PATH) : undefined,
    fault: faultOf(written, found, otlp),
  };
}

/** What is wrong with the collector that was found, or was not. */
function faultOf(
  written: unknown,
  found: string | Fault | undefined,
  otlp: Block,
): CollectorFault | undefined {
  const node = typeof written === "string" ? otlp : undefined;
  if (found === undefined) {
    return node && {
      message: `the collector ${written} needs a variable that has no value, so no traces are sent`,
      fix: "set the variable, or write the address itself",
      node,
      missing: true,
    };
  }
  if (typeof found !== "string") return { ...found, node };
  return new URL(found).port !== GRPC_PORT ? undefined : {
    message: `traces are sent over HTTP, and ${GRPC_PORT} is the port on which most collectors speak gRPC`,
    fix: "use the port for HTTP, usually 4318",
    node,
  };
}

/**
 * What is wrong with the collector of a document.
 *
 * @param spec The document.
 * @param binds Values of variables.
 * @param bindsOptional A variable without a value is no fault: the document is only looked at.
 */
export function observabilityFindings(
  spec: Specification,
  binds: BindValues,
  bindsOptional: boolean,
): Diagnostic[] {
  const { fault } = observabilityOf(spec, binds, false);
  if (!fault?.node || (fault.missing && bindsOptional)) return [];
  const { message, fix, node } = fault;
  return [diagnostic("warning", "unusable-collector", message, locate(spec, node, "endpoint"), fix)];
}
