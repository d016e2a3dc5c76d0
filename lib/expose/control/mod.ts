/**
 * The control surface: health, status, reloading, scripting and telemetry of a capability that runs.
 *
 * @module
 */
import deno from "../../../deno.json" with { type: "json" };
import type { ExposesControl } from "../../../schemas/mod.ts";
import { nearest } from "../../document/nearest.ts";
import { renderDiagnostic } from "../../document/render.ts";
import { faultText, logFault } from "../../host/fault.ts";
import type { ReloadOutcome, Service, SurfaceParts, SurfaceServer } from "../../surface/surface_type.ts";
import { json, type Methods, refusal } from "./answer.ts";
import { scriptingEndpoint } from "./scripting.ts";
import { controlSettings } from "./settings.ts";

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
    engine: { name: "capstan", version: deno.version, runtime: `deno ${Deno.version.deno}` },
    uptime: duration(host.now() - (service?.startedAt ?? host.now())),
    adapters: service?.surfaces() ?? [],
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

/** Every endpoint that is there, by path. */
function endpointsOf(parts: SurfaceParts<ExposesControl>): ReadonlyMap<string, Methods> {
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
          findings: capability.diagnostics.map((found) =>
            capability.redact(renderDiagnostic(found, capability.spec.files))
          ),
        }),
    });
  }
  if (settings.reload) endpoints.set("/config/reload", reread(service?.reload, "reloaded"));
  if (settings.validate) endpoints.set("/config/validate", reread(service?.validate, "valid"));
  if (settings.scripting) endpoints.set("/scripting", scriptingEndpoint(capability.scripting));
  return endpoints;
}

/** Makes the server of a control surface. */
export function createControlSurface(parts: SurfaceParts<ExposesControl>): SurfaceServer {
  const { capability, host } = parts, endpoints = endpointsOf(parts), paths = [...endpoints.keys()];
  return {
    fetch: async (request) => {
      const { pathname } = new URL(request.url), methods = endpoints.get(pathname);
      if (!methods) {
        const near = nearest(pathname, paths);
        return refusal(
          404,
          `there is nothing at ${pathname}`,
          near === undefined ? `There are ${paths.join(", ")}.` : `Did you mean ${near}?`,
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
        const answer = await endpoint(request, "");
        return head ? new Response(null, answer) : answer;
      } catch (error) {
        const reference = logFault(host, error, pathname, (text) => capability.redact(text));
        return refusal(500, faultText(reference), "Look at the log.");
      }
    },
    describe: () => ({
      example: { path: paths.includes("/health/ready") ? "/health/ready" : paths[0] ?? "/" },
    }),
  };
}
