/**
 * The inputs of a section that HTTP requests carry.
 *
 * @module
 */
import type { Exposes, InputParameter } from "../../schemas/mod.ts";

/**
 * Every input that a request to a section carries: in its path, its query, its headers, its cookies or its body.
 *
 * @param exposes The section.
 * @returns The inputs in document order; none for a section whose callers give arguments by name.
 */
export function requestInputs(exposes: Exposes): readonly InputParameter[] {
  if (exposes.type !== "rest") return [];
  const nodes = [exposes, ...(exposes.resources ?? []).flatMap((r) => [r, ...(r.operations ?? [])])];
  return nodes.flatMap(({ inputParameters }) => inputParameters ?? []);
}
