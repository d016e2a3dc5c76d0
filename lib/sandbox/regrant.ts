/**
 * Whether another document may run in a sandbox that was made for the one before: it must need nothing more.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { ReloadOutcome } from "../surface/surface_type.ts";
import type { Manifest } from "./manifest.ts";

/**
 * Why another document cannot run with what was granted at the start.
 *
 * @param next What it needs.
 * @param granted What was granted.
 * @param diagnostics What was found in it.
 * @returns The refusal; undefined where it needs nothing more.
 */
export function refusalOfMore(
  next: Manifest,
  granted: Manifest,
  diagnostics: readonly Diagnostic[],
): ReloadOutcome | undefined {
  const more = (["net", "listen", "read"] as const).flatMap((key) =>
    next[key].filter((item) => !granted[key].includes(item))
  );
  if (more.length === 0) return undefined;
  const message = `the new document reaches ${
    more.join(", ")
  }, which was not granted at the start; restart to allow it`;
  return { ok: false, message, diagnostics };
}
