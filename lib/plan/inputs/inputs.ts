/**
 * The inputs of a flow: one JSON Schema, one compiled check, built once.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { Call } from "../../telemetry/call.ts";
import { CallError, type FieldError } from "../../upstream/error.ts";
import type { Input, Inputs, JsonSchema } from "../flow.ts";
import { type Check, compileCheck, MAX_ERRORS, MAX_NAME, showValue, typeName } from "./check.ts";
import { coerceInput } from "./coerce.ts";
import { mcpHeaders } from "../../document/check/mcp_headers.ts";
import { advertised } from "./advertised.ts";
import { inputSchemaOf } from "./json_schema.ts";
import { typesOf } from "./schema_types.ts";
import { wireNames } from "./wire_names.ts";

interface Compiled extends Input {
  readonly check: Check;
  readonly default: unknown;
}

/** How the word on an argument begins that nobody knows. */
const UNKNOWN = "no such argument";
/** How many faults of one call are reported; of the others only how many there are. */
const MAX_FAULTS = 20;
/** Arguments that known clients add to every call: they are dropped where nothing near is declared (semantics §3). */
const ADDED_BY_CLIENTS: ReadonlySet<string> = new Set(["sessionId", "action", "chatInput", "toolCallId"]);

/**
 * The error of arguments that are not valid.
 *
 * @param all The faults, in order.
 * @param names The arguments there are; reported once, where one is unknown and none is near.
 * @param isAll Whether everything was looked at.
 */
function invalid(all: readonly FieldError[], names: readonly string[] = [], isAll = true): CallError {
  const fields = all.slice(0, MAX_FAULTS), rest = all.length - fields.length;
  const missing = fields.filter((field) => field.got === "nothing").map((field) => field.name);
  const described = fields.map(({ name, expected, got }) =>
    expected.startsWith(UNKNOWN) ? `${name}: ${expected}` : `${name}: expected ${expected}, got ${got}`
  );
  const help = !all.some(({ expected }) => expected === UNKNOWN)
    ? ""
    : names.length === 0
    ? ". It takes no arguments"
    : `. The arguments are ${names.slice(0, MAX_FAULTS).join(", ")}${
      names.length > MAX_FAULTS ? ` and ${names.length - MAX_FAULTS} more` : ""
    }`;
  const list = `${described.join("; ")}${rest > 0 ? `; and ${isAll ? rest : "many"} more` : ""}${help}`;
  const count = isAll ? all.length : `${all.length} or more`;
  const message = all.length === 1 ? list : `${count} arguments are not valid: ${list}`;
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

function faultsOf(check: Check, value: unknown): FieldError[] {
  const faults: FieldError[] = [];
  check(value, "", faults);
  return faults;
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
    const { default: preset, ...rest } = inputSchemaOf(parameter), check = compileCheck(rest);
    // A default that the input does not allow is no value: reading has reported it.
    const schema = preset === undefined || faultsOf(check, preset).length > 0
      ? rest
      : { ...rest, default: preset };
    return {
      name: parameter.name,
      wireName: wires[i]!,
      required: parameter.required === true && schema["default"] === undefined &&
        replaced?.has(parameter.name) !== true,
      schema,
      ...(parameter.in === undefined ? {} : { in: parameter.in }),
      ...(isBodyPath(parameter) ? { bodyPath: parameter.value as string } : {}),
      check,
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
  const parseSlowly = (
    args: Record<string, unknown>,
    call: Pick<Call, "tell"> | undefined,
  ): Record<string, unknown> => {
    const change = (name: string, message: string) => call?.tell?.({ code: "coerced", message, place: name });
    const drop = (name: string, why: string) =>
      call?.tell?.({ code: "dropped_argument", message: `${name} was left out: ${why}`, place: name });
    const out: Record<string, unknown> = Object.create(null), errors: FieldError[] = [];
    // What is wrong of an input is reported once, and not a second time as missing.
    const failed = new Set<Compiled>();
    let isAll = true;
    for (const key of Object.keys(args)) {
      const value = args[key];
      if (value === undefined) continue;
      const input = byName.get(key);
      if (!input) {
        // Beyond what is reported nothing is looked for: there may be hundreds of thousands.
        const near = errors.length < MAX_FAULTS ? nearest(key, names) : undefined;
        if (near === undefined && ADDED_BY_CLIENTS.has(key)) {
          drop(key, "some clients add it to every call, and nothing of that name is declared");
          continue;
        }
        errors.push({
          name: key.length > MAX_NAME ? `${key.slice(0, MAX_NAME)}…` : key,
          expected: near === undefined ? UNKNOWN : `${UNKNOWN}; did you mean ${near}?`,
          got: showValue(value),
        });
        continue;
      }
      if (key !== input.wireName) {
        change(key, `${key} was taken as ${input.wireName}, which is its name for clients`);
        if (Object.hasOwn(args, input.wireName)) {
          drop(key, `the call gives ${input.wireName} as well, and both mean one input`);
          continue;
        }
      }
      const strict: FieldError[] = [];
      input.check(value, key, strict);
      if (strict.length === 0) {
        out[input.name] = value;
        continue;
      }
      if (value === null && !input.required) {
        drop(key, "it was null, which it does not take");
        continue;
      }
      const coerced = coerceInput(value, input.schema), again: FieldError[] = [];
      input.check(coerced, key, again);
      if (again.length === 0) {
        out[input.name] = coerced;
        // Clients of forms and command lines have nothing but text: that is no change.
        if (typeof value !== "string") {
          change(key, `${key} came as ${typeName(value)} and was brought to the types it takes`);
        }
      } else {
        failed.add(input);
        if (again.length >= MAX_ERRORS) isAll = false;
        for (const error of again) errors.push(error);
      }
    }
    for (const input of required) {
      if (!(input.name in out) && !failed.has(input)) {
        errors.push({
          name: input.wireName,
          expected: typesOf(input.schema).join(" or ") || "a value",
          got: "nothing",
        });
      }
    }
    if (errors.length > 0) throw invalid(errors, names, isAll);
    return out;
  };

  const quick: FieldError[] = [];
  const parse = (args: unknown, call?: Pick<Call, "tell">): Record<string, unknown> => {
    if (args === undefined || args === null) args = {};
    if (typeof args !== "object" || Array.isArray(args)) {
      const parsed = typeof args === "string" ? coerceInput(args, { type: "object" }) : args;
      if (typeof parsed !== "object" || Array.isArray(parsed)) {
        throw invalid([{ name: "arguments", expected: "an object", got: showValue(args) }]);
      }
      args = parsed;
    }
    const given = args as Record<string, unknown>;
    let out: Record<string, unknown> = Object.create(null), found = 0;
    for (const key in given) {
      const input = Object.hasOwn(given, key) ? byName.get(key) : undefined;
      // One that is renamed for clients is reported.
      if (!input || input.wireName !== key) {
        found = -1;
        break;
      }
      const value = given[key];
      input.check(value, key, quick);
      if (quick.length > 0) {
        found = -1;
        break;
      }
      if (input.required) found++;
      out[input.name] = value;
    }
    quick.length = 0;
    if (found !== required.length) out = parseSlowly(given, call);
    for (const input of withDefaults) if (!(input.name in out)) out[input.name] = input.default;
    return out;
  };

  const requiredNames = unique.flatMap((p, i) =>
    p.required === true && list[i]!.default === undefined ? [wires[i]!] : []
  );
  const properties: Record<string, JsonSchema> = Object.create(null);
  const headers = mcpHeaders(unique);
  for (const input of list) {
    const schema = advertised(input.schema), header = headers.get(input.name);
    properties[input.wireName] = header === undefined ? schema : { ...schema, "x-mcp-header": header };
  }
  return {
    schema: {
      type: "object",
      properties: { ...properties },
      ...(requiredNames.length > 0 ? { required: requiredNames } : {}),
      additionalProperties: false,
    },
    list,
    parse,
  };
}
