/**
 * Text that is itself JSON or XML: its placeholders take values as values of that language, wherever the text stands, so
 * that no value can change its structure (architecture, law 4).
 *
 * @module
 */
import { writeJson } from "../data/json.ts";
import { isJsonText, jsonPlaces } from "./json_text.ts";
import type { Getter } from "./scope.ts";
import { joinWritten, textOf } from "./text.ts";
import { escapeXml, isXmlText, xmlPlaces } from "./xml_text.ts";

/** A placeholder, compiled. */
interface Placeholder {
  readonly name: string;
  readonly get: Getter;
}

/** Writes one placeholder's value. */
type Write = (value: unknown) => string;

/** The characters of a string literal. */
const characters: Write = (value) => JSON.stringify(textOf(value)).slice(1, -1);
/** A JSON value; an absent one is null. */
const element: Write = (value) => writeJson(value) ?? "null";

/** The pieces of a text in its language, each placeholder with how it is written. */
function piecesOf(
  parts: readonly (string | Placeholder)[],
): (string | { readonly get: Getter; readonly write: Write })[] | undefined {
  if (isJsonText(parts)) {
    return jsonPlaces(parts).map((piece) =>
      typeof piece === "string" ? piece : { get: piece.part.get, write: piece.inside ? characters : element }
    );
  }
  if (!isXmlText(parts)) return undefined;
  return xmlPlaces(parts).map((piece) =>
    typeof piece === "string" ? piece : {
      get: piece.part.get,
      write: (value) => escapeXml(piece.part.name, textOf(value), piece.place),
    }
  );
}

/**
 * Compiles a text that is JSON or XML around its placeholders.
 *
 * @param parts Literal text and compiled placeholders.
 * @returns Gives the text, secret as a whole where one of its values is; undefined for any other text.
 */
export function compileStructured(parts: readonly (string | Placeholder)[]): Getter | undefined {
  const pieces = piecesOf(parts);
  if (!pieces) return undefined;
  return (scope) =>
    joinWritten(
      pieces.map((piece) =>
        typeof piece === "string" ? piece : { value: piece.get(scope), write: piece.write }
      ),
    );
}
