/**
 * The inputs of a flow: one JSON Schema, one compiled check, built once.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import { nearest } from "../../document/nearest.ts";
import { CallError, type FieldError } from "../../upstream/error.ts";
import type { Input, Inputs, JsonSchema } from "../flow.ts";
import { type Check, compileCheck, shown } from "./check.ts";
import { coerceInput } from "./coerce.ts";
import { inputSchemaOf } from "./json_schema.ts";
import { typesOf } from "./schema_types.ts";
import { wireNames } from "./wire_names.ts";

interface Compiled extends Input {
  readonly check: Check;
  readonly default: unknown;
}

/** How the word on an argument begins that nobody knows. */
const UNKNOWN = "no such argument";

function invalid(fields: FieldError[]): CallError {
  const missing = fields.filter((field) => field.got === "nothing").map((field) => field.name);
  const told = fields.map(({ name, expected, got }) =>
    expected.startsWith(UNKNOWN) ? `${name}: ${expected}` : `${name}: expected ${expected}, got ${got}`
  );
  const message = fields.length === 1
    ? told[0]!
    : `${fields.length} arguments are not valid: ${told.join("; ")}`;
  return new CallError({
    code: "invalid_arguments",
    message,
    retryable: false,
    fields,
    hint: missing.length > 0
      ? `Call again with ${missing.join(", ")}.`
      : "Correct these arguments and call again.",
  });
}

/** Whether an input's value is a place in the body of a REST request, and no constant. */
export function isBodyPath(parameter: InputParameter): boolean {
  const { value } = parameter;
  return parameter.in === "body" && typeof value === "string" && /^\$(\.|\[|$)/.test(value) &&
    !value.startsWith("$.{");
}

/**
 * Compiles the inputs of a flow.
 *
 * @param parameters The inputs, in order; of two with one name the first counts.
 * @param replaced Inputs that a credential takes the place of: a call without them is as good.
 */
export function compileInputs(
  parameters: readonly InputParameter[],
  replaced?: ReadonlyMap<string, unknown>,
): Inputs {
  const unique = [...new Map([...parameters].reverse().map((p) => [p.name, p])).values()].reverse();
  const wires = wireNames(unique.map((p) => p.name));
  const list: Compiled[] = unique.map((parameter, i) => {
    const schema = inputSchemaOf(parameter);
    return {
      name: parameter.name,
      wireName: wires[i]!,
      required: parameter.required === true && parameter.default === undefined &&
        replaced?.has(parameter.name) !== true,
      schema,
      ...(parameter.in === undefined ? {} : { in: parameter.in }),
      ...(isBodyPath(parameter) ? { bodyPath: parameter.value as string } : {}),
      check: compileCheck(schema),
      default: schema["default"],
    };
  });
  const byName = new Map<string, Compiled>();
  for (const input of list) byName.set(input.name, input);
  for (const input of list) if (!byName.has(input.wireName)) byName.set(input.wireName, input);
  const withDefaults = list.filter((input) => input.default !== undefined),
    required = list.filter((input) => input.required);
  const names = list.map((input) => input.wireName);

  /** Checks one by one, coercing where that helps. Used only when the quick check failed. */
  const parseSlowly = (args: Record<string, unknown>): Record<string, unknown> => {
    const out: Record<string, unknown> = Object.create(null), errors: FieldError[] = [];
    for (const key of Object.keys(args)) {
      const value = args[key];
      if (value === undefined) continue;
      const input = byName.get(key);
      if (!input) {
        const near = nearest(key, names);
        errors.push({
          name: key,
          expected: near !== undefined
            ? `${UNKNOWN}; did you mean ${near}?`
            : names.length > 0
            ? `${UNKNOWN}; there are ${names.slice(0, 20).join(", ")}`
            : `${UNKNOWN}; there are none`,
          got: shown(value),
        });
        continue;
      }
      const strict: FieldError[] = [];
      input.check(value, key, strict);
      if (strict.length === 0) {
        out[input.name] = value;
        continue;
      }
      if (value === null && !input.required) continue;
      const coerced = coerceInput(value, input.schema), again: FieldError[] = [];
      input.check(coerced, key, again);
      if (again.length === 0) out[input.name] = coerced;
      else errors.push(...again);
    }
    for (const input of required) {
      if (
        !(input.name in out) &&
        !errors.some((e) => e.name === input.wireName || e.name.startsWith(`${input.wireName}.`))
      ) {
        errors.push({
          name: input.wireName,
          expected: typesOf(input.schema).join(" or ") || "a value",
          got: "nothing",
        });
      }
    }
    if (errors.length > 0) throw invalid(errors);
    return out;
  };

  const quick: FieldError[] = [];
  const parse = (args: unknown): Record<string, unknown> => {
    if (args === undefined || args === null) args = {};
    if (typeof args !== "object" || Array.isArray(args)) {
      const parsed = typeof args === "string" ? coerceInput(args, { type: "object" }) : args;
      if (typeof parsed !== "object" || Array.isArray(parsed)) {
        throw invalid([{ name: "arguments", expected: "an object", got: shown(args) }]);
      }
      args = parsed;
    }
    const given = args as Record<string, unknown>;
    let out: Record<string, unknown> = Object.create(null), found = 0;
    for (const key in given) {
      const input = Object.hasOwn(given, key) ? byName.get(key) : undefined;
      if (!input) {
        found = -1;
        break;
      }
      const value = given[key];
      input.check(value, key, quick);
      if (quick.length > 0) {
        found = -1;
        break;
      }
      // One that came under both of its names counts once.
      if (input.required && !(input.name in out)) found++;
      out[input.name] = value;
    }
    quick.length = 0;
    if (found !== required.length) out = parseSlowly(given);
    for (const input of withDefaults) if (!(input.name in out)) out[input.name] = input.default;
    return out;
  };

  const told = unique.flatMap((p, i) => p.required === true && p.default === undefined ? [wires[i]!] : []);
  const properties: Record<string, JsonSchema> = Object.create(null);
  for (const input of list) properties[input.wireName] = input.schema;
  return {
    schema: {
      type: "object",
      properties: { ...properties },
      ...(told.length > 0 ? { required: told } : {}),
    },
    list,
    parse,
  };
}
