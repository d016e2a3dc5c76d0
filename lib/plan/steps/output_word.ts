/**
 * Words in the `value` of an output: an argument, a step, a variable, else a field of the answer (semantics §2).
 *
 * @module
 */
import { answerHeader, headerGetter } from "../../expression/answer_header.ts";
import type { OutputParameter } from "../../../schemas/mod.ts";
import { compilePathAt } from "../../expression/json_path.ts";
import type { Look } from "../../expression/misses.ts";
import { complaintOf, splitReference } from "../../expression/placeholder.ts";
import type { Getter } from "../../expression/scope.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { PlanContext } from "../context.ts";
import type { NameScope } from "../inputs/name_scope.ts";
import { Problem } from "../problem.ts";

/**
 * Refuses values of outputs whose placeholders are never closed.
 *
 * @throws {Problem} `bad-template`.
 */
export function checkOutputValues(
  context: PlanContext,
  outputs: readonly OutputParameter[] | undefined,
): void {
  for (const output of outputs ?? []) {
    if (output.value !== undefined) context.checkTemplates(output.value, output, "value");
    checkOutputValues(context, output.properties);
    if (output.items) checkOutputValues(context, [output.items]);
  }
}

/**
 * The getter of a word in the `value` of an output.
 *
 * @param nameScope Whose output it is, with everything that its calls need recorded.
 * @param word The text between the braces.
 * @param output The output.
 * @throws {Problem} `bad-template`.
 */
export function outputWord(nameScope: NameScope, word: string, output: OutputParameter): Getter {
  const header = answerHeader(word);
  if (header && (header.step === undefined || nameScope.steps.has(header.step))) return headerGetter(header);
  const meaning = nameScope.word(word);
  if (meaning.kind !== "argument") return nameScope.getter(meaning, output, "value");
  const { name } = meaning, { head } = splitReference(name);
  const isInput = (other: string) => nameScope.knows(other) || nameScope.neededInputs.has(other);
  // A word with a prefix of the arguments, or `$this`, can mean nothing else.
  if (isInput(name) || isInput(head) || name !== word.trim()) {
    return nameScope.getter(meaning, output, "value", { partial: true });
  }
  const isPath = /^\$[.[]/.test(name);
  const said = isPath
    ? undefined
    : complaintOf(name, (other) => isInput(other) || nameScope.steps.has(other));
  if (said) {
    throw new Problem(nameScope.context.error("bad-template", said.message, output, "value", said.fix));
  }
  const near = isPath
    ? undefined
    : nearest(name, [...nameScope.declared.keys()].filter((n) => !nameScope.neededInputs.has(n)));
  if (near !== undefined) {
    nameScope.context.warn(
      "unknown-word",
      `{{${name}}} is not an input, and is read as a field of the answer`,
      output,
      "value",
      `did you mean {{${near}}}?`,
    );
  }
  const path = compilePathAt(isPath ? name : `$.${name}`, output, "value"), { find } = path;
  const look: Look = {
    path: `{{${name}}}`,
    node: output,
    entry: "value",
    explain: (where) => path.missing(where, "the answer"),
  };
  return (scope) => {
    const found = find(scope.node);
    if (found === undefined) scope.misses?.add(look, scope.node);
    return found;
  };
}
