/**
 * YAML written as text with placeholders: where each of them stands decides how its value lands.
 *
 * @module
 */
import { letterTest } from "../data/letters.ts";
import { writeJson } from "../data/json.ts";
import { textOf } from "./text.ts";
import { UnfitValueError } from "./unfit.ts";

/** Where in a document a placeholder stands; in a block the text that every line of it begins with. */
export type YamlPlace = "value" | "word" | "double" | "single" | { readonly block: string };

/** Stands for a placeholder while the text around it is looked at. */
const MARK = "\ufffc";
const BLOCK = /(?:^|[:\-?]\s+)[|>][+\-\d]*\s*$/;
/** What goes before a value of its own, and what may follow it. */
const BEFORE = /(?:^|[:?-]\s+|[[{,]\s*)$/, AFTER = /^\s*(?:$|[,\]}]|\s#)/;

/** The place of each placeholder, in order. */
function placesIn(text: string): YamlPlace[] {
  const places: YamlPlace[] = [];
  let quote = "", block: number | undefined, indent = "";
  for (const line of text.split("\n")) {
    const lead = /^ */.exec(line)![0];
    if (block !== undefined && line.trim() !== "" && lead.length <= block) block = undefined;
    if (block !== undefined && line.trim() !== "") indent = lead;
    for (let i = 0; i < line.length; i++) {
      const c = line[i]!;
      if (c === MARK) {
        places.push(
          block !== undefined
            ? { block: indent }
            : quote === '"'
            ? "double"
            : quote === "'"
            ? "single"
            : BEFORE.test(line.slice(0, i)) && AFTER.test(line.slice(i + 1))
            ? "value"
            : "word",
        );
      } else if (block !== undefined) continue;
      else if (quote === '"' && c === "\\") i++;
      else if (quote !== "") { if (c === quote) quote = ""; }
      else if ((c === '"' || c === "'") && BEFORE.test(line.slice(0, i))) quote = c;
      else if (c === "#" && (i === 0 || /\s/.test(line[i - 1]!))) break;
    }
    if (block === undefined && quote === "" && BLOCK.test(line)) block = lead.length;
  }
  return places;
}

/**
 * The pieces of YAML text, each placeholder with its place.
 *
 * @param parts Literal text and placeholders.
 */
export function yamlPlaces<T extends object>(
  parts: readonly (string | T)[],
): (string | { readonly part: T; readonly place: YamlPlace })[] {
  const places = placesIn(parts.map((part) => typeof part === "string" ? part : MARK).join(""));
  return parts.map((part) => typeof part === "string" ? part : { part, place: places.shift() ?? "word" });
}

/** What may be part of an unquoted text without meaning anything to YAML. */
const isPlain = letterTest(/^[A-Za-z0-9_./+@ -]*$/, () => /^[\p{L}\p{N}_./+@ -]*$/u);

/**
 * A value as it is written where it lands.
 *
 * @param name What the value is called, for messages.
 * @param value The value; an absent one is null, inside a text nothing.
 * @param place Where it lands.
 * @throws {UnfitValueError} For a text that would mean something to YAML where no quotes stand around it.
 */
export function yamlValue(name: string, value: unknown, place: YamlPlace): string {
  if (place === "value") return writeJson(value) ?? "null";
  const text = textOf(value);
  if (typeof place === "object") return text.replace(/\r\n?|\n/g, `\n${place.block}`);
  if (place === "double") return JSON.stringify(text).slice(1, -1);
  // A line break inside single quotes would become a blank.
  if (place === "single" && !/[\r\n]/.test(text)) return text.replaceAll("'", "''");
  if (place === "word" && isPlain(text)) return text;
  throw new UnfitValueError(
    name,
    "letters, digits and spaces, since it is not in double quotes in the YAML",
    "other characters",
  );
}
