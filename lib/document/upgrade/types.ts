/**
 * Type words: the many words authors have for the six JSON types.
 *
 * @module
 */
import { nearest } from "../diagnostics/nearest.ts";
import type { Raw } from "../conform/raw.ts";
import type { Report } from "../diagnostics/report.ts";

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
/** Words for a value of any type. */
const ANY: ReadonlySet<string> = new Set(["any", "null", "mixed", "unknown", "value"]);

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

/**
 * The keys that stand for the `type` of a mapping. A word that is no type is told: read as the type it nearly is, else
 * left out.
 *
 * @param raw The mapping.
 * @param report Receives what is found.
 */
export function typeOf(raw: Raw, report: Report): Raw {
  if (!("type" in raw)) return {};
  const written = raw["type"], keys = typeKeys(written);
  if (
    typeof written === "string" && "type" in keys && keys["type"] !== undefined && keys["type"] !== written
  ) {
    const type = keys["type"];
    report.lenient(
      "other-name",
      `type ${written}`,
      `the type ${written} is read as ${type}`,
      [raw, "type"],
      `write type: ${type}`,
    );
  }
  if (typeof written !== "string" || !("type" in keys) || keys["type"] !== undefined) return keys;
  const word = written.trim().toLowerCase();
  // A template or a reference is no type, and is told by those who read it.
  if (ANY.has(word) || written.includes("{")) return keys;
  const near = word.length < 3 ? undefined : nearest(word, [...TYPES, ...WORDS.keys()]);
  const type = near && (WORDS.get(near) ?? near), at = report.locate(raw, "type");
  if (type !== undefined) {
    report.add(
      "warning",
      "unknown-type",
      `the type ${written} is read as ${type}`,
      at,
      `write type: ${type}`,
    );
    return { type, ...(near === type ? {} : { typeWord: near }) };
  }
  report.add(
    "error",
    "unknown-type",
    `${written} is not a type; it is left out`,
    at,
    `use ${[...TYPES].join(", ")}`,
  );
  return keys;
}

function asType(written: unknown): Raw {
  if (typeof written !== "string") return { type: undefined };
  const word = written.toLowerCase();
  if (TYPES.has(word)) return { type: word };
  const type = WORDS.get(word);
  return type === undefined ? { type: undefined, typeWord: written } : { type, typeWord: written };
}
