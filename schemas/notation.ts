/**
 * The notation the schemas are written in: descriptions for editors, and collections keyed by name.
 *
 * @module
 */
import * as z from "zod/mini";

/** What an editor learns of a schema beside its shape. */
export interface Note {
  /** One sentence for the author. */
  readonly description?: string;
  /** Keys the official schema requires though a lenient reader can do without them. */
  readonly required?: readonly string[];
  /** The item schema of a collection keyed by name. */
  readonly keyed?: z.core.SomeType;
}

/** The notes of every schema that has one. */
export const notes: WeakMap<object, Note> = new WeakMap();

/** Adds a sentence for the author to a schema. */
export function describe<T extends z.core.SomeType>(schema: T, description: string, more?: Note): T {
  notes.set(schema, { description, ...more });
  return schema;
}

/**
 * A collection keyed by name. Authors write a map of name to item or a list of items with `name`;
 * a model always holds the list, in document order, with duplicates kept.
 */
export function keyed<T extends z.core.SomeType>(item: T): z.ZodMiniArray<T> {
  const schema = z.array(item);
  notes.set(schema, { keyed: item });
  return schema;
}

/** The name of an item in a collection keyed by name. */
export const name: z.ZodMiniString<string> = z.string();
