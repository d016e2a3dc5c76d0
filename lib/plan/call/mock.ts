/**
 * Mock outputs: a flow that answers constants and templates, without any call.
 *
 * @module
 */
import type { OutputParameter } from "../../../schemas/mod.ts";
import type { Getter, Scope } from "../../expression/scope.ts";
import { coerceOutput } from "../../expression/shape.ts";
import type { Caller } from "../inputs/name_scope.ts";

/** Whether any output, at any depth, has a value of its own. */
export function hasValues(outputs: readonly OutputParameter[] | undefined): boolean {
  return outputs?.some((o) =>
    o.value !== undefined || hasValues(o.properties) || (o.items !== undefined && hasValues([o.items]))
  ) ??
    false;
}

function compileOne(caller: Caller, output: OutputParameter): Getter {
  if (output.value !== undefined) {
    const get = typeof output.value === "string" && !output.value.includes("{{")
      ? () => output.value
      : caller.value(output.value, output, "value");
    return (scope) => {
      const value = get(scope);
      return value === undefined ? undefined : coerceOutput(value, output);
    };
  }
  if (output.properties) {
    const properties = output.properties.map((p) => [p.name ?? "value", compileOne(caller, p)] as const);
    return (scope) => objectOf(properties, scope);
  }
  if (output.items) {
    const item = compileOne(caller, output.items);
    return (scope) => {
      const value = item(scope);
      return value === undefined ? [] : [value];
    };
  }
  return () => undefined;
}

function objectOf(properties: readonly (readonly [string, Getter])[], scope: Scope): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, get] of properties) {
    const value = get(scope);
    if (value !== undefined) out[name] = value;
  }
  return out;
}

/**
 * Compiles mock outputs. An output without a name is called `value`.
 *
 * @param caller Who answers; its inputs can be used in templates.
 * @param outputs The declared outputs.
 * @returns One object with each output that has a value.
 */
export function compileMock(caller: Caller, outputs: readonly OutputParameter[]): Getter {
  const fields = outputs.map((output) => [output.name ?? "value", compileOne(caller, output)] as const);
  return (scope) => objectOf(fields, scope);
}
