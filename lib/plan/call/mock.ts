/**
 * Mock outputs: a flow that answers constants and templates, without any call.
 *
 * @module
 */
import type { OutputParameter } from "../../../schemas/mod.ts";
import type { Scope } from "../../expression/scope.ts";
import { coerceOutput } from "../../expression/shape.ts";
import type { NameScope } from "../inputs/name_scope.ts";

/** Gives a value; the paths of outputs that became null are added to `drift`. */
type Give = (scope: Scope, drift: string[]) => unknown;

/** Whether any output, at any depth, has a value of its own. */
export function hasValues(outputs: readonly OutputParameter[] | undefined): boolean {
  return outputs?.some((o) =>
    o.value !== undefined || hasValues(o.properties) || (o.items !== undefined && hasValues([o.items]))
  ) ??
    false;
}

function compileOne(nameScope: NameScope, output: OutputParameter, path: string): Give {
  if (output.value !== undefined) {
    const get = typeof output.value === "string" && !output.value.includes("{{")
      ? () => output.value
      : nameScope.value(output.value, output, "value");
    return (scope, drift) => {
      const value = get(scope);
      return value === undefined ? undefined : coerceOutput(value, output, drift, path);
    };
  }
  if (output.properties) {
    const properties = output.properties.map((p) => {
      const name = p.name ?? "value";
      return [name, compileOne(nameScope, p, `${path}.${name}`)] as const;
    });
    return (scope, drift) => objectOf(properties, scope, drift);
  }
  if (output.items) {
    const item = compileOne(nameScope, output.items, `${path}[]`);
    return (scope, drift) => {
      const value = item(scope, drift);
      return value === undefined ? [] : [value];
    };
  }
  return () => undefined;
}

function objectOf(
  properties: readonly (readonly [string, Give])[],
  scope: Scope,
  drift: string[],
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, get] of properties) {
    const value = get(scope, drift);
    if (value !== undefined) out[name] = value;
  }
  return out;
}

/**
 * Compiles mock outputs. An output without a name is called `value`.
 *
 * @param nameScope Who answers; its inputs can be used in templates.
 * @param outputs The declared outputs.
 * @returns One object with each output that has a value.
 */
export function compileMock(nameScope: NameScope, outputs: readonly OutputParameter[]): Give {
  const fields = outputs.map((output) => {
    const name = output.name ?? "value";
    const get = nameScope.context.problems.part(() => compileOne(nameScope, output, name));
    return [name, get ?? (() => undefined)] as const;
  });
  return (scope, drift) => objectOf(fields, scope, drift);
}
