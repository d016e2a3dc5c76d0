/**
 * A finding as people read it.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { renderDiagnostic as render } from "../document/diagnostics/render.ts";
import { modelOf, type Specification } from "./specification.ts";

/**
 * A diagnostic as a person reads it: the place, the line with a caret, and what to do.
 *
 * @param diagnostic The diagnostic.
 * @param spec The specification it is about.
 * @returns Lines without colours and without a line break at the end; no terminal obeys what others wrote into them.
 *
 * @example Telling a person
 * ```ts
 * import { readSpecification, renderDiagnostic } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("broken.yml", { text: "ikanos: [" });
 * assert.match(renderDiagnostic(spec.diagnostics[0]!, spec), /^broken\.yml:\d+:\d+: error /);
 * ```
 */
export function renderDiagnostic(diagnostic: Diagnostic, spec: Specification): string {
  return render(diagnostic, modelOf(spec).files);
}
