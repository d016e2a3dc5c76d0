/**
 * Type words: the many words authors have for the six JSON types.
 *
 * @module
 */
import type { Raw } from "../raw.ts";

const TYPES: ReadonlySet<string> = new Set(["string", "number", "integer", "boolean", "array", "object"]);
const WORDS: ReadonlyMap<string, string> = new Map(Object.entries({
  int: "integer",
  int32: "integer",
  int64: "integer",
  long: "integer",
  float: "number",
  double: "number",
  decimal: "number",
  bool: "boolean",
  list: "array",
  map: "object",
  dict: "object",
  json: "object",
  date: "string",
  datetime: "string",
  "date-time": "string",
  time: "string",
  timestamp: "string",
  uuid: "string",
  file: "string",
  binary: "string",
  enum: "string",
  text: "string",
  str: "string",
  uri: "string",
  url: "string",
  email: "string",
}));

/**
 * The keys that stand for an author's `type`: one of the six types, the author's own word where it is
 * another, and whether null is allowed.
 *
 * @param written The value of `type`.
 * @returns Replacements for the keys of the mapping; empty when nothing is to change.
 */
export function typeKeys(written: unknown): Raw {
  if (Array.isArray(written)) {
    const words = written.filter((word) => word !== "null"), nullable = words.length < written.length;
    return {
      type: undefined,
      ...(words.length === 1 ? asType(words[0]) : {}),
      ...(nullable ? { nullable: true } : {}),
    };
  }
  return typeof written === "string" && TYPES.has(written) ? {} : asType(written);
}

function asType(written: unknown): Raw {
  if (typeof written !== "string") return { type: undefined };
  const word = written.toLowerCase();
  if (TYPES.has(word)) return { type: word };
  const type = WORDS.get(word);
  return type === undefined ? { type: undefined, typeWord: written } : { type, typeWord: written };
}
