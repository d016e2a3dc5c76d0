/**
 * A step that calls an aggregate flow: its steps run as one step of this flow, with arguments of their own.
 *
 * @module
 */
import { MediaBytes } from "../../data/media_bytes.ts";
import type { InputParameter, Step } from "../../../schemas/mod.ts";
import type { NameScope } from "../inputs/name_scope.ts";
import type { PlannedStep } from "./schedule.ts";

/**
 * Compiles a step that calls a flow.
 *
 * @param nameScope Who runs the step.
 * @param step The step.
 * @param name `namespace.flow`; the flow exists.
 * @returns The step, and a method that stands for what the flow does to the world.
 * @throws {Problem} When the flow cannot run, or calls itself.
 */
export function compileFlowStep(
  nameScope: NameScope,
  step: Step,
  name: string,
): { step: PlannedStep; method: string } {
  const { context } = nameScope, flow = context.flows.get(name)!, values = step.with ?? {};
  const declared = new Map(context.aggregates.get(name)?.flow.inputParameters?.map((p) => [p.name, p]));
  const taken = new Set(flow.inputs.list.map((input) => input.name));
  for (const key of Object.keys(values)) {
    if (taken.has(key)) continue;
    context.warn(
      "unknown-with-key",
      `with gives ${key}, which the flow ${name} does not take`,
      values,
      key,
      "remove it, or add an input parameter of that name to the flow",
    );
  }
  const getters = flow.inputs.list.map((input) => {
    const { required } = input;
    const parameter = declared.get(input.name) ?? { name: input.name, ...input.schema } as InputParameter;
    const get = Object.hasOwn(values, input.name)
      ? nameScope.value(values[input.name], values, input.name, { parameter, required })
      : nameScope.getter({ kind: "argument", name: input.name }, step, undefined, { parameter, required });
    return [input.wireName, get] as const;
  });
  const { safe = false, idempotent } = flow.semantics;
  return {
    method: safe ? "GET" : idempotent ? "PUT" : "POST",
    step: {
      name: step.name,
      kind: "flow",
      count: 1 + (flow.stepCount ?? 0),
      uses: new Set(nameScope.usedSteps),
      safe,
      run: async (scope, inner) => {
        const args: Record<string, unknown> = Object.create(null);
        for (const [key, get] of getters) {
          const value = get(scope);
          if (value !== undefined) args[key] = value;
        }
        const result = await flow.run(flow.inputs.parse(args, inner), inner);
        return result.bytes ? new MediaBytes(result.bytes, result.mediaType) : result.value;
      },
    },
  };
}
