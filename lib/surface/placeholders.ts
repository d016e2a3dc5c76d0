/**
 * The inputs that a path or a URI declares by its placeholders.
 *
 * @module
 */
import type { InputParameter } from "../../schemas/mod.ts";
import { pathPieces } from "../expression/words.ts";

/** Declares the placeholders of a path that the author did not. */
export function withPlaceholders(inputs: readonly InputParameter[], path: string): InputParameter[] {
  const out = [...inputs];
  for (const piece of pathPieces(path)) {
    if (typeof piece === "string" || out.some((input) => input.name === piece.word)) continue;
    out.push({ name: piece.word, in: "path", type: "string", required: true });
  }
  return out;
}
