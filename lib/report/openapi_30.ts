/**
 * An OpenAPI 3.1 document in the words of OpenAPI 3.0, for gateways and generators that read no newer one. What 3.0
 * cannot say is left out: a document of 3.0 allows more, and never less, than that of 3.1.
 *
 * @module
 */
type Schema = Readonly<Record<string, unknown>>;

/** Words of JSON Schema that mean the same in 3.0, or hold nothing that has to be rewritten. */
const KEPT: ReadonlySet<string> = new Set([
  "title",
  "description",
  "default",
  "format",
  "enum",
  "required",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "readOnly",
  "writeOnly",
  "deprecated",
  "discriminator",
  "xml",
  "externalDocs",
  "example",
]);
const LISTS = ["allOf", "anyOf", "oneOf"] as const;

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNull(schema: unknown): boolean {
  return isObject(schema) && (schema["type"] === "null" || schema["const"] === null);
}

/** The type of a schema: 3.0 has one type and a word for null beside it. */
function typed(type: unknown): Schema {
  if (!Array.isArray(type)) return type === undefined ? {} : type === "null" ? { nullable: true } : { type };
  const types = type.filter((each) => each !== "null"), nullable = types.length < type.length;
  if (types.length === 1) return { type: types[0], ...(nullable ? { nullable } : {}) };
  // Nullable means something only beside a type, so that each of several has its own.
  return {
    anyOf: types.map((each) => ({
      type: each,
      ...(each === "array" ? { items: {} } : {}),
      ...(nullable ? { nullable } : {}),
    })),
  };
}

/** A bound: 3.0 says with a flag beside it that the bound itself is out. */
function bounded(schema: Schema, bound: "minimum" | "maximum", exclusive: string): Schema {
  const open = schema[exclusive], closed = schema[bound];
  if (typeof open !== "number") return closed === undefined ? {} : { [bound]: closed };
  const isOpenTighter = typeof closed !== "number" || (bound === "minimum" ? open >= closed : open <= closed);
  return isOpenTighter ? { [bound]: open, [exclusive]: true } : { [bound]: closed };
}

/** Branches of a schema; null as one of them becomes a word beside the others. */
function branches(schema: Schema): Schema {
  const out: Record<string, unknown> = {};
  for (const word of LISTS) {
    const list = schema[word];
    if (!Array.isArray(list)) continue;
    const others = word === "allOf" ? list : list.filter((each) => !isNull(each));
    const nullable = others.length < list.length;
    if (others.length > 0) {
      out[word] = others.map((each) => {
        const branch = schema30(each);
        return nullable && branch["type"] !== undefined ? { ...branch, nullable: true } : branch;
      });
    }
  }
  return out;
}

/** What bytes in text are called: 3.0 has formats for it. */
function encoded(schema: Schema): Schema {
  if (schema["format"] !== undefined) return {};
  if (/^base64(?:url)?$/.test(String(schema["contentEncoding"]))) return { format: "byte" };
  return schema["contentMediaType"] === "application/octet-stream" ? { format: "binary" } : {};
}

function itemsOf(schema: Schema, type: unknown): Schema {
  const { prefixItems, items } = schema;
  // Items that differ by place are some of several here.
  if (Array.isArray(prefixItems)) {
    const each = [...prefixItems, ...(items === false ? [] : [items ?? {}])].map(schema30);
    return { items: { anyOf: each } };
  }
  if (items !== undefined) return { items: schema30(items) };
  return type === "array" ? { items: {} } : {};
}

/**
 * A schema in the words of OpenAPI 3.0.
 *
 * @param value A schema of OpenAPI 3.1: one of JSON Schema 2020-12.
 */
export function schema30(value: unknown): Schema {
  if (value === false) return { not: {} };
  if (!isObject(value)) return {};
  const { $ref } = value;
  if (typeof $ref === "string") {
    const { $ref: _, ...beside } = value;
    return Object.keys(beside).length === 0 ? { $ref } : { ...schema30(beside), allOf: [{ $ref }] };
  }
  const out: Record<string, unknown> = {};
  for (const [word, content] of Object.entries(value)) {
    if (KEPT.has(word) || word.startsWith("x-")) out[word] = content;
  }
  if (typeof value["pattern"] === "string") out["pattern"] = value["pattern"];
  if (out["example"] === undefined && Array.isArray(value["examples"]) && value["examples"].length > 0) {
    out["example"] = value["examples"][0];
  }
  const type = typed(value["type"]);
  Object.assign(out, type, bounded(value, "minimum", "exclusiveMinimum"));
  Object.assign(out, bounded(value, "maximum", "exclusiveMaximum"), encoded(value));
  const { anyOf, ...others } = branches(value);
  // Several types are branches of their own; where there are branches already, both have to hold.
  if (type["anyOf"] !== undefined && anyOf !== undefined) {
    out["allOf"] = [{ anyOf }, ...(others["allOf"] as [] ?? [])];
  } else if (anyOf !== undefined) out["anyOf"] = anyOf;
  for (const word of ["allOf", "oneOf"] as const) if (others[word] !== undefined) out[word] ??= others[word];
  if (value["const"] !== undefined && out["enum"] === undefined) {
    if (value["const"] === null) out["nullable"] = true;
    else out["enum"] = [value["const"]];
  }
  Object.assign(out, itemsOf(value, type["type"]));
  if (isObject(value["properties"])) out["properties"] = mapValues(value["properties"], schema30);
  const more = value["additionalProperties"];
  // Names that follow a pattern have no word in 3.0, so that nothing can be said of the others.
  if (more !== undefined && value["patternProperties"] === undefined) {
    out["additionalProperties"] = typeof more === "boolean" ? more : schema30(more);
  }
  if (value["not"] !== undefined) out["not"] = schema30(value["not"]);
  return out;
}

function mapValues(object: object, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** Parts of a document without a schema, whose keys are names that somebody chose. */
const WITHOUT_SCHEMAS: ReadonlySet<string> = new Set([
  "info",
  "servers",
  "tags",
  "security",
  "securitySchemes",
  "example",
  "examples",
]);

/** Schemas stand under `schema`, and under the names of `schemas`, wherever that is in a document. */
function rewrite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewrite);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, content]) => {
      if (WITHOUT_SCHEMAS.has(key)) return [key, content];
      if (key === "schema") return [key, schema30(content)];
      if (key === "schemas" && isObject(content)) return [key, mapValues(content, schema30)];
      return [key, rewrite(content)];
    }),
  );
}

/**
 * An OpenAPI 3.1 document as one of OpenAPI 3.0.
 *
 * @param document A document made by this program: no webhooks, and parameters with schemas.
 */
export function openApi30(document: object): object {
  return { ...rewrite(document) as object, openapi: "3.0.3" };
}
