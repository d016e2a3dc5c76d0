/**
 * Where a node of a specification stands.
 *
 * @module
 */
import type { Location } from "../document/diagnostics/location.ts";
import type { Specification } from "../document/specification.ts";

/** The location of a node's entry, or of the document's beginning. */
export function locate(
  spec: Specification,
  node: object,
  entry?: string | number,
  part?: "key" | "value",
): Location {
  return spec.origins.locate(node, entry, part) ?? spec.origins.locate(node) ??
    { file: spec.file, line: 1, column: 1, start: 0, end: 0 };
}
