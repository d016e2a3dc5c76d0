/**
 * The JSON Schema of a capability document.
 *
 * @module
 */
import { documentSchema as schemaOfDocuments } from "../../schemas/json_schema.ts";

/**
 * The JSON Schema of a capability document, for editors.
 *
 * @returns A JSON Schema of draft 2020-12 as data. It takes everything that is read, older names of keys included.
 * @example The root keys
 * ```ts
 * import { documentSchema } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * assert.ok("ikanos" in (documentSchema()["properties"] as Record<string, unknown>));
 * ```
 */
export function documentSchema(): Record<string, unknown> {
  return schemaOfDocuments();
}
