/**
 * What a consumed parameter says of its value holds wherever the value comes from (semantics §4): an argument of the
 * caller is checked by the tool's own schema, anything else here, before anything is sent.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import { writeJson } from "../../data/json.ts";
import { LongDecimal } from "../../data/long_decimal.ts";
import type { Getter } from "../../expression/scope.ts";
import { Secret } from "../../expression/secret.ts";
import { CallError } from "../../upstream/error.ts";
import { isData } from "../../upstream/value.ts";
import { showValue } from "../inputs/check.ts";
import { coerceInput } from "../inputs/coerce.ts";
import { inputSchemaOf } from "../inputs/json_schema.ts";
import type { CallCompilation } from "./call_compilation.ts";
import type { PlacedParameter } from "./placed.ts";

/** Whether a value that was coerced has a type; where text is sent, every value is one. */
function hasType(value: unknown, type: string, textual: boolean): boolean {
  switch (type) {
    case "string":
      return textual || typeof value === "string" || value instanceof Uint8Array;
    case "boolean":
      return typeof value === "boolean" ||
        (textual && typeof value === "string" && /^(?:yes|no|on|off)$/i.test(value));
    case "integer":
      return Number.isInteger(value) || typeof value === "bigint";
    case "number":
      return isNumber(value);
    case "array":
      // One value where text is sent is a list of one.
      return Array.isArray(value) || (textual && (typeof value !== "object" || value instanceof LongDecimal));
    default:
      return isData(value);
  }
}

/** Whether a value is a number, also one of more digits than a double holds. */
function isNumber(value: unknown): boolean {
  return typeof value === "bigint" || Number.isFinite(value) || value instanceof LongDecimal;
}

/**
 * The value of a constant that cannot have the declared type: nothing a caller does could make the call work.
 *
 * @param parameter The parameter; its value is no template.
 * @param value The value, coerced.
 * @param textual Whether it travels where only text can.
 */
export function isMistyped(parameter: InputParameter, value: unknown, textual: boolean): boolean {
  return parameter.type !== undefined && !hasType(value, parameter.type, textual);
}

/** Where a value comes from, as its author wrote it: `{{geo.results[0].id}}`. */
function writtenAs(value: unknown): string {
  const text = typeof value === "string" ? value : writeJson(value) ?? "";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/**
 * Holds a value to what the parameter says of it.
 *
 * @param site The call.
 * @param placed The parameter.
 * @param get Its value.
 * @param source What the author wrote for it: a template, a reference, a constant.
 * @param whole The value is the whole body, whose form is its own.
 * @returns Gives the value, coerced where nothing is lost by it; throws `invalid_arguments`.
 */
export function checkedValue(
  site: CallCompilation,
  placed: Pick<PlacedParameter, "parameter" | "place">,
  get: Getter,
  source: unknown,
  whole = false,
): Getter {
  const { parameter, place } = placed, { type, name } = parameter, textual = place !== "body";
  const required = parameter.required === true || place === "path";
  if (!required && type === undefined) return get;
  const schema = inputSchemaOf(parameter), typed = type !== undefined && !(whole && type === "string");
  const operation = `${site.entry.api.consumes.namespace}.${site.entry.operation.name}`;
  const where = place === "formData" ? "form field" : place === "body" ? "body field" : `${place} parameter`;
  const refuse = (expected: string, value: unknown): CallError => {
    const nothing = value === undefined || value === null, from = writtenAs(source);
    return new CallError({
      code: "invalid_arguments",
      message: nothing
        ? `${operation} was not called: its required ${where} ${name} got nothing from ${from}`
        : `${operation} was not called: its ${where} ${name} takes ${expected}, and got ${
          showValue(value)
        } from ${from}`,
      retryable: false,
      fields: [{ name, expected, got: showValue(value) }],
      hint: nothing
        ? "Nothing was sent. Call again with arguments for which this value can be found, or continue without the call."
        : "Nothing was sent. Call again with arguments that give this value its type.",
      operatorHint:
        `compare ${from} with what the step before really answers, or give ${name} a value that is always there`,
    });
  };
  return (scope) => {
    const value = get(scope);
    if (value === undefined || value === null) {
      const missing = value === undefined || textual || parameter.nullable !== true;
      if (required && missing) throw refuse(type ?? "a value", value);
      return value;
    }
    if (!typed || value instanceof Secret) return value;
    const coerced = type === "string" && textual ? value : coerceInput(value, schema);
    if (!hasType(coerced, type, textual)) throw refuse(type, value);
    // A number that is sent as text keeps its writing, 1.10 too.
    return textual && typeof value === "string" && typeof coerced !== "object" && type !== "boolean"
      ? value
      : coerced;
  };
}
