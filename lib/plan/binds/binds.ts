/**
 * Binds: the variables a specification declares or uses, and their values.
 *
 * @module
 */
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import type { Specification } from "../../document/specification.ts";
import { readBindFile } from "./bind_file.ts";
import { type BindSources, type BindValues, resolveWith } from "./resolve.ts";

export { bindFile, type BindSources, type BindValues, type Variable, variablesOf } from "./resolve.ts";

/**
 * Finds the values of the variables a specification uses, those of files included.
 *
 * @param spec The specification as read.
 * @param sources Where values may come from.
 * @returns The values, and findings about binds whose source cannot be used.
 */
export function resolveBinds(
  spec: Specification,
  sources: BindSources,
): { values: BindValues; diagnostics: Diagnostic[] } {
  return resolveWith(spec, sources, readBindFile);
}
