/**
 * `capstan permissions`: the exact reach of a specification.
 *
 * @module
 */
import { variablesOf } from "../plan/binds/binds.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { withRefused } from "../plan/files.ts";
import { DENIED_ADDRESSES, manifestOf, permissionFlags } from "../sandbox/manifest.ts";
import { parseArgs, UsageError } from "./args.ts";
import { defaultFile, isUsable, loadSpecification } from "./load.ts";
import { noteDiagnostics, print, printJson } from "./output.ts";
import { VERBS } from "./verbs.ts";

/** Runs `capstan permissions`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("permissions", args, VERBS["permissions"]!.flags);
  if (parsed.positional.length > 1) throw new UsageError("capstan permissions takes one specification");
  const loaded = await loadSpecification(parsed.positional[0] ?? defaultFile(), parsed);
  noteDiagnostics(loaded.diagnostics.filter((d) => d.severity === "error"), loaded.spec.files);
  if (!isUsable(loaded, parsed.has("strict"))) return 1;
  const manifest = manifestOf(withRefused(loaded.spec, SURFACE_TYPES, loaded.readText), loaded.binds);
  const variables = [...new Set([...variablesOf(loaded.spec).values()].map((v) => v.source))].sort();
  if (parsed.value("format") === "json") printJson({ ...manifest, denied: DENIED_ADDRESSES, variables });
  else print(permissionFlags(manifest).join(" "));
  return 0;
}
