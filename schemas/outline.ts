/**
 * The outline of a capability document: what reading needs to know of its schemas, without the library they are
 * written with. Loading that library and making the schemas takes longer than reading most documents.
 *
 * An outline says of each mapping which keys it takes, and of each key what its value is:
 *
 * - `text`, `number`, `flag` (true or false), `any`
 * - `=a|b`: one of these words
 * - `[x]`: a list; `{x}`: a collection keyed by name; `<x>`: a mapping of free keys
 * - a name: the mapping of that name; `A / B`: one of these, distinguished by their `type`
 * - `?` at the end: may be left out
 *
 * The key `*` stands for any other key. The outline in `outline_of_capability.ts` is drawn from the schemas with
 * `deno task outline`, and a test holds the two together.
 *
 * @module
 */

/** What a mapping takes, by key. */
export type MappingOutline = Readonly<Record<string, string>>;

/** Every mapping, by name. */
export type Outline = Readonly<Record<string, MappingOutline>>;
