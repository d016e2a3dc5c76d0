/**
 * Steps that only read, and whose output nothing uses: they cost a request, and nobody sees what came.
 *
 * @module
 */
import type { OutputParameter, Step, StepMapping } from "../../../schemas/mod.ts";
import type { PlanContext } from "../context.ts";
import { mappingTarget } from "./step_result.ts";
import type { PlannedStep } from "./schedule.ts";

/** Whether a text has a name as a word of its own. */
function isNamed(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w-]/.test(text[at - 1] ?? "") && !/[\w-]/.test(text[at + name.length] ?? "")) return true;
  }
  return false;
}

/**
 * Warns of steps without use. The last step is what a flow gives; a step that changes something is of use by itself.
 *
 * @param context The compilation.
 * @param steps The steps as they are written.
 * @param planned The same steps, compiled.
 * @param mappings What the result takes from steps.
 * @param outputs The declared outputs. One that nothing is said of may be found in any step.
 */
export function warnOfUnusedSteps(
  context: PlanContext,
  steps: readonly Step[],
  planned: readonly PlannedStep[],
  mappings: readonly StepMapping[] = [],
  outputs: readonly OutputParameter[] = [],
): void {
  const targets = new Set(mappings.map((mapping) => mappingTarget(mapping).split(".")[0]));
  const isSearched = ({ name, mapping, value }: OutputParameter) =>
    name !== undefined && mapping === undefined && value === undefined && !targets.has(name);
  if (
    context.problems.isBroken || steps.length < 2 || planned.length !== steps.length ||
    new Set(planned.map(({ name }) => name)).size < planned.length ||
    outputs.some(isSearched)
  ) return;
  const written = JSON.stringify(
    [mappings, outputs],
    (_key, value) => typeof value === "bigint" ? `${value}` : value,
  );
  // Any of these may reach every step.
  if (/"\$(?:\.\*|\[|\.\.|")/.test(written)) return;
  const givesLast = mappings.length === 0 ||
    outputs.some(({ name }) => name === undefined || !targets.has(name));
  planned.forEach(({ name, safe }, at) => {
    if (!safe || isNamed(written, name) || (givesLast && at === planned.length - 1)) return;
    if (planned.slice(at + 1).some(({ uses }) => uses.has(name))) return;
    context.warn(
      "unused-step",
      `the step ${name} only reads, and nothing uses what it gives`,
      steps[at]!,
      "name",
      `remove it, or use it: {{${name}.…}} in with, or $.${name} in a mapping`,
    );
  });
}
