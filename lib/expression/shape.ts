/**
 * Shapes: declared outputs compiled to a function from a decoded body to the result (semantics §6).
 *
 * @module
 */
import type { OutputParameter } from "../../schemas/mod.ts";
import { type AnswerHeader, answerHeader, headerGetter, speaksOfHeaders } from "./answer_header.ts";
import { coerce, coerceOutput, NOT_COERCED, truncate } from "./coerce_output.ts";
import { isNothing, locateOutput, missingName, wholeOf } from "./locate_output.ts";
import type { Look } from "./misses.ts";
import type { Getter, Scope } from "./scope.ts";
import { compileJson, isTemplate } from "./template.ts";

export { coerceOutput } from "./coerce_output.ts";

/**
 * Shapes a node. Outputs that do not hold what they declare become null, and their names are added to
 * `drift`.
 */
export type OutputShape = (node: unknown, scope: Scope, drift: string[]) => unknown;

/** How shapes are compiled. */
export interface ShapeOptions {
  /** Gives the getter of each word in a `value` template; the node is in the scope. */
  readonly resolve?: ((word: string, output: OutputParameter) => Getter | undefined) | undefined;
  /** What outputs without a name are called; without it, one that has none is the result itself. */
  readonly unnamed?: string | undefined;
  /**
   * What stands where an array is declared is an array of one, and an empty text an empty array: XML cannot tell one
   * element from a list of one.
   */
  readonly single?: boolean | undefined;
}

/** The array an XML element stands for that is not repeated. */
function listOf(node: unknown): unknown[] {
  return Array.isArray(node) ? node : typeof node === "string" && node.trim() === "" ? [] : [node];
}

/** The form of the located node: its properties, its items, or the value in its type. */
function form(output: OutputParameter, options: ShapeOptions, path: string): OutputShape {
  const { properties, items, type, maxLength } = output;
  if (properties && (type === undefined || type === "object")) {
    const fields = properties.map((property) => {
      const name = property.name ?? "value";
      return [name, compileAt(property, options, `${path}.${name}`)] as const;
    });
    const build = builder(fields), ofHeaders = properties.some(speaksOfHeaders);
    return (node, scope, drift) => {
      // An answer without a body has headers all the same.
      if (node === null || node === undefined) return ofHeaders ? build(null, scope, drift) : null;
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
      const out = new Array<unknown>(node.length), before = scope.misses?.count ?? 0;
      for (let i = 0; i < node.length; i++) out[i] = item(node[i], scope, drift);
      scope.misses?.settle(before, node.length);
      return out;
    };
  }
  return (node, scope, drift) => {
    if (node === null || node === undefined) return null;
    if (type === undefined) return node;
    if (type === "array" && options.single) return listOf(node);
    const value = coerce(node, type);
    if (value === NOT_COERCED) {
      drift.push(path);
      return null;
    }
    return maxLength === undefined ? value : cut(value, maxLength, scope, path);
  };
}

/** A value as long as its output allows; a text that is longer is cut, and that is reported. */
function cut(value: unknown, maxLength: number, scope: Scope, path: string): unknown {
  if (typeof value !== "string" || value.length <= maxLength) return value;
  scope.misses?.note(
    path,
    "cut",
    `${path} was longer than its maxLength and was cut to ${maxLength} characters`,
  );
  return truncate(value, maxLength);
}

/** Whether an object holds nothing. */
function isHollow(value: unknown): boolean {
  return Object.values(value as object).every((inner) => inner === null);
}

/** The kind of value that an output takes as it is; undefined where there is more to it than a kind. */
function fits(output: OutputParameter): string | undefined {
  const { type, maxLength, properties, items } = output;
  if (maxLength !== undefined || properties || items || promises(output)) return undefined;
  return type === "string" || type === "number" || type === "boolean" ? type : undefined;
}

/** Whether an output says more of its value than a type. */
function promises({ enum: choices, required, nullable }: OutputParameter): boolean {
  return (choices !== undefined && choices.length > 0) || (required === true && nullable !== true);
}

/** A shape that tells of values that the output does not promise: none where one is required, or one that is not in its enum. */
function held(output: OutputParameter, shape: OutputShape, path: string): OutputShape {
  if (!promises(output)) return shape;
  const choices = output.enum?.length ? new Set(output.enum.map(String)) : undefined;
  const isRequired = output.required === true && output.nullable !== true;
  return (node, scope, drift) => {
    const value = shape(node, scope, drift);
    if (value === null) {
      if (isRequired && node !== null) {
        scope.misses?.note(path, "odd_answer", `${path} is required, and there is no value for it`);
      }
    } else if (choices && typeof value !== "object" && !choices.has(String(value))) {
      scope.misses?.note(path, "odd_answer", `${path} holds a value that its enum does not have`);
    }
    return value;
  };
}

type Fields = readonly (readonly [string, OutputShape])[];

function builder(fields: Fields): OutputShape {
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
function oddBuilder(fields: Fields): OutputShape {
  return (node, scope, drift) => {
    const out: Record<string, unknown> = {};
    for (const [name, shape] of fields) {
      const value = shape(node, scope, drift);
      Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return out;
  };
}

function compileAt(output: OutputParameter, options: ShapeOptions, path: string, byName = true): OutputShape {
  return held(output, compileFound(output, options, path, byName), path);
}

function compileFound(
  output: OutputParameter,
  options: ShapeOptions,
  path: string,
  byName: boolean,
): OutputShape {
  if (output.value !== undefined) return compileValue(output, options, path);
  const header = output.mapping === undefined ? undefined : answerHeader(output.mapping);
  if (header) return compileHeader(header, output, options, path);
  const { find, look } = locateOutput(output, byName, path),
    shape = form(output, options, path),
    fitting = fits(output);
  if (look === undefined) return shape;
  return (node, scope, drift) => {
    const found = find(node), kind = typeof found;
    if (kind === fitting) return found;
    if (isNothing(found)) scope.misses?.add(look, node);
    return shape(found, scope, drift);
  };
}

/** An output that is a header of the answer. */
function compileHeader(
  header: AnswerHeader,
  output: OutputParameter,
  options: ShapeOptions,
  path: string,
): OutputShape {
  const get = headerGetter(header), shape = form(output, options, path), { name } = header;
  const look: Look = {
    path: output.mapping!,
    node: output,
    entry: "mapping",
    explain: () => `the answer has no header ${name}`,
  };
  return (_node, scope, drift) => {
    const value = get(scope);
    if (value === undefined) scope.misses?.add(look, "the headers");
    return shape(value, scope, drift);
  };
}

/** An output that the author gives a value: a constant, or a template that sees the node too. */
function compileValue(output: OutputParameter, options: ShapeOptions, path: string): OutputShape {
  const { resolve } = options, { maxLength, value } = output;
  const get = compileJson(value, (word) => resolve?.(word, output));
  const isConstant = typeof value === "string"
    ? !isTemplate(value)
    : value === null || typeof value !== "object";
  return (node, scope, drift) => {
    const given = get(isConstant ? scope : { ...scope, node }) ?? null;
    const coerced = coerceOutput(given, output, drift, path);
    return maxLength === undefined ? coerced : cut(coerced, maxLength, scope, path);
  };
}

/**
 * Compiles one output, without looking for it by its name: the node is its value.
 *
 * @param output The declared output; its mapping, if any, is relative to the node.
 * @param options How values are resolved.
 */
export function compileOutput(output: OutputParameter, options: ShapeOptions = {}): OutputShape {
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
function compileByName(output: OutputParameter, path: string): OutputShape {
  const { properties, items } = output;
  if (properties && properties.length > 0) {
    const fields = properties.map((property) => {
      const name = property.name ?? "value", inner = compileByName(property, `${path}.${name}`);
      const explain = (where: unknown) => missingName(name, where, wholeOf(path));
      const look: Look = { path: `$.${name}`, node: property, entry: "name", explain };
      const field: OutputShape = (node, scope, drift) => {
        if (node !== null && typeof node === "object" && Object.hasOwn(node, name)) {
          return inner((node as Record<string, unknown>)[name], scope, drift);
        }
        scope.misses?.add(look, node);
        return inner(null, scope, drift);
      };
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
      if (Array.isArray(node)) {
        const before = scope.misses?.count ?? 0, out = node.map((element) => item(element, scope, drift));
        scope.misses?.settle(before, node.length);
        return out;
      }
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
export function compileShape(outputs: readonly OutputParameter[], options: ShapeOptions = {}): OutputShape {
  const { unnamed } = options, nameOf = (output: OutputParameter) => output.name ?? unnamed;
  const named = outputs.filter((output) => nameOf(output) !== undefined);
  if (named.length > 0) {
    const fields = named.map((output) =>
      [nameOf(output)!, compileAt(output, options, nameOf(output)!)] as const
    );
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
  return (node, given, drift) => {
    // One of them finding nothing is what the others are for.
    const scope = { ...given, misses: undefined };
    for (const shape of shapes) {
      const value = shape(node, scope, drift);
      if (value !== null) return value;
    }
    return null;
  };
}
