/**
 * Serving from a program that goes on with other things: start, look, stop.
 *
 * @module
 */
import type { RunningSurface, StartOptions } from "../expose/start.ts";
import type { BindValues } from "../plan/binds/resolve.ts";
import type { Diagnostic } from "../document/diagnostic.ts";
import { StartError } from "../expose/start_error.ts";
import type { Specification } from "../document/specification.ts";
import type { DriftEvent } from "../telemetry/drift.ts";
import { manifestOf } from "./manifest.ts";
import type { Report } from "./messages.ts";
import { runSandboxed } from "./run.ts";

/** A capability that is served. */
export interface Serving extends AsyncDisposable {
  /** What runs where. */
  readonly surfaces: readonly RunningSurface[];
  /** What was set aside, such as `tool list-orders`. */
  readonly disabled: readonly string[];
  /** What compiling found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Resolves when nothing is served any more; rejects with a `StartError` when the capability broke down. */
  readonly finished: Promise<void>;
  /** Stops listening, and waits for the calls in flight. */
  stop(): Promise<void>;
}

/** How a capability is served. */
export interface ServingOptions extends StartOptions {
  readonly strict?: boolean;
  readonly onDrift?: ((event: DriftEvent) => void) | undefined;
  /** What has been found before: it stands before what compiling finds. */
  readonly found?: readonly Diagnostic[];
}

/**
 * Serves a specification in its sandbox; this thread keeps its own permissions.
 *
 * @throws {StartError} When it cannot be served.
 */
export async function serveSandboxed(
  spec: Specification,
  binds: BindValues,
  { strict = false, onDrift, found = [], ...options }: ServingOptions,
): Promise<Serving> {
  const manifest = manifestOf(spec, binds, options);
  const sandbox = runSandboxed({ spec, binds, manifest, strict, job: { do: "serve", options } });
  const reports = sandbox.reports[Symbol.asyncIterator]();
  const first: Report | undefined = (await reports.next()).value;
  if (first?.type !== "ready") {
    sandbox.terminate();
    if (first?.type === "refused") {
      throw new StartError(first.message, [...found, ...first.diagnostics], spec);
    }
    throw new StartError("the capability ended before it was ready", found, spec);
  }
  const finished = (async () => {
    for (let next = await reports.next(); !next.done; next = await reports.next()) {
      if (next.value.type === "drift") onDrift?.(next.value.event);
      if (next.value.type === "refused") {
        throw new StartError(next.value.message, next.value.diagnostics, spec);
      }
    }
  })();
  // Who does not ask is not to be stopped by it.
  finished.catch(() => {});
  const stop = async () => {
    sandbox.stop();
    await finished;
  };
  return {
    surfaces: first.listening,
    disabled: first.disabled,
    diagnostics: [...found, ...first.diagnostics],
    finished,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
