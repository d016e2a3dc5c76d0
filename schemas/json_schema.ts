/**
 * The JSON Schema of a capability document, for editors: made from the schemas that reading uses.
 *
 * @module
 */
import * as z from "zod/mini";
import { Bind, CapabilityDocument, Info } from "./capability.ts";
import { notes } from "./notation.ts";

type Json = Record<string, unknown>;

/** The document as authors write it: the version under its root key, the sections under `capability`. */
const { consumes, aggregates, exposes } = CapabilityDocument.shape;
const Written = z.strictObject({
  ikanos: z.optional(z.string()),
  naftiko: z.optional(z.string()),
  info: z.optional(Info),
  binds: z.optional(z.array(Bind)),
  capability: z.optional(z.strictObject({ consumes, aggregates, exposes })),
  consumes,
  aggregates,
  exposes,
});

/** Lets a collection be written as a list of named items, or as a map of name to item. */
function listOrMap(schema: Json): void {
  const { items, description, ...list } = schema;
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, {
    ...(description === undefined ? {} : { description }),
    anyOf: [{ ...list, items }, {
      type: "object",
      description: "By name",
      additionalProperties: { type: ["object", "string"] },
    }],
  });
}

/**
 * Makes the JSON Schema of a capability document.
 *
 * @returns A schema of draft 2020-12, for editors.
 */
export function documentSchema(): Json {
  const schema = z.toJSONSchema(Written, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const note = notes.get(zodSchema), out = jsonSchema as Json;
      if (note?.description !== undefined) out["description"] = note.description;
      if (note?.keyed !== undefined) listOrMap(out);
    },
  }) as Json;
  return {
    ...schema,
    title: "Capability",
    description: "A capability: the HTTP APIs it consumes, and what it exposes of them.",
    anyOf: [{ required: ["ikanos"] }, { required: ["naftiko"] }],
  };
}
