/**
 * What clients learn of an input: its schema in the form that every client's converter takes. The check keeps to the
 * author's own.
 *
 * @module
 */
import type { JsonSchema } from "../flow.ts";
import { formatCheck } from "./format.ts";
import { typesOf } from "./schema_types.ts";

/** The formats that every converter on the list of clients takes. Of others some lose the whole server. */
const FORMATS: ReadonlySet<string> = new Set(["date", "date-time", "time", "uuid", "uri"]);

/** A description with one more thing to know. */
function described(description: unknown, more: string): string {
  const own = typeof description === "string" ? description.trim() : "";
  return own === "" ? `${more[0]!.toUpperCase()}${more.slice(1)}.` : `${own.replace(/\.$/, "")} (${more}).`;
}

/**
 * A value that may be null is a choice of two schemas: a list of types is what some converters fail at, and lose the whole
 * server by it.
 */
function withoutTypeList(schema: Record<string, unknown>): Record<string, unknown> {
  const types = typesOf(schema);
  if (!Array.isArray(schema["type"]) || types.length !== 2 || !types.includes("null")) return schema;
  const { description, default: fallback, enum: choices, type: _, ...rest } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [
      {
        type: types.find((type) => type !== "null"),
        ...(Array.isArray(choices) ? { enum: choices.filter((choice) => choice !== null) } : {}),
        ...rest,
      },
      { type: "null" },
    ],
  };
}

/** What any JSON value is, for converters that fail at a schema without a type. */
const ANY_VALUE: readonly JsonSchema[] = [
  { type: "string" },
  { type: "number" },
  { type: "boolean" },
  { type: "object", properties: {}, additionalProperties: true },
  { type: "array", items: {} },
  { type: "null" },
];

/** The one JSON type of some values; undefined where they are of several, or where there is none. */
function commonType(values: readonly unknown[]): string | undefined {
  const [type, ...others] = new Set(values.map((value) => typeof value));
  return others.length === 0 && (type === "string" || type === "number" || type === "boolean")
    ? type
    : undefined;
}

/** An input without a type: that of its choices, or any. */
function withType(schema: Record<string, unknown>): Record<string, unknown> {
  const { enum: choices } = schema;
  if (!Array.isArray(choices)) return { ...schema, anyOf: ANY_VALUE };
  const type = commonType(choices);
  return type === undefined ? schema : { ...schema, type };
}

/** What the titles of choices say, as words of the description: converters of clients do not know the keywords. */
function withoutTitles(schema: JsonSchema): Record<string, unknown> {
  const { oneOf, enumNames, ...rest } = schema;
  const titles = (oneOf as { title: string }[] | undefined)?.map(({ title }) => title) ??
    enumNames as string[] | undefined;
  if (!titles) return rest;
  const words = (rest["enum"] as unknown[]).slice(0, titles.length).map((choice, i) =>
    String(choice) === titles[i] ? titles[i] : `${choice} is ${titles[i]}`
  );
  return { ...rest, description: described(rest["description"], `values: ${words.join(", ")}`) };
}

/**
 * The schema of an input as clients see it: other formats become words, an object that takes anything says so, what may
 * be null is a choice of two, and what takes any value says of which types those are.
 *
 * @param schema A schema of `inputSchemaOf`.
 * @param isItem It is of the items of an array, which need no type.
 * @returns A schema of its own; the given one stays as it is.
 */
export function advertised(schema: JsonSchema, isItem = false): JsonSchema {
  const out = withoutTitles(schema), { format } = out;
  if (typeof format === "string" && !FORMATS.has(format)) {
    delete out["format"];
    const known = formatCheck(format)?.expected;
    // Words such as int32 say what the type says already.
    if (known !== undefined) out["description"] = described(out["description"], known);
    else if (typesOf(schema).includes("string")) {
      out["description"] = described(out["description"], `format ${format}`);
    }
  }
  const { items, properties } = out;
  if (items !== undefined) out["items"] = advertised(items as JsonSchema, true);
  if (properties !== undefined) {
    out["properties"] = Object.fromEntries(
      Object.entries(properties as Record<string, JsonSchema>).map((
        [name, inner],
      ) => [name, advertised(inner)]),
    );
  } else if (typesOf(schema).includes("object")) {
    out["properties"] = {};
    out["additionalProperties"] = true;
  }
  return out["type"] === undefined && !isItem ? withType(out) : withoutTypeList(out);
}
