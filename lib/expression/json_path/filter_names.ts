/**
 * The names that a filter looks at: where no element has one of them, the filter finds nothing for another reason than the
 * values.
 *
 * @module
 */
import type { Logical, Operand } from "./syntax.ts";

function ofOperand(operand: Operand, names: Set<string>): void {
  if (operand.kind === "function") { for (const arg of operand.args) ofOperand(arg, names); }
  if (operand.kind !== "query" || operand.root !== "@") return;
  const first = operand.steps[0];
  if (first?.kind !== "segment" || first.descendant || first.selectors.length !== 1) return;
  const selector = first.selectors[0]!;
  if (selector.kind === "name") names.add(selector.name);
}

/**
 * The names of the fields that a filter compares. A name whose being there is asked for is none of them: that nothing has
 * it is an answer.
 *
 * @param test The filter.
 * @param names Takes the names.
 * @returns The names.
 */
export function comparedNames(test: Logical, names: Set<string> = new Set()): Set<string> {
  switch (test.kind) {
    case "or":
    case "and":
      for (const part of test.parts) comparedNames(part, names);
      break;
    case "not":
      comparedNames(test.part, names);
      break;
    case "compare":
      ofOperand(test.left, names);
      ofOperand(test.right, names);
  }
  return names;
}
