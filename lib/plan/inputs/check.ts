/**
 * The check of one argument: a JSON Schema compiled to closures (semantics §3).
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import { LongDecimal } from "../../data/long_decimal.ts";
import type { FieldError } from "../../upstream/error.ts";
import type { JsonSchema } from "../flow.ts";
import { formatCheck } from "./format.ts";
import { compilePattern, UnsupportedPattern } from "../../data/pattern/mod.ts";
import { typesOf } from "./schema_types.ts";

/** How much may be wrong with one argument before the rest of it is not looked at: there may be millions. */
export const MAX_ERRORS = 1000;
/** How much of the name of a field that nobody knows is repeated, in characters. */
export const MAX_NAME = 100;

/** Adds what is wrong with a value, up to `MAX_ERRORS`; nothing when it is right. */
export type Check = (value: unknown, name: string, errors: FieldError[]) => void;

/** The JSON type of a value, in words. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof LongDecimal) return "number";
  return typeof value === "bigint" || Number.isInteger(value) ? "integer" : typeof value;
}

/** A value for a message: its type, and the value itself where it is short. */
export function showValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const type = typeName(value);
  if (type === "object" || type === "array" || type === "null") return type;
  const text = writeJson(value);
  return `${type} ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return Number.isFinite(value) || typeof value === "bigint" || value instanceof LongDecimal;
    case "integer":
      return Number.isInteger(value) || typeof value === "bigint";
    case "array":
      return Array.isArray(value);
    case "object":
      return value !== null && typeof value === "object" && !Array.isArray(value) &&
        !(value instanceof LongDecimal);
    default:
      return value === null;
  }
}

type Constraint = { readonly holds: (value: never) => boolean; readonly expected: string };

function multiple(value: number, of: number): boolean {
  const ratio = value / of;
  return Math.abs(ratio - Math.round(ratio)) < 1e-9 * Math.max(1, Math.abs(ratio));
}

const CONSTRAINTS: Readonly<Record<string, (limit: number) => Constraint>> = {
  minLength: (n) => ({ holds: (v: string) => [...v].length >= n, expected: `at least ${n} characters` }),
  maxLength: (n) => ({
    holds: (v: string) => v.length <= n || [...v].length <= n,
    expected: `at most ${n} characters`,
  }),
  minimum: (n) => ({ holds: (v: number) => v >= n, expected: `at least ${n}` }),
  maximum: (n) => ({ holds: (v: number) => v <= n, expected: `at most ${n}` }),
  exclusiveMinimum: (n) => ({ holds: (v: number) => v > n, expected: `more than ${n}` }),
  exclusiveMaximum: (n) => ({ holds: (v: number) => v < n, expected: `less than ${n}` }),
  multipleOf: (n) => ({ holds: (v: number) => multiple(v, n), expected: `a multiple of ${n}` }),
  minItems: (n) => ({ holds: (v: unknown[]) => v.length >= n, expected: `at least ${n} items` }),
  maxItems: (n) => ({ holds: (v: unknown[]) => v.length <= n, expected: `at most ${n} items` }),
};
const KIND: Readonly<Record<string, string>> = {
  minLength: "string",
  maxLength: "string",
  minItems: "array",
  maxItems: "array",
};

/**
 * The check of a pattern; undefined for one that cannot be tried in linear time, such as one that refers to its own
 * groups: the API checks it, and the plan has warned the author.
 */
function patternCheck(pattern: string): ((text: string) => boolean) | undefined {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof UnsupportedPattern)) throw error;
    return undefined;
  }
}

function constraintsOf(schema: JsonSchema): { kind: string; constraint: Constraint }[] {
  const out: { kind: string; constraint: Constraint }[] = [];
  for (const [key, make] of Object.entries(CONSTRAINTS)) {
    const limit = schema[key];
    if (typeof limit === "number" && (key !== "multipleOf" || limit > 0)) {
      out.push({ kind: KIND[key] ?? "number", constraint: make(limit) });
    }
  }
  const matches = typeof schema["pattern"] === "string" ? patternCheck(schema["pattern"]) : undefined;
  if (matches) {
    out.push({
      kind: "string",
      constraint: { holds: matches, expected: `text that matches ${schema["pattern"]}` },
    });
  }
  const format = typeof schema["format"] === "string" ? formatCheck(schema["format"]) : undefined;
  if (format) out.push({ kind: "string", constraint: format });
  if (schema["uniqueItems"] === true) {
    out.push({
      kind: "array",
      constraint: {
        holds: (v: unknown[]) => new Set(v.map((item) => writeJson(item))).size === v.length,
        expected: "items that all differ",
      },
    });
  }
  return out;
}

function same(a: unknown, b: unknown): boolean {
  return a === b ||
    (typeof a === "object" && typeof b === "object" && writeJson(a) === writeJson(b));
}

/**
 * Compiles the check of a schema.
 *
 * @param schema A schema of `inputSchemaOf`.
 */
export function compileCheck(schema: JsonSchema): Check {
  const types = typesOf(schema);
  const expected = types.filter((type) => type !== "null").join(" or ");
  const constraints = constraintsOf(schema);
  const choices = Array.isArray(schema["enum"]) ? schema["enum"] as unknown[] : undefined;
  const items = types.includes("array") && schema["items"]
    ? compileCheck(schema["items"] as JsonSchema)
    : undefined;
  const properties = schema["properties"]
    ? Object.entries(schema["properties"] as Record<string, JsonSchema>).map(([name, inner]) =>
      [name, compileCheck(inner)] as const
    )
    : undefined;
  const known = properties && schema["additionalProperties"] === false
    ? new Set(properties.map(([name]) => name))
    : undefined;
  const required = schema["required"] as readonly string[] | undefined;
  const trivial = types.length === 1 && constraints.length === 0 && !choices && !items && !properties;
  const onlyType = types[0]!;
  const chosen = `one of ${choices?.slice(0, 20).map((choice) => writeJson(choice)).join(", ")}`;
  if (trivial) {
    return (value, name, errors) => {
      if (!hasType(value, onlyType)) errors.push({ name, expected, got: showValue(value) });
    };
  }
  return (value, name, errors) => {
    if (types.length > 0 && !types.some((type) => hasType(value, type))) {
      errors.push({ name, expected, got: showValue(value) });
      return;
    }
    if (choices && !choices.some((choice) => same(choice, value))) {
      errors.push({
        name,
        expected: chosen,
        got: showValue(value),
      });
      return;
    }
    const measured = typeof value === "bigint" || value instanceof LongDecimal ? Number(value) : value;
    for (const { kind, constraint } of constraints) {
      if (
        (kind === "array" ? Array.isArray(value) : typeof measured === kind) &&
        !constraint.holds(measured as never)
      ) {
        errors.push({ name, expected: constraint.expected, got: showValue(value) });
      }
    }
    if (items && Array.isArray(value)) {
      for (let i = 0; i < value.length && errors.length < MAX_ERRORS; i++) {
        items(value[i], `${name}[${i}]`, errors);
      }
    }
    if (properties && hasType(value, "object")) {
      const object = value as Record<string, unknown>;
      for (const [key, check] of properties) {
        if (Object.hasOwn(object, key) && object[key] !== undefined) {
          check(object[key], `${name}.${key}`, errors);
        }
      }
      for (const key of required ?? []) {
        if (!Object.hasOwn(object, key)) {
          errors.push({ name: `${name}.${key}`, expected: "a value", got: "nothing" });
        }
      }
      if (known) {
        for (const key of Object.keys(object)) {
          if (known.has(key)) continue;
          if (errors.length >= MAX_ERRORS) break;
          errors.push({
            name: `${name}.${key.length > MAX_NAME ? `${key.slice(0, MAX_NAME)}…` : key}`,
            expected: "no such field",
            got: showValue(object[key]),
          });
        }
      }
    }
  };
}
