/**
 * A surface that offers nothing.
 *
 * @module
 */
import type { Exposes } from "../../schemas/mod.ts";
import type { DisabledReason } from "../plan/callable.ts";

/**
 * Warns of a surface that offers nothing.
 *
 * @param model The section.
 * @param lists What it offers.
 * @param fix What could be added.
 */
export function offersNothing(
  model: Exposes,
  lists: readonly (readonly unknown[] | undefined)[],
  fix: string,
): DisabledReason[] {
  if (lists.some((list) => list !== undefined && list.length > 0)) return [];
  const name = model.namespace === undefined ? "" : ` ${model.namespace}`;
  return [{
    code: "nothing-to-serve",
    message: `the ${model.type} surface${name} offers nothing`,
    node: model,
    fix,
  }];
}
