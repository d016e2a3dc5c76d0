/**
 * The control surface: health, status, reloading, scripting and telemetry of a capability that runs.
 *
 * @module
 */
import deno from "../../../deno.json" with { type: "json" };
import type { ExposesControl } from "../../../schemas/mod.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import { renderDiagnostic } from "../../document/diagnostics/render.ts";
import { runtimeName } from "../../host/runtime.ts";
import { faultText, logFault } from "../../host/fault.ts";
import type { ReloadOutcome, Service, SurfaceParts, SurfaceServer } from "../../surface/surface_type.ts";
import { isBodyFault } from "../intake.ts";
import { json, type Methods, refusal } from "./answer.ts";
import { scriptingEndpoint } from "./scripting.ts";
import { controlSettings } from "./settings.ts";
import {
  logsEndpoint,
  logStreamEndpoint,
  metricsEndpoint,
  traceEndpoint,
  tracesEndpoint,
} from "./telemetry.ts";

/** `UP` where every surface runs. */
function health(service: Service | undefined): Response {
  const adapters = service?.surfaces() ?? [];
  const up = adapters.every(({ state }) => state === "started");
  return json({ status: up ? "UP" : "DEGRADED", adapters }, up ? 200 : 503);
}

/** A length of time as ISO 8601 writes it. */
function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000),
    part = (n: number, unit: string) => n > 0 ? `${n}${unit}` : "";
  const text = part(Math.floor(seconds / 3600), "H") + part(Math.floor(seconds / 60) % 60, "M") +
    part(seconds % 60, "S");
  return `PT${text === "" ? "0S" : text}`;
}

function status({ capability, service, host }: SurfaceParts<ExposesControl>): Response {
  const { name, version, document, spec, callables } = capability;
  const count = (kind: string) => callables.filter((c) => c.kind === kind && !c.disabled).length;
  return json({
    capability: {
      display: name,
      version,
      specVersion: document.version,
      file: spec.file,
      description: document.info?.description,
    },
    engine: { name: "capstan", version: deno.version, runtime: runtimeName() },
    uptime: duration(host.now() - (service?.startedAt ?? host.now())),
    adapters: service?.surfaces() ?? [],
    telemetry: capability.telemetry.status(),
    offers: { tools: count("tool"), operations: count("operation"), resources: count("resource") },
    disabled: capability.disabled.map(({ node, diagnostic }) => ({ node, why: diagnostic.message })),
  });
}

/** What came of reading the document again. */
function outcome({ ok, message, diagnostics }: ReloadOutcome, done: string): Response {
  return json({
    status: ok ? done : "refused",
    ...(message === undefined ? {} : { error: message }),
    diagnostics: diagnostics.map(({ code, severity, message, location, fix }) => ({
      code,
      severity,
      message,
      file: location.file,
      line: location.line,
      column: location.column,
      fix,
    })),
  }, ok ? 200 : 409);
}

/** The document again: reads it, and answers with what came of it. */
function reread(ask: (() => Promise<ReloadOutcome>) | undefined, done: string): Methods {
  return {
    POST: async () =>
      ask
        ? outcome(await ask(), done)
        : refusal(409, "the document cannot be read again here", "Start it with capstan serve FILE."),
  };
}

/**
 * Every endpoint that is there, by path.
 *
 * @param parts The surface.
 * @param leaving Takes what ends the streams that clients hold open.
 */
function endpointsOf(
  parts: SurfaceParts<ExposesControl>,
  leaving: (() => void)[],
): ReadonlyMap<string, Methods> {
  const { capability, surface, service } = parts, settings = controlSettings(surface.model);
  const endpoints = new Map<string, Methods>();
  if (settings.health) {
    endpoints.set("/health/live", { GET: () => json({ status: "UP" }) });
    endpoints.set("/health/ready", { GET: () => health(service) });
  }
  if (settings.info) {
    endpoints.set("/status", { GET: () => status(parts) });
    endpoints.set("/config", {
      GET: () =>
        json({
          file: capability.spec.file,
          exposes: capability.document.exposes?.map(({ type, namespace, port }) => ({
            type,
            namespace,
            port,
          })),
          reach: capability.reach.map(({ namespace, origin, path }) => ({
            namespace,
            address: origin + path,
          })),
          findings: capability.diagnostics.map((found) => showFinding(capability, found)),
        }),
    });
  }
  if (settings.reload) endpoints.set("/config/reload", reread(service?.reload, "reloaded"));
  if (settings.validate) endpoints.set("/config/validate", reread(service?.validate, "valid"));
  if (settings.scripting) endpoints.set("/scripting", scriptingEndpoint(capability.scripting));
  const { telemetry } = capability;
  if (settings.metrics) endpoints.set("/metrics", metricsEndpoint(telemetry));
  if (settings.traces) {
    endpoints.set("/traces", tracesEndpoint(telemetry));
    endpoints.set("/traces/", traceEndpoint(telemetry));
  }
  if (settings.logs) {
    endpoints.set("/logs", logsEndpoint(telemetry));
    const { stream, maxSubscribers } = settings.logs;
    if (stream) {
      const streams = logStreamEndpoint(telemetry, maxSubscribers);
      endpoints.set("/logs/stream", streams.methods);
      leaving.push(() => streams.leave());
    }
  }
  return endpoints;
}

/** A finding, without the author's line where a secret stands in it: the line is cut, and half of a secret is not known. */
function showFinding(
  { spec, redact }: SurfaceParts<ExposesControl>["capability"],
  found: Diagnostic,
): string {
  const { file, line } = found.location,
    text = spec.files.find(({ name }) => name === file)?.line(line) ?? "";
  return redact(renderDiagnostic(found, redact(text) === text ? spec.files : []));
}

/** What an endpoint needs that the document does not switch on: the key of the control section, and its value. */
const SWITCHES: Readonly<Record<string, string>> = {
  "/health/live": "management: { health: true }",
  "/health/ready": "management: { health: true }",
  "/status": "management: { info: true }",
  "/config": "management: { info: true }",
  "/config/reload": "management: { reload: true }",
  "/config/validate": "management: { validate: true }",
  "/scripting": "management: { scripting: { enabled: true } }",
  "/metrics": "observability: { metrics: { local: { enabled: true } } }",
  "/traces": "observability: { traces: { local: { enabled: true } } }",
  "/logs": "management: { logs: true }",
  "/logs/stream": "management: { logs: true }",
};

/** How what is not there is switched on; undefined for a path that nothing ever is at. */
function switchedOffHint(pathname: string): string | undefined {
  const key = pathname.startsWith("/traces/") ? "/traces" : pathname;
  return Object.hasOwn(SWITCHES, key)
    ? `The document does not switch it on: write ${SWITCHES[key]} in the control section, and restart.`
    : undefined;
}

/** A segment of a path; empty where a percent sign encodes nothing. */
function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Makes the server of a control surface. */
export function createControlSurface(parts: SurfaceParts<ExposesControl>): SurfaceServer {
  const leaving: (() => void)[] = [], endpoints = endpointsOf(parts, leaving);
  const { capability, host } = parts, paths = [...endpoints.keys()];
  return {
    fetch: async (request) => {
      const { pathname } = new URL(request.url), cut = pathname.lastIndexOf("/") + 1;
      // What stands behind a path that ends in a slash is the name of one thing.
      const whole = endpoints.get(pathname), rest = whole ? "" : decodeSegment(pathname.slice(cut));
      const methods = whole ?? (rest === "" ? undefined : endpoints.get(pathname.slice(0, cut)));
      if (!methods) {
        const near = nearest(pathname, paths);
        return refusal(
          404,
          `there is nothing at ${pathname}`,
          switchedOffHint(pathname) ??
            (near === undefined ? `There are ${paths.join(", ")}.` : `Did you mean ${near}?`),
        );
      }
      const head = request.method === "HEAD", endpoint = methods[head ? "GET" : request.method];
      if (!endpoint) {
        const allow = Object.keys(methods).join(", ");
        const answer = refusal(405, `${pathname} does not take ${request.method}`, `Use ${allow}.`);
        answer.headers.set("allow", allow);
        return answer;
      }
      try {
        const answer = await endpoint(request, rest);
        return head ? new Response(null, answer) : answer;
      } catch (error) {
        if (isBodyFault(error)) throw error;
        const reference = logFault(host, error, pathname, (text) => capability.redact(text));
        return refusal(500, faultText(reference), "Look at the log.");
      }
    },
    leave: () => leaving.forEach((end) => end()),
    describe: () => ({
      example: { path: paths.includes("/health/ready") ? "/health/ready" : paths[0] ?? "/" },
    }),
  };
}
