/**
 * Why a capability cannot be served: asked by the worker that serves it, and by whoever answers before it.
 *
 * @module
 */
import type { StartOptions } from "../../expose/start.ts";
import { unservable } from "../../expose/servable.ts";
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import type { Capability } from "../../plan/capability.ts";

/**
 * Why a capability cannot even be called. A variable without a value concerns the calls that need it, and no others.
 *
 * @param capability The capability.
 * @param strict Whether an error anywhere stops the start.
 * @returns One sentence; undefined for one that can.
 */
export function refusalToHold({ diagnostics }: Capability, strict: boolean): string | undefined {
  return strict && diagnostics.some((d) => d.severity === "error")
    ? "with --strict, a node that cannot run stops the start"
    : undefined;
}

/**
 * Why a capability cannot be served.
 *
 * @param capability The capability.
 * @param options Where it has to listen.
 * @param strict Whether an error anywhere stops the start.
 * @returns One sentence; undefined for a capability that can be served.
 */
export function refusalToServe(
  capability: Capability,
  options: StartOptions,
  strict: boolean,
): string | undefined {
  const missing = capability.diagnostics.some((d) => d.severity === "error" && d.code === "missing-variable");
  if (missing) return "a variable the capability uses has no value";
  const refusal = refusalToHold(capability, strict);
  if (refusal !== undefined) return refusal;
  const [fault] = unservable(capability, options);
  return fault && `${fault.diagnostic.message}; ${fault.diagnostic.fix}`;
}

/**
 * Why a document that was read again does not take the place of the one that is served: it has an error that the other
 * one did not have. At a start, what cannot run is set aside; here it ran until now.
 *
 * @param found What was found in the new document.
 * @param served What was found in the one that is served.
 * @returns One sentence; undefined where there is no new error.
 */
export function refusalOfErrors(
  found: readonly Diagnostic[],
  served: readonly Diagnostic[],
): string | undefined {
  const known = new Set(served.map(({ code, message }) => `${code} ${message}`));
  return found.some(({ severity, code, message }) => severity === "error" && !known.has(`${code} ${message}`))
    ? "the document has errors"
    : undefined;
}
