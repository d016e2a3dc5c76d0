/**
 * The inputs that a path or a URI declares by its placeholders.
 *
 * @module
 */
import type { InputParameter } from "../../schemas/mod.ts";
import { pathPieces, unclosedPlaceholder } from "../expression/placeholder.ts";
import type { DisabledReason } from "../plan/callable.ts";

/** Declares the placeholders of a path that the author did not. */
export function withPlaceholders(inputs: readonly InputParameter[], path: string): InputParameter[] {
  const out = [...inputs];
  for (const piece of pathPieces(path)) {
    if (typeof piece === "string" || out.some((input) => input.name === piece.word)) continue;
    out.push({ name: piece.word, in: "path", type: "string", required: true });
  }
  return out;
}

/**
 * Refuses a path or a URI with a placeholder that opens and is never closed.
 *
 * @param path The path.
 * @param node The node that holds it, and the key it stands at.
 */
export function unclosedPath(path: string, node: object, entry: string): DisabledReason | undefined {
  const open = unclosedPlaceholder(path, true);
  return open === undefined ? undefined : {
    code: "bad-template",
    message: `${open} opens a placeholder that is never closed`,
    node,
    entry,
    fix: `close it with ${open.startsWith("{{") ? "}}" : "}"}`,
  };
}
