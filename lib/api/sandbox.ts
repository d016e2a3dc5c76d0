/**
 * A capability in its sandbox, as programs see it.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { RunningSurface, StartOptions } from "../expose/start.ts";
import { StartError } from "../expose/start_error.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { ON_DENO } from "../host/runtime.ts";
import { resolveBinds } from "../plan/binds/binds.ts";
import { withTexts } from "../plan/files.ts";
import { manifestOf } from "../sandbox/manifest.ts";
import { otelRefusal } from "../sandbox/telemetry/otel_guard.ts";
import { refusalOfMore } from "../sandbox/regrant.ts";
import type { SandboxCallOptions, SandboxEvent } from "../sandbox/event.ts";
import { openSandboxed, packNext, type Sandboxed } from "../sandbox/sandboxed.ts";
import { servedTelemetry } from "../sandbox/telemetry/served_telemetry.ts";
import type { ReloadOutcome } from "../surface/surface_type.ts";
import type { RequestLog } from "../telemetry/settings.ts";
import { modelOf, type Specification } from "./specification.ts";
import { sourcesOf, type Surroundings } from "./surroundings.ts";

/** How a sandbox is opened. */
export interface SandboxSettings extends Surroundings {
  /** A node that cannot run stops the start, instead of being set aside. */
  readonly strict?: boolean;
  /** Hears what the capability tells: log, requests, drift, scripts, reloads. */
  readonly onEvent?: (event: SandboxEvent) => void;
  /** Which calls have a line in `onEvent`; `failures` when left out. */
  readonly requests?: RequestLog;
  /** How such a line is written; `text` when left out. */
  readonly format?: "text" | "json";
  /** Gives the document anew where the control port asks for it; such requests are refused when left out. */
  readonly onReread?: () => Specification | Promise<Specification>;
}

/** A capability that runs in its sandbox. */
export interface Serving extends AsyncDisposable {
  /** What listens where; nothing for `openSandbox`. */
  readonly surfaces: readonly RunningSurface[];
  /** Surfaces that are not served, each with the reason. */
  readonly notServed: readonly string[];
  /** What was set aside, such as `tool list-orders`. */
  readonly disabled: readonly string[];
  /** What was found in the document that runs. */
  readonly diagnostics: readonly Diagnostic[];
  /** Resolves when it has ended; rejects with a `StartError` when the capability broke down. */
  readonly finished: Promise<void>;
  /**
   * Calls a tool, an operation or a flow once, inside the sandbox.
   *
   * @param name What is called, as its document or its surface names it.
   * @param args Its arguments by name.
   * @param options How long it may take, what cancels it, who calls.
   * @returns The value in the shape that is declared; a `Uint8Array` where the output is binary.
   * @throws {CallError} Every failure.
   */
  call(
    name: string,
    args?: Readonly<Record<string, unknown>>,
    options?: SandboxCallOptions,
  ): Promise<unknown>;
  /**
   * Serves another document in the place of this one, where it needs nothing that was not granted at the start. Calls in
   * flight are finished by the document that took them.
   *
   * @param spec The other document.
   * @returns What came of it; where it is not `ok`, what was served before goes on.
   */
  reload(spec: Specification): Promise<ReloadOutcome>;
  /** Stops listening, and waits for the calls in flight. */
  stop(): Promise<void>;
}

/** Shows a sandbox to a program. */
function show(sandboxed: Sandboxed, reload: Serving["reload"]): Serving {
  return {
    get surfaces() {
      return sandboxed.surfaces;
    },
    get notServed() {
      return sandboxed.notServed;
    },
    get disabled() {
      return sandboxed.disabled;
    },
    get diagnostics() {
      return sandboxed.diagnostics;
    },
    finished: sandboxed.finished,
    call: (name, args, options) => sandboxed.call(name, args, options),
    reload,
    stop: () => sandboxed.stop(),
    [Symbol.asyncDispose]: () => sandboxed.stop(),
  };
}

/**
 * Opens a sandbox.
 *
 * @param spec The specification.
 * @param settings Where variables come from, and who hears of it.
 * @param listen Where surfaces listen; undefined where nothing is to listen.
 * @throws {StartError} When it cannot run.
 */
export async function open(
  spec: Specification,
  settings: SandboxSettings,
  listen: StartOptions | undefined,
): Promise<Serving> {
  if (!ON_DENO) {
    throw new StartError(
      "the sandbox needs Deno; mount the surfaces of compileCapability into a server of yours",
    );
  }
  const { strict = false, onEvent, onReread, requests = onEvent ? "failures" : "none", format = "text" } =
    settings;
  const { env, readText } = sourcesOf(settings);
  const refusal = otelRefusal(modelOf(spec), { env });
  if (refusal !== undefined) throw new StartError(refusal);
  // A capability that nobody listens to over HTTP needs no more than its calls do.
  const override = listen ?? { stdio: true };
  const prepare = (from: Specification) => {
    const { values: binds, diagnostics: found } = resolveBinds(modelOf(from), { env, readText });
    const packed = withTexts(modelOf(from), SURFACE_TYPES, readText);
    return { packed, binds, found, manifest: manifestOf(packed, binds, override) };
  };
  const { packed, binds, found, manifest } = prepare(spec);
  const { settings: telemetry, exporter } = servedTelemetry({
    ...{ spec: modelOf(spec), binds, requests, format, env },
    listens: listen !== undefined && !listen.stdio,
    warn: (message) => onEvent?.({ type: "log", entry: { level: "warning", message } }),
  });
  const replace = async (next: Specification, how: { check?: boolean; id?: number } = {}) => {
    const { packed, binds, manifest, found } = prepare(next), diagnostics = [...next.diagnostics, ...found];
    const refused = refusalOfMore(manifest, sandboxed.manifest, diagnostics);
    return await sandboxed.replace({ ...packNext(packed, binds), refused }, how);
  };
  const reread = onReread && (async (id: number, check: boolean) => {
    try {
      await replace(await onReread(), { id, check });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await sandboxed.replace({ packed: "", binds: {}, refused: { ok: false, message, diagnostics: [] } }, {
        id,
        check,
      });
    }
  });
  const sandboxed: Sandboxed = await openSandboxed({
    ...{ spec: packed, binds, manifest, strict, exporter, found, onEvent },
    job: listen ? { do: "serve", options: listen, telemetry } : { do: "hold", telemetry },
    onReread: reread && ((id, check) => void reread(id, check)),
  });
  return show(sandboxed, (next) => replace(next));
}
