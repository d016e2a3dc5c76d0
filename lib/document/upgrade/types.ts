/**
 * Type words: the many words authors have for the six JSON types.
 *
 * @module
 */
import { nearest } from "../diagnostics/nearest.ts";
import { isMapping, type Raw } from "../conform/raw.ts";
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
 * The keys that stand for the `type` of a mapping. A word that is no type is reported: read as the type it nearly is, else
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
  if (Array.isArray(written)) return typeOfList(written, keys, raw, report);
  if (written === null) {
    const at = report.locate(raw, "type", "key");
    report.once(
      "type",
      "warning",
      "empty-value",
      "type has no value and is left out",
      at,
      "give it a value, or remove it",
    );
  }
  if (written === null || written === undefined) return keys;
  if (typeof written !== "string") {
    report.add(
      "error",
      "unknown-type",
      `${isMapping(written) ? "a mapping" : String(written)} is not a type; it is left out`,
      report.locate(raw, "type"),
      `use ${[...TYPES].join(", ")}`,
    );
    return { ...keys, type: undefined };
  }
  if (!("type" in keys) || keys["type"] !== undefined) return keys;
  const word = written.trim().toLowerCase();
  if (ANY.has(word)) return keys;
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

/** A list of types, as JSON Schema has it: one type, perhaps beside null. Of several, none is checked. */
function typeOfList(written: readonly unknown[], keys: Raw, raw: Raw, report: Report): Raw {
  const strange = written.find((word) =>
    word !== null &&
    (typeof word !== "string" || (!TYPES.has(word.toLowerCase()) && !WORDS.has(word) && !ANY.has(word)))
  );
  const at = report.locate(raw, "type"), several = written.filter((word) => word !== "null").length > 1;
  if (strange !== undefined || written.length === 0) {
    report.add(
      "error",
      "unknown-type",
      strange === undefined
        ? "type is an empty list; it is left out"
        : `${isMapping(strange) ? "a mapping" : String(strange)} is not a type; it is left out`,
      at,
      `use ${[...TYPES].join(", ")}`,
    );
  } else if (several) {
    report.add(
      "warning",
      "unknown-type",
      `type lists ${written.join(", ")}; a value of any type is taken`,
      at,
      "write the one type that the API expects",
    );
  }
  return keys;
}

function asType(written: unknown): Raw {
  if (typeof written !== "string") return { type: undefined };
  const word = written.toLowerCase();
  if (TYPES.has(word)) return { type: word };
  const type = WORDS.get(word);
  return type === undefined ? { type: undefined, typeWord: written } : { type, typeWord: written };
}
