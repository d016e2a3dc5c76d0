/**
 * Shapes: declared outputs compiled to a function from a decoded body to the result (semantics §6).
 *
 * @module
 */
import type { OutputParameter } from "../../schemas/mod.ts";
import { numberOf, writeJson } from "../data/json.ts";
import { LongDecimal } from "../data/long_decimal.ts";
import { compileJsonPath, type JsonPath, JsonPathError } from "./json_path.ts";
import type { Scope } from "./scope.ts";
import { Secret } from "./secret.ts";
import { compileJson, type Resolve } from "./template.ts";

/**
 * Shapes a node. Outputs that do not hold what they declare become null, and their names are added to
 * `drift`.
 */
export type Shape = (node: unknown, scope: Scope, drift: string[]) => unknown;

/** How shapes are compiled. */
export interface ShapeOptions {
  /** Gives the getter of each word in a `value` template. */
  readonly resolve?: Resolve | undefined;
  /**
   * What stands where an array is declared is an array of one, and an empty text an empty array: XML cannot tell one
   * element from a list of one.
   */
  readonly single?: boolean | undefined;
}

const NOT_COERCED = Symbol("not coerced");
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Brings a value to a type without losing anything; `NOT_COERCED` when that cannot be. */
function coerce(value: unknown, type: OutputParameter["type"]): unknown {
  switch (type) {
    case "string":
      if (typeof value === "string") return value;
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
      return typeof value === "object" && !Array.isArray(value) && !(value instanceof LongDecimal)
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
function cut(text: string, length: number): string {
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

/** The array an XML element stands for that is not repeated. */
function listOf(node: unknown): unknown[] {
  return Array.isArray(node) ? node : typeof node === "string" && node.trim() === "" ? [] : [node];
}

/**
 * Compiles a path of the document's own.
 *
 * @param text The path.
 * @param node The node of the document that holds it.
 * @param entry The key it stands at.
 * @throws {JsonPathError} When it cannot be read; the error knows where the path stands.
 */
export function compilePathAt(text: string, node: object, entry: string): JsonPath {
  try {
    return compileJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathError) error.at ??= { node, entry };
    throw error;
  }
}

/** The step from a node to the node an output speaks of. */
function locate(output: OutputParameter, byName: boolean): (node: unknown) => unknown {
  if (output.mapping !== undefined) {
    return compilePathAt(output.mapping, output, "mapping").get;
  }
  if (!byName) return (node) => node;
  const { name } = output;
  if (name === undefined || output.properties || output.items) return (node) => node;
  return (node) =>
    node !== null && typeof node === "object" && !Array.isArray(node)
      ? Object.hasOwn(node, name)
        ? (node as Record<string, unknown>)[name]
        : output.type === "object"
        ? node
        : null
      : node;
}

/** The form of the located node: its properties, its items, or the value in its type. */
function form(output: OutputParameter, options: ShapeOptions, path: string): Shape {
  const { properties, items, type, maxLength } = output;
  if (properties && (type === undefined || type === "object")) {
    const fields = properties.map((property) => {
      const name = property.name ?? "value";
      return [name, compileAt(property, options, `${path}.${name}`)] as const;
    });
    const build = builder(fields);
    return (node, scope, drift) => {
      if (node === null || node === undefined) return null;
      const value = build(node, scope, drift);
      // A property may well speak of a list or of a scalar; where none of them does, the node is no such object.
      if ((typeof node !== "object" || Array.isArray(node)) && isHollow(value)) {
        drift.push(path);
        return null;
      }
      return value;
    };
  }
  if (items && (type === undefined || type === "array")) {
    const item = compileAt(items, options, `${path}[]`);
    return (node, scope, drift) => {
      if (node === null || node === undefined) return null;
      if (options.single) node = listOf(node);
      if (!Array.isArray(node)) {
        drift.push(path);
        return null;
      }
      const out = new Array<unknown>(node.length);
      for (let i = 0; i < node.length; i++) out[i] = item(node[i], scope, drift);
      return out;
    };
  }
  return (node, _scope, drift) => {
    if (node === null || node === undefined) return null;
    if (type === undefined) return node;
    if (type === "array" && options.single) return listOf(node);
    const value = coerce(node, type);
    if (value === NOT_COERCED) {
      drift.push(path);
      return null;
    }
    return maxLength !== undefined && typeof value === "string" ? cut(value, maxLength) : value;
  };
}

/** Whether an object holds nothing. */
function isHollow(value: unknown): boolean {
  return Object.values(value as object).every((inner) => inner === null);
}

/** The kind of value that an output takes as it is; undefined where there is more to it than a kind. */
function fits({ type, maxLength, properties, items }: OutputParameter): string | undefined {
  if (maxLength !== undefined || properties || items) return undefined;
  return type === "string" || type === "number" || type === "boolean" ? type : undefined;
}

type Fields = readonly (readonly [string, Shape])[];

function builder(fields: Fields): Shape {
  if (fields.some(([name]) => name === "__proto__")) return oddBuilder(fields);
  // A copy of an object that has every key already is made faster than an object to which they are added.
  const blank: Record<string, unknown> = {};
  for (const [name] of fields) blank[name] = null;
  return (node, scope, drift) => {
    const out = { ...blank };
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      out[field[0]] = field[1](node, scope, drift);
    }
    return out;
  };
}

/** Builds objects of which one key is `__proto__`, which cannot be set like any other. */
function oddBuilder(fields: Fields): Shape {
  return (node, scope, drift) => {
    const out: Record<string, unknown> = {};
    for (const [name, shape] of fields) {
      const value = shape(node, scope, drift);
      Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return out;
  };
}

function compileAt(output: OutputParameter, options: ShapeOptions, path: string, byName = true): Shape {
  if (output.value !== undefined) {
    const get = compileJson(output.value, options.resolve ?? (() => undefined));
    const { maxLength } = output;
    return (_node, scope, drift) => {
      const value = coerceOutput(get(scope) ?? null, output, drift, path);
      return maxLength !== undefined && typeof value === "string" ? cut(value, maxLength) : value;
    };
  }
  const find = locate(output, byName), shape = form(output, options, path), fitting = fits(output);
  if (fitting === undefined) return (node, scope, drift) => shape(find(node), scope, drift);
  return (node, scope, drift) => {
    const found = find(node), kind = typeof found;
    return kind === fitting ? found : shape(found, scope, drift);
  };
}

/**
 * Compiles one output, without looking for it by its name: the node is its value.
 *
 * @param output The declared output; its mapping, if any, is relative to the node.
 * @param options How values are resolved.
 */
export function compileOutput(output: OutputParameter, options: ShapeOptions = {}): Shape {
  const path = output.name ?? "result";
  return orchestrated(output) ? compileByName(output, path) : compileAt(output, options, path, false);
}

/** Whether nothing in an output says where its values are: they are found by their names. */
function orchestrated(output: OutputParameter): boolean {
  return output.mapping === undefined && output.value === undefined &&
    (output.properties ?? []).every(orchestrated) &&
    (output.items === undefined || orchestrated(output.items));
}

/** An output whose properties are found by their names, at any depth. */
function compileByName(output: OutputParameter, path: string): Shape {
  const { properties, items } = output;
  if (properties && properties.length > 0) {
    const fields = properties.map((property) => {
      const name = property.name ?? "value", inner = compileByName(property, `${path}.${name}`);
      const field: Shape = (node, scope, drift) =>
        inner(
          node !== null && typeof node === "object" && Object.hasOwn(node, name)
            ? (node as Record<string, unknown>)[name]
            : null,
          scope,
          drift,
        );
      return [name, field] as const;
    });
    const build = builder(fields);
    return (node, scope, drift) => {
      if (node === null || node === undefined) return null;
      if (typeof node !== "object" || Array.isArray(node)) {
        drift.push(path);
        return null;
      }
      return build(node, scope, drift);
    };
  }
  if (items) {
    const item = compileByName(items, `${path}[]`);
    return (node, scope, drift) => {
      if (node === null || node === undefined) return null;
      if (Array.isArray(node)) return node.map((element) => item(element, scope, drift));
      drift.push(path);
      return null;
    };
  }
  return form(output, {}, path);
}

/**
 * Compiles the outputs of a call. One unnamed output is the result; named ones make one object; of several
 * unnamed ones the first that is not null is the result.
 *
 * @param outputs The declared outputs.
 * @param options How values are resolved.
 */
export function compileShape(outputs: readonly OutputParameter[], options: ShapeOptions = {}): Shape {
  const named = outputs.filter((output) => output.name !== undefined);
  if (named.length > 0) {
    const fields = named.map((output) => [output.name!, compileAt(output, options, output.name!)] as const);
    return builder(fields);
  }
  if (outputs.length === 1) {
    const only = outputs[0]!, shape = compileAt(only, options, "result");
    if (!only.properties || only.value !== undefined) return shape;
    // An object that is the whole result stays an object, with null in every place, so that its schema holds.
    const empty = builder(
      only.properties.map((p) => [p.name ?? "value", compileAt(p, options, p.name ?? "value")] as const),
    );
    return (node, scope, drift) => shape(node, scope, drift) ?? empty(null, scope, drift);
  }
  const shapes = outputs.map((output) => compileAt(output, options, "result"));
  return (node, scope, drift) => {
    for (const shape of shapes) {
      const value = shape(node, scope, drift);
      if (value !== null) return value;
    }
    return null;
  };
}
