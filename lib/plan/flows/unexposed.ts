/**
 * What nothing exposes: consumed operations and flows that no surface compiles are tried as well, so that an author
 * hears of every slip in one run.
 *
 * @module
 */
import type { Diagnostic } from "../../document/diagnostic.ts";
import type { Capability } from "../capability.ts";
import { Problem } from "../problem.ts";

const place = ({ code, location }: Diagnostic) => `${code} ${location.file} ${location.start}`;

/**
 * Tries every flow and consumed operation of a capability by its own name.
 *
 * @param capability The capability.
 * @param told What has been found already; nothing of it is told again.
 * @returns Why some could not be called, as warnings: nothing that is exposed needs them.
 */
export function checkUnexposed(capability: Capability, told: readonly Diagnostic[]): Diagnostic[] {
  const known = new Set(told.map(place)), out: Diagnostic[] = [], from = capability.diagnostics.length;
  for (const name of capability.flows.keys()) {
    try {
      capability.flows.get(name);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!error.told) out.push({ ...error.diagnostic, severity: "warning", node: name });
    }
  }
  // What compiling them warned of stands with the capability's own findings.
  return [...capability.diagnostics.slice(from), ...out].filter((diagnostic) => {
    const at = place(diagnostic);
    return known.has(at) ? false : known.add(at);
  });
}
