/**
 * XML written as text with placeholders: where each of them stands decides how its value is escaped.
 *
 * @module
 */
import { letterTest } from "../data/letters.ts";
import { UnfitValueError } from "./unfit.ts";

/** Where in a document a placeholder stands. */
export type XmlPlace = "content" | "tag" | "double" | "single" | "comment" | "cdata" | "instruction";

const OPENS: readonly (readonly [string, XmlPlace])[] = [
  ["<!--", "comment"],
  ["<![CDATA[", "cdata"],
  ["<?", "instruction"],
  ["<", "tag"],
];
const CLOSES: Partial<Record<XmlPlace, string>> = {
  comment: "-->",
  cdata: "]]>",
  instruction: "?>",
  double: '"',
  single: "'",
};

/** The place after a piece of the author's text. */
function placeAfter(text: string, place: XmlPlace): XmlPlace {
  for (let i = 0; i < text.length;) {
    if (place === "content") {
      const open = OPENS.find(([mark]) => text.startsWith(mark, i));
      i += open ? open[0].length : 1;
      if (open) place = open[1];
    } else if (place === "tag") {
      const c = text[i++];
      if (c === ">") place = "content";
      else if (c === '"') place = "double";
      else if (c === "'") place = "single";
    } else {
      const close = CLOSES[place]!;
      if (text.startsWith(close, i)) {
        i += close.length;
        place = place === "double" || place === "single" ? "tag" : "content";
      } else i++;
    }
  }
  return place;
}

/**
 * The pieces of XML text, each placeholder with its place.
 *
 * @param parts Literal text and placeholders.
 */
export function xmlPlaces<T extends object>(
  parts: readonly (string | T)[],
): (string | { readonly part: T; readonly place: XmlPlace })[] {
  let place: XmlPlace = "content";
  return parts.map((part) => {
    if (typeof part !== "string") return { part, place };
    place = placeAfter(part, place);
    return part;
  });
}

// deno-lint-ignore no-control-regex -- these are what XML cannot carry
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const isName = letterTest(/^[A-Za-z0-9_.\-:]*$/, () => /^[\p{L}\p{N}_.\-:]*$/u);
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/**
 * A value escaped for where it lands.
 *
 * @param name What the value is called, for messages.
 * @param text The value.
 * @param place Where it lands.
 * @throws {UnfitValueError} For what XML cannot carry there.
 */
export function escapeXml(name: string, text: string, place: XmlPlace): string {
  if (!text.isWellFormed() || UNFIT.test(text)) {
    throw new UnfitValueError(
      name,
      "text that XML can carry",
      "a control character or half a surrogate pair",
    );
  }
  switch (place) {
    case "content":
      return text.replace(/[&<>"'\r]/g, (c) => ENTITIES[c]!);
    case "double":
    case "single":
      return text.replace(/[&<>"'\r\n\t]/g, (c) => ENTITIES[c]!);
    case "cdata":
      // A section that ends before each ] and > that could close it, and around what it has no writing for.
      return text.replace(/>/g, "]]><![CDATA[>").replace(/\r/g, "]]>&#13;<![CDATA[").replace(
        /\]$/,
        "]]]><![CDATA[",
      );
    case "comment":
    case "instruction":
      return text.replace(/[-?>]/g, " ");
    case "tag":
      if (isName(text)) return text;
      throw new UnfitValueError(name, "a name, since it is inside a tag", "other characters");
  }
}

/** A comment, a section, an instruction, or a tag with its attributes. */
const MARKUP =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

/**
 * Whether a text with placeholders is XML once they are filled: tags that are closed in order, and nothing beside them.
 *
 * @param parts Literal text and placeholders.
 */
export function isXmlText(parts: readonly unknown[]): boolean {
  const [first] = parts;
  if (typeof first !== "string" || !/^\s*<[\w?!]/.test(first)) return false;
  const text = parts.map((part) => typeof part === "string" ? part : "x").join("").trim(),
    open: string[] = [];
  let elements = 0;
  for (let at = 0; at < text.length;) {
    if (text[at] !== "<") {
      const next = text.indexOf("<", at), end = next < 0 ? text.length : next;
      if (open.length === 0 && text.slice(at, end).trim() !== "") return false;
      at = end;
      continue;
    }
    MARKUP.lastIndex = at;
    const found = MARKUP.exec(text);
    if (!found) return false;
    at += found[0].length;
    const [, closes, name, , empty] = found;
    if (name === undefined) continue;
    elements++;
    if (closes) {
      if (open.pop() !== name) return false;
    } else if (!empty) open.push(name);
  }
  return elements > 0 && open.length === 0;
}
