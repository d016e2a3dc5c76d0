/**
 * The narrowed worker: compiles a capability and runs it, with no more permissions than its manifest.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { parseJson } from "../expression/json.ts";
import { ListenError } from "../expose/http.ts";
import { encodeBase64 } from "../expose/mcp/base64.ts";
import { errorData } from "../upstream/error.ts";
import { type Running, startSurfaces } from "../expose/start.ts";
import { compileCapability } from "../plan/compile.ts";
import type { Capability } from "../plan/capability.ts";
import { patternsReady } from "../isolate/pattern.ts";
import { unpackSpecification } from "../document/pack.ts";
import { lookUp } from "../plan/flows/find_flow.ts";
import type { Job, Report, Start } from "./messages.ts";
import { previewOf, runOnce } from "../plan/flows/run_once.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  postMessage(message: string): void;
};

function say(report: Report): void {
  scope.postMessage(JSON.stringify(report));
}

let running: Running | undefined, stopping = false;

/** Whether anything of the document can be served. */
function servesSomething(capability: Capability): boolean {
  return capability.surfaces.some(({ model, flows }) => {
    if (model.type !== "mcp" && model.type !== "rest") return false;
    const nodes = model.type === "mcp"
      ? (model.tools?.length ?? 0) + (model.resources?.length ?? 0)
      : (model.resources ?? []).reduce((n, r) => n + (r.operations?.length ?? 0), 0);
    return flows.size > 0 || nodes === 0;
  });
}

/** A route of a REST surface to try: one that takes nothing, if there is one. */
function routeToTry(capability: Capability, namespace: string): string | undefined {
  const routes = capability.surfaces.flatMap(({ model }) =>
    model.type === "rest" && (model.namespace ?? "rest") === namespace
      ? (model.resources ?? []).filter((r) => r.operations?.some((o) => (o.method ?? "GET") === "GET"))
        .map((r) => r.path ?? "/")
      : []
  );
  return routes.find((path) => !path.includes("{")) ?? routes[0];
}

async function serve(capability: Capability, job: Job & { do: "serve" }, strict: boolean): Promise<void> {
  const errors = capability.diagnostics.filter((d) => d.severity === "error");
  const missing = errors.filter((d) => d.code === "missing-variable");
  if ((strict && errors.length > 0) || missing.length > 0 || !servesSomething(capability)) {
    const message = missing.length > 0
      ? "a variable the capability uses has no value"
      : strict && errors.length > 0
      ? "with --strict, a node that cannot run stops the start"
      : capability.surfaces.length === 0
      ? "the document exposes nothing that can be served; give it an exposes entry of type mcp or rest"
      : "nothing is left to serve";
    return say({ type: "refused", message, diagnostics: capability.diagnostics });
  }
  try {
    capability.drift.listen((event) => say({ type: "drift", event }));
    running = await startSurfaces(capability, job.options);
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    return say({ type: "refused", message: error.message, diagnostics: capability.diagnostics });
  }
  say({
    type: "ready",
    listening: running.listening.map((surface) => {
      const route = surface.type === "rest" ? routeToTry(capability, surface.namespace) : undefined;
      return { ...surface, ...(route === undefined ? {} : { route }) };
    }),
    notServed: running.notServed,
    diagnostics: capability.diagnostics,
    disabled: capability.disabled.map((d) => d.node),
  });
  if (stopping) await running.close();
  await running.finished;
  say({ type: "finished" });
}

async function call(capability: Capability, { name, args, dryRun }: Job & { do: "call" }): Promise<void> {
  say({ type: "calling" });
  const found = lookUp(capability, name);
  if ("names" in found) return say({ type: "unknown", names: found.names });
  if ("disabled" in found) {
    return say({ type: "refused", message: found.disabled.message, diagnostics: [found.disabled] });
  }
  try {
    // A flow that was compiled just now may have a pattern that needs an engine.
    await patternsReady();
    if (dryRun) return say({ type: "preview", preview: previewOf(capability, found.flow, args) });
    const result = await runOnce(capability, found.flow, args);
    say({
      type: "result",
      value: result.value,
      ...(result.bytes === undefined ? {} : { base64: encodeBase64(result.bytes) }),
      ...(result.mediaType === undefined ? {} : { mediaType: result.mediaType }),
      ...(result.drift === undefined ? {} : { drift: result.drift }),
    });
  } catch (error) {
    say({ type: "failed", error: errorData(error) });
  }
}

async function start(packed: string, text: string): Promise<void> {
  const { job, binds, strict } = parseJson(text) as Start;
  const capability = await compileCapability(unpackSpecification(packed), {
    binds,
    readText: (path) => Deno.readTextFileSync(path),
  });
  capability.scripts.listen((script, lines) =>
    say({ type: "script", script, lines: lines.map((line) => capability.redact(line)) })
  );
  if (job.do === "serve") await serve(capability, job, strict);
  else await call(capability, job);
}

scope.onmessage = ({ data }) => {
  if (data === "stop") {
    stopping = true;
    void running?.close();
    return;
  }
  const [packed, text] = data as [string, string];
  start(packed, text).catch((error) => {
    say({
      type: "refused",
      message: `the capability could not be started: ${
        error instanceof Error ? error.message : String(error)
      }`,
      diagnostics: [],
    });
  });
};
