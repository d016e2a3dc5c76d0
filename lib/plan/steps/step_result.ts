/**
 * The result of steps: mappings to places, and declared outputs by name (semantics §6).
 *
 * @module
 */
import { ownValue } from "../../data/own.ts";
import type { OutputParameter, StepMapping } from "../../../schemas/mod.ts";
import type { Getter, Scope } from "../../expression/scope.ts";
import { answerHeader, headerGetter } from "../../expression/answer_header.ts";
import { compilePathAt } from "../../expression/json_path.ts";
import { describeValue, suggest } from "../../expression/json_path/missing.ts";
import { isNothing } from "../../expression/locate_output.ts";
import type { Look } from "../../expression/misses.ts";
import { compileOutput } from "../../expression/shape.ts";
import { compileJson, isTemplate } from "../../expression/template.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { PlanContext } from "../context.ts";
import type { NameScope } from "../inputs/name_scope.ts";
import { outputWord } from "./output_word.ts";

/** Puts a value at its place in a result. */
export type PutValue = (result: Record<string, unknown>, value: unknown) => void;

/** Puts a value at a dotted place. */
function placeAt(target: string): PutValue {
  const keys = target.split("."), last = keys.pop()!;
  return (result, value) => {
    let node = result;
    for (const key of keys) {
      const next = ownValue(node, key);
      if (next !== null && typeof next === "object" && !Array.isArray(next)) {
        node = next as Record<string, unknown>;
      } else {
        const made: Record<string, unknown> = {};
        Object.defineProperty(node, key, {
          value: made,
          enumerable: true,
          configurable: true,
          writable: true,
        });
        node = made;
      }
    }
    Object.defineProperty(node, last, { value, enumerable: true, configurable: true, writable: true });
  };
}

/** Where a mapping puts its value: a name, or several with dots; `$.a` means `a`. */
export function mappingTarget({ target }: StepMapping): string {
  return target.trim().replace(/^\$\.?(?=[^.])/, "");
}

/**
 * Warns of mappings to places that are none, and of those that no declared output has.
 *
 * @param context The compilation.
 * @param mappings The mappings.
 * @param outputs The outputs that have a name.
 */
export function warnOfTargets(
  context: PlanContext,
  mappings: readonly StepMapping[],
  outputs: readonly OutputParameter[],
): void {
  const names = outputs.map(({ name }) => name!);
  for (const mapping of mappings) {
    const { target } = mapping, meant = mappingTarget(mapping), name = meant.split(".")[0]!;
    if (meant !== target && meant !== target.trim()) {
      context.warn(
        "coerced",
        `the target ${target} is read as ${meant}`,
        mapping,
        "target",
        `write target: ${meant}`,
      );
    }
    if (/^[$.]|\.\.|\.$|[[\]*]/.test(meant) || meant === "") {
      context.warn(
        "bad-expression",
        `the target ${
          target === "" ? "of a mapping is empty" : `${target} is not the name of a place`
        }; it is taken as a name as it is`,
        mapping,
        "target",
        "write a name, or names with dots: customer.name",
      );
    } else if (names.length > 0 && !names.includes(name)) {
      const near = nearest(name, names);
      context.warn(
        "unused-output",
        `a mapping gives ${name}, and no declared output has this name`,
        mapping,
        "target",
        near === undefined
          ? `declare it in outputParameters; there are ${names.join(", ")}`
          : `did you mean ${near}?`,
      );
    }
  }
}

/** Compiles one mapping: where its value comes from, and where it goes. */
export function compileMapping(nameScope: NameScope, mapping: StepMapping): { place: PutValue; get: Getter } {
  const { value } = mapping;
  const place = placeAt(mappingTarget(mapping));
  if (typeof value !== "string" || value.includes("{{")) {
    return { place, get: nameScope.value(value, mapping, "value") };
  }
  const header = answerHeader(value);
  if (header && (header.step === undefined || nameScope.steps.has(header.step))) {
    const get = headerGetter({ ...header, step: header.step ?? [...nameScope.steps].at(-1) });
    return { place, get: (scope) => get(scope) ?? null };
  }
  if (value.startsWith("$") && !value.startsWith("$this.") && !value.startsWith("$env.")) {
    const path = compilePathAt(value, mapping, "value"), head = /^\$\.([^.[\]]+)/.exec(value)?.[1];
    if (head !== undefined && head !== "*" && !nameScope.steps.has(head)) {
      const near = nearest(head, nameScope.steps);
      nameScope.context.warn(
        "unknown-step",
        `${value} names no step, so ${mapping.target} is always null`,
        mapping,
        "value",
        near === undefined
          ? `the steps are ${[...nameScope.steps].join(", ")}`
          : `did you mean $.${near}${value.slice(head.length + 2)}?`,
      );
    }
    const look: Look = {
      path: path.text,
      node: mapping,
      entry: "value",
      explain: (where) => path.missing(where, "the flow"),
    };
    return {
      place,
      get: (scope) => {
        const found = path.find(scope.steps);
        if (isNothing(found)) scope.misses?.add(look, scope.steps);
        return found ?? null;
      },
    };
  }
  return { place, get: nameScope.value(value, mapping, "value") };
}

/** Writes one declared output into a result. */
export type FieldWriter = (
  result: Record<string, unknown>,
  scope: Scope,
  outputs: Record<string, unknown>,
  drift: string[],
) => void;

/** One declared output: mapped, else its own mapping on the newest step, else the value of its name in the newest step that has it. */
export function compileResultField(
  nameScope: NameScope,
  output: OutputParameter,
  names: readonly string[],
  targets: ReadonlySet<string>,
): FieldWriter {
  const name = output.name!;
  const { mapping: _, value: __, ...typed } = output;
  const resolve = (word: string, inner: OutputParameter) => outputWord(nameScope, word, inner);
  const shape = compileOutput(typed as OutputParameter, { resolve });
  if (targets.has(name)) {
    return (result, scope, _outputs, drift) => {
      if (Object.hasOwn(result, name)) result[name] = shape(result[name], scope, drift);
    };
  }
  if (output.value !== undefined) {
    const { value } = output, isBare = typeof value === "string" && !isTemplate(value);
    const get = isBare
      ? nameScope.value(value, output, "value")
      : compileJson(value, (word) => outputWord(nameScope, word, output));
    return (result, scope, outputs, drift) => {
      result[name] = shape(get({ ...scope, node: outputs[names[0]!] }) ?? null, scope, drift);
    };
  }
  const header = output.mapping === undefined ? undefined : answerHeader(output.mapping);
  if (header) {
    const get = headerGetter({ ...header, step: header.step ?? names[0] });
    return (result, scope, _outputs, drift) => {
      result[name] = shape(get(scope) ?? null, scope, drift);
    };
  }
  if (output.mapping !== undefined) {
    const path = compilePathAt(output.mapping, output, "mapping"),
      head = /^\$\.([^.[]+)/.exec(output.mapping)?.[1];
    const overSteps = head !== undefined && names.includes(head);
    const look: Look = {
      path: path.text,
      node: output,
      entry: "mapping",
      explain: (where) => path.missing(where, overSteps ? "the flow" : `the output of ${names[0]!}`),
    };
    return (result, scope, outputs, drift) => {
      const node = overSteps ? outputs : outputs[names[0]!], found = path.find(node);
      if (isNothing(found)) scope.misses?.add(look, node);
      result[name] = shape(found ?? null, scope, drift);
    };
  }
  const look: Look = {
    path: name,
    node: output,
    entry: "name",
    explain: (where) =>
      `no step has an output called ${name}; ${names[0]} ${describeValue(where)}${suggest(name, where)}`,
  };
  return (result, scope, outputs, drift) => {
    for (const step of names) {
      if (step === name) {
        result[name] = shape(outputs[step], scope, drift);
        return;
      }
      const value = outputs[step];
      if (
        value !== null && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, name)
      ) {
        result[name] = shape((value as Record<string, unknown>)[name], scope, drift);
        return;
      }
    }
    scope.misses?.add(look, outputs[names[0]!]);
    result[name] = null;
  };
}
