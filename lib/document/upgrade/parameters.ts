/**
 * Parameters, as authors of every dialect write them.
 *
 * @module
 */
import { standsIn } from "../diagnostics/location.ts";
import { INPUT, INPUT_SCHEMA, OUTPUT } from "../../../schemas/aliases.ts";
import { isMapping, type Raw, renamed, set, type Upgrade } from "../conform/raw.ts";
import type { Report } from "../diagnostics/report.ts";
import { writtenConstants } from "../conform/written.ts";
import { typeKeys, typeOf } from "./types.ts";

const PLACES: ReadonlyMap<string, string> = new Map(Object.entries({
  form: "formData",
  formdata: "formData",
  "form-data": "formData",
  querystring: "query",
  headers: "header",
  env: "environment",
}));

/** A mapping of a schema that stands under `schema:`, as OpenAPI writes it, joined with what stands beside it. */
function inlined(raw: Raw, report: Report): Raw {
  const schema = raw["schema"];
  if (!isMapping(schema)) return raw;
  // Constants are read where they stand: in the joined mapping their places are lost.
  const about = {
    type: "type" in schema ? typeKeys(schema["type"])["type"] ?? schema["type"] : undefined,
    textual: false,
  };
  const constants = writtenConstants(schema, about, report.origins);
  return renamed(raw, report, {}, { ...schema, ...constants, ...raw, schema: undefined });
}

function isArray(raw: Raw): boolean {
  return typeof raw["type"] === "string" && typeKeys(raw["type"])["type"] === "array" ||
    raw["type"] === "array";
}

function isCollection(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isMapping(value) && Object.keys(value).length > 0;
}

/** The element of an array, made of the properties its author gave the array; it stands where they do. */
function itemsOf(properties: unknown, raw: Raw, report: Report): Raw {
  const items: Raw = { type: "object", properties }, origin = report.origins.get(raw);
  const at = origin?.entries?.get("properties");
  if (origin && at) {
    report.origins.set(items, standsIn({ file: origin.file, span: at.value }, "properties", at));
  }
  return items;
}

/** `items` and `properties`, whatever their form, as a schema and as a collection keyed by name. */
function nested(raw: Raw, report: Report): Raw {
  const out: Raw = {}, items = raw["items"];
  if (items === undefined && isArray(raw) && isCollection(raw["properties"])) {
    report.once(
      "array properties",
      "warning",
      "coerced",
      "an array has items, not properties; these are read as the properties of each item",
      report.locate(raw, "properties", "key"),
      "write items: { type: object, properties: … }",
    );
    return { properties: undefined, items: itemsOf(raw["properties"], raw, report) };
  }
  if (Array.isArray(items)) {
    out["items"] = items.length > 0 && items.every((item) =>
        isMapping(item) && typeof item["name"] === "string"
      )
      ? { type: "object", properties: items }
      : items.find(isMapping);
  } else if (isMapping(items) && !looksLikeSchema(items)) {
    out["items"] = { type: "object", properties: items };
  } else if (typeof items === "string") out["items"] = { type: items };
  const required = raw["required"], properties = raw["properties"];
  if (Array.isArray(required)) {
    out["required"] = undefined;
    if (isMapping(properties)) {
      const marked: Raw = {};
      for (const [key, value] of Object.entries(properties)) {
        set(marked, key, required.includes(key) && isMapping(value) ? { ...value, required: true } : value);
      }
      out["properties"] = marked;
    }
  }
  return out;
}

const SCHEMA_KEYS = [
  "mapping",
  "properties",
  "items",
  "value",
  "const",
  "$ref",
  "enum",
  "format",
  "description",
  "nullable",
  "oneOf",
  "anyOf",
  "allOf",
];

/** Whether a mapping is one schema, and not a map of names to schemas. */
function looksLikeSchema(raw: Raw): boolean {
  if (typeof raw["type"] === "string" || Array.isArray(raw["type"])) return true;
  if (Object.keys(raw).length === 0) return true;
  return SCHEMA_KEYS.some((key) =>
    raw[key] !== undefined && !(isMapping(raw[key]) && "type" in (raw[key] as Raw))
  );
}

function scalarValue(raw: Raw): Raw {
  // A map entry such as `limit: integer` names a type; any other scalar is a constant.
  const value = raw["value"];
  if (Object.keys(raw).length === 2 && typeof value === "string" && raw["name"] !== undefined) {
    const keys = typeKeys(value);
    if (Object.keys(keys).length === 0) return { type: value, value: undefined };
    if (keys["type"] !== undefined) return { ...keys, value: undefined };
  }
  return {};
}

/** How OpenAPI and Swagger say in which form a list is sent. */
const STYLES = ["style", "explode", "collectionFormat"];

/** Places of a request where a value is text, whatever its type. */
const TEXT_PLACES: ReadonlySet<unknown> = new Set(["query", "header", "path", "cookie", "formData"]);

/** The type of a parameter, once its word is understood. */
function understood(raw: Raw, report: Report): { keys: Raw; type: unknown } {
  const keys = typeOf(raw, report);
  return { keys, type: "type" in keys ? keys["type"] : raw["type"] };
}

/** A nested schema of an input. */
export const upgradeInputSchema: Upgrade = (written, report) => {
  const raw = inlined(written, report), { keys, type } = understood(raw, report);
  return renamed(raw, report, INPUT_SCHEMA, {
    ...keys,
    ...writtenConstants(raw, { type, textual: false }, report.origins),
    ...nested(raw, report),
    ...scalarValue(raw),
  });
};

/** An input parameter of a tool, an operation, an API. */
export const upgradeInput: Upgrade = (written, report) => {
  const raw = inlined(written, report), { keys, type } = understood(raw, report);
  const place = raw["in"] ?? raw["location"] ?? raw["placement"], values: Raw = { ...keys };
  if (typeof place === "string") {
    const lower = place.toLowerCase();
    values["in"] = PLACES.get(lower) ?? lower;
  }
  const textual = TEXT_PLACES.has(values["in"]);
  Object.assign(
    values,
    writtenConstants(raw, { type, textual }, report.origins),
    nested(raw, report),
    scalarValue(raw),
  );
  if (raw["value"] === null) values["value"] = undefined;
  const styled = STYLES.find((key) => raw[key] !== undefined);
  if (styled !== undefined) {
    report.once(
      "style",
      "warning",
      "unofficial-key",
      `${styled} says how a list is written, though the official schema does not know the key`,
      report.locate(raw, styled, "key"),
      "keep it, or write the joined text as a value of type string",
    );
  }
  return renamed(raw, report, INPUT, values);
};

/** An output parameter, at any depth. */
export const upgradeOutput: Upgrade = (written, report) => {
  const raw = inlined(written, report), { keys, type } = understood(raw, report);
  const values: Raw = {
    ...keys,
    ...(type === "string" ? writtenConstants(raw, { type, textual: false }, report.origins) : {}),
    ...nested(raw, report),
    ...scalarValue(raw),
  };
  if (raw["const"] !== undefined && raw["value"] !== undefined) values["const"] = undefined;
  return renamed(raw, report, OUTPUT, values);
};

/**
 * Outputs of a consumed operation: `value: $.x` is a path into the body there.
 *
 * @param outputs The raw collection, a map or a list.
 */
export function consumedOutputs(outputs: unknown, report: Report): unknown {
  const one = (raw: unknown): unknown => {
    if (!isMapping(raw)) return raw;
    const path = raw["value"];
    if (raw["mapping"] !== undefined || typeof path !== "string" || !path.startsWith("$")) return raw;
    return renamed(raw, report, { value: "mapping" });
  };
  if (Array.isArray(outputs)) return listLike(outputs, outputs.map(one), report);
  if (!isMapping(outputs)) return outputs;
  return renamed(
    outputs,
    report,
    {},
    Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, one(value)])),
  );
}

/** A list made from another: it stands where that one stood. */
function listLike(from: unknown[], list: unknown[], report: Report): unknown[] {
  const origin = report.origins.get(from);
  if (origin) report.origins.set(list, origin);
  return list;
}
