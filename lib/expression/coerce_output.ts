/**
 * Values brought to the type that an output declares (semantics §6).
 *
 * @module
 */
import { numberOf, writeJson } from "../data/json.ts";
import { MediaBytes } from "../data/media_bytes.ts";
import { LongDecimal } from "../data/long_decimal.ts";
import type { OutputParameter } from "../../schemas/mod.ts";
import { Secret } from "./secret.ts";

/** Stands for a value that cannot be brought to its type. */
export const NOT_COERCED: unique symbol = Symbol("not coerced");
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Brings a value to a type without losing anything; `NOT_COERCED` when that cannot be. */
export function coerce(value: unknown, type: OutputParameter["type"]): unknown {
  switch (type) {
    case "string":
      // Bytes stay bytes: each surface gives them in its own way.
      if (typeof value === "string" || value instanceof MediaBytes) return value;
      return typeof value === "object" ? writeJson(value) : String(value);
    case "number":
    case "integer": {
      const number = typeof value === "string" ? writtenNumber(value.trim()) : value;
      if (typeof number === "bigint" || type === "number" && number instanceof LongDecimal) return number;
      return typeof number !== "number" || (type === "integer" && !Number.isInteger(number))
        ? NOT_COERCED
        : number;
    }
    case "boolean":
      if (typeof value === "boolean") return value;
      if (typeof value !== "string") return NOT_COERCED;
      switch (value.trim().toLowerCase()) {
        case "true":
          return true;
        case "false":
          return false;
      }
      return NOT_COERCED;
    case "array":
      return Array.isArray(value) ? value : NOT_COERCED;
    case "object":
      return typeof value === "object" && !Array.isArray(value) && !(value instanceof LongDecimal) &&
          !(value instanceof MediaBytes)
        ? value
        : NOT_COERCED;
    default:
      return value;
  }
}

/** The number a text writes out, with all its digits; undefined where it writes none. */
function writtenNumber(text: string): number | bigint | LongDecimal | undefined {
  return NUMBER.test(text) ? numberOf(text) : undefined;
}

/** Cuts a text, never inside a character that takes two units. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}

/**
 * Brings a value of the author's own to its declared type; one that cannot be brought becomes null.
 *
 * @param value The value.
 * @param output What is declared.
 * @param drift Takes the path of an output that became null.
 * @param path The path.
 */
export function coerceOutput(
  value: unknown,
  output: OutputParameter,
  drift?: string[],
  path: string = output.name ?? "result",
): unknown {
  if (value === null || value === undefined) return value;
  // A secret is never answered, whatever type it should have.
  const coerced = coerce(value instanceof Secret ? value.toString() : value, output.type);
  if (coerced !== NOT_COERCED) return coerced;
  drift?.push(path);
  return null;
}
