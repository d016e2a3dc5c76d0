/**
 * The types a JSON Schema names: one word, several, or none.
 *
 * @module
 */
import type { JsonSchema } from "../flow.ts";

/** The types of a schema, in order; empty where it takes anything. */
export function typesOf(schema: JsonSchema): readonly string[] {
  const written = schema["type"];
  if (written === undefined) return [];
  return Array.isArray(written) ? written as string[] : [written as string];
}
