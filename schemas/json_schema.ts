/**
 * The JSON Schema of a capability document, for editors: made from the schemas that reading uses.
 *
 * @module
 */
import * as z from "zod/mini";
import { Aggregate } from "./flow.ts";
import { Bind, Info } from "./capability.ts";
import { ConsumedOperation, Consumes, RequestBody } from "./consumes.ts";
import { EDITOR, SENTENCES } from "./editor.ts";
import { Exposes, ExposesRest, ExposesSkill } from "./exposes.ts";
import { describe, notes } from "./notation.ts";
import { InputParameter, InputSchema, OutputParameter, ParameterPlace, ParameterType } from "./parameters.ts";
import { WORDS } from "./words.ts";

type Json = Record<string, unknown>;
type Schema = z.core.$ZodType;

/** An entry that stands for one of another file. */
const Import = z.strictObject({
  from: z.optional(describe(z.string(), "The file, relative to this one")),
  location: z.optional(z.string()),
  import: describe(z.string(), "The namespace in that file"),
  as: z.optional(describe(z.string(), "The namespace it has here")),
  description: z.optional(z.string()),
});

/** A section: a list, or a map keyed by namespace. */
const section = <T extends z.core.SomeType>(item: T) =>
  z.optional(z.union([z.array(z.union([item, Import])), z.record(z.string(), item)]));

const binds = z.optional(z.union([
  z.array(z.union([Bind, Import, z.string()])),
  z.record(z.string(), Bind),
]));
const sections = {
  binds,
  externalRefs: binds,
  consumes: section(Consumes),
  aggregates: section(Aggregate),
  exposes: section(Exposes),
};
const version = z.optional(z.union([z.string(), z.number()]));

/** The document as authors write it: the version under its root key, sections there or under `capability`. */
const Written = z.strictObject({
  ikanos: version,
  naftiko: version,
  info: z.optional(Info),
  ...sections,
  capability: z.optional(z.strictObject({
    ...sections,
    info: z.optional(Info),
  })),
});

/** Words for surfaces in older dialects. */
const OLDER: ReadonlyMap<object, readonly string[]> = new Map<object, readonly string[]>([
  [ExposesRest.shape.type, ["api", "http"]],
  [ExposesSkill.shape.type, ["agent-skill"]],
]);
/** Schemas that hold others of their kind under `items`, and take what OpenAPI writes. */
const NESTING: ReadonlySet<object> = new Set<object>([InputParameter, InputSchema, OutputParameter]);

/** The item schemas of collections keyed by name: in a map their name is the key. */
function keyedItems(root: Schema): Set<object> {
  const out = new Set<object>(), seen = new Set<object>(), queue: unknown[] = [root];
  while (queue.length > 0) {
    const schema = queue.pop() as { _zod?: { def: z.core.$ZodTypeDef & Json } };
    if (!schema?._zod || seen.has(schema)) continue;
    seen.add(schema);
    const item = notes.get(schema)?.keyed;
    if (item) out.add(item);
    const { innerType, element, valueType, shape, options } = schema._zod.def;
    queue.push(innerType, element, valueType, ...Object.values(shape ?? {}), ...(options as unknown[] ?? []));
  }
  return out;
}

/** A schema that stands for another of its kind at a key: the schema itself, its name alone, or several. */
function nesting(schema: Json): Json {
  return {
    ...(schema["description"] === undefined ? {} : { description: schema["description"] }),
    anyOf: [schema, { type: "string" }, { type: "array", items: schema }, {
      type: "object",
      additionalProperties: schema,
    }],
  };
}

/** A collection keyed by name, as a list of named items or a map of name to item. */
function listOrMap(out: Json, item: object): void {
  const { items, description } = out, shape = (item as typeof Bind)._zod.def.shape as Record<string, Schema>;
  const isNamed = shape["name"]?._zod.def.type !== "optional";
  const single = item === OutputParameter ? [items] : [];
  for (const key of Object.keys(out)) delete out[key];
  Object.assign(out, {
    ...(description === undefined ? {} : { description }),
    anyOf: [
      ...single,
      { type: "array", items: isNamed ? { allOf: [items, { required: ["name"] }] } : items },
      { type: "object", additionalProperties: items },
    ],
  });
}

/** An object schema, completed with what an editor learns of it. */
function object(out: Json, schema: object, isItem: boolean): void {
  const note = EDITOR.get(schema), properties = out["properties"] as Record<string, Json>;
  for (const [key, words] of Object.entries(WORDS.get(schema) ?? {})) {
    const { type: _, ...more } = properties[key]!;
    properties[key] = { ...more, anyOf: [{ enum: words }, { type: "string" }] };
  }
  for (const [key, property] of Object.entries(properties)) {
    if (property["description"] === undefined && Object.hasOwn(SENTENCES, key)) {
      properties[key] = { ...property, description: SENTENCES[key] };
    }
  }
  if (NESTING.has(schema)) {
    properties["items"] = nesting(properties["items"]!);
    properties["required"] = { ...properties["required"], type: ["boolean", "array"] };
    properties["schema"] = { type: "object", description: "The same, as OpenAPI writes it" };
    delete properties["typeWord"];
  }
  for (const [alias, key] of Object.entries(note?.aliases ?? {})) {
    if (properties[key] === undefined || properties[alias] !== undefined) continue;
    properties[alias] = { ...properties[key], description: `Write ${key}`, deprecated: true };
  }
  if (schema === Bind) {
    // External references of the dialects 0.4 and 0.5 say so; the location alone decides.
    for (const key of ["type", "resolution"]) {
      properties[key] = { type: "string", description: "Leave it out: location decides", deprecated: true };
    }
  }
  if (schema === ConsumedOperation) delete properties["id"]!["description"];
  if (note) out["title"] = note.title;
  if (isItem) out["type"] = ["object", "string", "number", "boolean", "null"];
  if (schema === RequestBody) {
    Object.assign(out, { type: ["object", "string", "array"], additionalProperties: true });
  }
  if (out["additionalProperties"] === false) out["patternProperties"] = { "^(x-|\\$)": {} };
  requirements(out, note?.required ?? [], note?.aliases ?? {});
}

/** What must be there, under its own name or an older one. */
function requirements(
  out: Json,
  official: readonly string[],
  aliases: Readonly<Record<string, string>>,
): void {
  const needed = new Set([...(out["required"] as string[] | undefined ?? []), ...official]);
  const plain: string[] = [], choices: Json[] = [];
  for (const key of needed) {
    if (key === "name") continue;
    const others = Object.keys(aliases).filter((alias) => aliases[alias] === key);
    if (others.length === 0) plain.push(key);
    else choices.push({ anyOf: [key, ...others].map((each) => ({ required: [each] })) });
  }
  delete out["required"];
  if (plain.length > 0 && out["title"] !== "Request body") out["required"] = plain;
  if (choices.length > 0) out["allOf"] = choices;
}

/**
 * Makes the JSON Schema of a capability document.
 *
 * @returns A schema of draft 2020-12, for editors.
 */
export function documentSchema(): Json {
  const items = keyedItems(Written);
  const schema = z.toJSONSchema(Written, {
    io: "input",
    unrepresentable: "any",
    reused: "ref",
    override({ zodSchema, jsonSchema }) {
      const note = notes.get(zodSchema), out = jsonSchema as Json;
      if (note?.description !== undefined) out["description"] = note.description;
      if (note?.keyed !== undefined) listOrMap(out, note.keyed);
      else if (out["properties"] !== undefined) object(out, zodSchema, items.has(zodSchema));
      const older = OLDER.get(zodSchema);
      if (older !== undefined) {
        out["enum"] = [out["const"], ...older];
        delete out["const"];
      }
      // Any word, or a list of words, is read; the ones of the specification are offered.
      if ((zodSchema as object) === ParameterType || (zodSchema as object) === ParameterPlace) {
        out["anyOf"] = [{ enum: out["enum"] }, { type: "string" }, {
          type: "array",
          items: { type: ["string", "null"] },
        }];
        delete out["enum"];
        delete out["type"];
      }
    },
  }) as Json;
  return {
    ...schema,
    title: "Capability",
    description: "A capability: the HTTP APIs it consumes, and what it exposes of them.",
    anyOf: [{ required: ["ikanos"] }, { required: ["naftiko"] }],
  };
}
