/**
 * A diagnostic in one line of prose, for reports that show place and code in their own way.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";

/** The node, what was found, and the fix. */
export function sentence({ node, message, fix }: Diagnostic): string {
  const said = node === undefined ? message : `${node}: ${message}`;
  return fix === undefined ? said : `${said.replace(/\.$/, "")}. Fix: ${fix}`;
}
