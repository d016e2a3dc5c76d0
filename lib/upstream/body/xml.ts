/**
 * An XML body the author wrote as text with holes.
 *
 * @module
 */
import type { Getter } from "../../expression/scope.ts";
import { invalidArgument } from "../invalid.ts";
import type { Body } from "../operation.ts";
import { type Show, textOf } from "../value.ts";
import type { MakeBody } from "./content.ts";

/** Where in a document a hole stands. */
export type Place = "content" | "tag" | "double" | "single" | "comment" | "cdata" | "instruction";

const OPENS: readonly (readonly [string, Place])[] = [
  ["<!--", "comment"],
  ["<![CDATA[", "cdata"],
  ["<?", "instruction"],
  ["<", "tag"],
];
const CLOSES: Partial<Record<Place, string>> = {
  comment: "-->",
  cdata: "]]>",
  instruction: "?>",
  double: '"',
  single: "'",
};

/** The place after a piece of the author's text. */
function placeAfter(text: string, place: Place): Place {
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

// deno-lint-ignore no-control-regex -- these are what XML cannot carry
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const NAME = /^[\p{L}\p{N}_.\-:]*$/u;
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
 */
export function escapeXml(name: string, text: string, place: Place): string {
  if (!text.isWellFormed() || UNFIT.test(text)) {
    throw invalidArgument(name, "text that XML can carry", "a control character or half a surrogate pair");
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
      if (NAME.test(text)) return text;
      throw invalidArgument(name, "a name, since it stands inside a tag", "other characters");
  }
}

/**
 * Compiles an XML text. Values land escaped for where they stand. A body that is nothing but one value is that
 * value as it comes: there is no structure of the author it could change.
 *
 * @param body What the operation says.
 * @param show What stands for a secret.
 */
export function compileXml(body: Extract<Body, { type: "xml" }>, show: Show): MakeBody {
  const contentType = body.contentType ?? "application/xml";
  const only = body.parts[0];
  if (body.parts.length === 1 && typeof only === "object") {
    return (scope) => {
      const value = only.get(scope);
      return value === undefined ? undefined : { data: textOf(value, show), contentType };
    };
  }
  const pieces: (string | { readonly name: string; readonly get: Getter; readonly place: Place })[] = [];
  let place: Place = "content";
  for (const part of body.parts) {
    if (typeof part === "string") {
      place = placeAfter(part, place);
      pieces.push(part);
    } else pieces.push({ name: part.name, get: part.get, place });
  }
  return (scope) => {
    let data = "";
    for (const piece of pieces) {
      data += typeof piece === "string"
        ? piece
        : escapeXml(piece.name, textOf(piece.get(scope), show), piece.place);
    }
    return { data, contentType };
  };
}
