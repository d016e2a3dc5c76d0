/**
 * A SPARQL query the author wrote as text with placeholders.
 *
 * @module
 */
import { letterTest } from "../../data/letters.ts";
import type { Getter } from "../../expression/scope.ts";
import { invalidArgument } from "../invalid.ts";
import type { Body } from "../operation.ts";
import { percentEncode, type Show, shownText } from "../value.ts";
import type { MakeBody } from "./content.ts";
import { compileText } from "./text.ts";

/** Where in a query a placeholder stands. */
type SparqlContext = "text" | "iri" | "comment" | "bare";

/** What holds placeholders without being structure: long and short texts, IRIs (unlike a less-than sign), comments. */
const TOKENS =
  /(?<text>"""(?:\\[\s\S]|(?!""")[^\\])*(?:"""|$)|'''(?:\\[\s\S]|(?!''')[^\\])*(?:'''|$)|"(?:\\[\s\S]|[^"\\\r\n])*"?|'(?:\\[\s\S]|[^'\\\r\n])*'?)|(?<iri><[^<>"{}|^`\\\s]*>)|(?<comment>#[^\r\n]*)/g;

/** Stands for a placeholder while the places are looked for: a letter, which may stand in all of them. */
const HOLE = "h";

// deno-lint-ignore no-control-regex -- these are what a text has to escape
const UNFIT_IN_TEXT = /\\[uU]|[\\"'\u0000-\u001f]/g;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
// deno-lint-ignore no-control-regex -- these are what an IRI cannot carry
const UNFIT_IN_IRI = /[\u0000-\u0020<>"{}|^`\\]/g;
/** A number, a variable, a prefixed name, a keyword: one word, which no value can make more of. */
const isWord = letterTest(
  /^(?:[?$]?[A-Za-z0-9_:-](?:[A-Za-z0-9_.:-]*[A-Za-z0-9_:-])?)?$/,
  () => /^(?:[?$]?[\p{L}\p{N}_:-](?:[\p{L}\p{N}_.:-]*[\p{L}\p{N}_:-])?)?$/u,
);

function codePoint(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A value for where it lands. */
function land(name: string, value: unknown, place: SparqlContext, show: Show): string {
  const text = shownText(value, show);
  switch (place) {
    case "text":
      // Some servers read \uXXXX before anything else, so no backslash may stand before the letter itself.
      return text.replace(
        UNFIT_IN_TEXT,
        (c) => c.length === 2 ? `\\\\${codePoint(c[1]!)}` : ESCAPES[c] ?? (c < " " ? codePoint(c) : `\\${c}`),
      );
    case "iri":
      return text.replace(UNFIT_IN_IRI, percentEncode);
    case "comment":
      return text.replace(/[\r\n]/g, " ");
    case "bare":
      if (typeof value === "number" || isWord(text)) return text;
      throw invalidArgument(
        name,
        "a number or a single name",
        "other characters",
        `give ${name} as a number or a name; for any text, the author has to put {{${name}}} in quotes`,
      );
  }
}

/**
 * Compiles a query. Values land escaped for where they stand: in a text, in an IRI, in a comment; anywhere else only
 * a single word may stand. A query that is nothing but one value is that value as it comes.
 *
 * @param body What the operation says.
 * @param show What stands for a secret.
 */
export function compileSparql(body: Extract<Body, { type: "sparql" }>, show: Show): MakeBody {
  const { parts, contentType } = body;
  if (parts.length === 1) return compileText({ type: "text", parts, contentType }, show);
  const flat = parts.map((part) => typeof part === "string" ? part : HOLE).join("");
  const tokens = [...flat.matchAll(TOKENS)].map(({ index, 0: { length }, groups }) => ({
    from: index,
    to: index + length,
    place:
      (groups!["text"] !== undefined
        ? "text"
        : groups!["iri"] !== undefined
        ? "iri"
        : "comment") as SparqlContext,
  }));
  const pieces: (string | { readonly name: string; readonly get: Getter; readonly place: SparqlContext })[] =
    [];
  let at = 0;
  for (const part of parts) {
    if (typeof part === "string") {
      at += part.length;
      pieces.push(part);
      continue;
    }
    const place = tokens.find(({ from, to }) => from <= at && at < to)?.place ?? "bare";
    // A backslash right before a placeholder would swallow the value's own escape.
    if (place === "text" && /(?:^|[^\\])(?:\\\\)*\\$/.test(flat.slice(0, at))) pieces.push("\\");
    pieces.push({ name: part.name, get: part.get, place });
    at += HOLE.length;
  }
  return (scope) => {
    let data = "";
    for (const piece of pieces) {
      data += typeof piece === "string" ? piece : land(piece.name, piece.get(scope), piece.place, show);
    }
    return { data, contentType };
  };
}
