/**
 * Lossless coercion of arguments, for clients that send everything as text (semantics §3).
 *
 * @module
 */
import { integerOf, numberOf, parseJson } from "../../data/json.ts";
import { LongDecimal } from "../../data/long_decimal.ts";
import type { JsonSchema } from "../flow.ts";
import { typesOf } from "./schema_types.ts";

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function takesNull(schema: JsonSchema): boolean {
  const types = typesOf(schema), choices = schema["enum"];
  if (Array.isArray(choices)) return choices.includes(null);
  return types.length === 0 || types.includes("null");
}

function coerceTo(value: unknown, type: string): unknown {
  switch (type) {
    case "number":
    case "integer": {
      if (typeof value !== "string") return value;
      const text = value.trim(), number = Number(text);
      if (!NUMBER.test(text) || !Number.isFinite(number)) return value;
      if (/^-?\d+$/.test(text)) return integerOf(text) ?? value;
      return type === "number" ? numberOf(text) : Number.isInteger(number) ? number : value;
    }
    case "boolean": {
      if (typeof value !== "string") return value;
      const text = value.trim().toLowerCase();
      return text === "true" ? true : text === "false" ? false : value;
    }
    case "string":
      return typeof value === "number" || typeof value === "boolean" || typeof value === "bigint" ||
          value instanceof LongDecimal
        ? String(value)
        : value;
    case "object":
    case "array": {
      if (typeof value !== "string") return value;
      const parsed = jsonOf(value);
      return parsed !== null && typeof parsed === "object" && Array.isArray(parsed) === (type === "array")
        ? parsed
        : value;
    }
    default:
      return value;
  }
}

/**
 * Brings a value to its schema where nothing is lost by it; any other value is returned as it is.
 *
 * @param value The argument.
 * @param schema Its schema.
 */
export function coerceInput(value: unknown, schema: JsonSchema): unknown {
  const types = typesOf(schema);
  const type = types.find((one) => one !== "null");
  if (type === undefined || value === null) return value;
  let out = coerceTo(value, type);
  const choices = schema["enum"];
  if (Array.isArray(choices) && !choices.includes(out)) {
    const match = choices.find((choice) => String(choice) === String(out));
    if (match !== undefined) out = match;
  }
  if (type === "array" && Array.isArray(out) && schema["items"]) {
    const items = schema["items"] as JsonSchema;
    return out.map((item) => coerceInput(item, items));
  }
  if (
    type === "object" && out !== null && typeof out === "object" && !Array.isArray(out) &&
    schema["properties"]
  ) {
    const properties = schema["properties"] as Record<string, JsonSchema>,
      copy: Record<string, unknown> = { ...out };
    const required = schema["required"] as readonly string[] | undefined;
    for (const key of Object.keys(properties)) {
      if (!Object.hasOwn(copy, key)) continue;
      // Some clients fill what they leave out with null.
      if (copy[key] === null && !required?.includes(key) && !takesNull(properties[key]!)) delete copy[key];
      else copy[key] = coerceInput(copy[key], properties[key]!);
    }
    return copy;
  }
  return out;
}
