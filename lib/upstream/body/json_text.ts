/**
 * A JSON body the author wrote as text with holes.
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import type { Getter } from "../../expression/scope.ts";
import type { Body } from "../operation.ts";
import { plain, type Show, textOf } from "../value.ts";
import type { BodyKey, MakeBody } from "./content.ts";
import { JSON_TYPE, mergeKeys } from "./json.ts";

/** Where a text stands after a piece of it: inside a string or not. */
function scan(text: string, inside: boolean): { inside: boolean; escaping: boolean } {
  let escaping = false;
  for (const c of text) {
    if (!inside) inside = c === '"';
    else if (escaping) escaping = false;
    else if (c === "\\") escaping = true;
    else if (c === '"') inside = false;
  }
  return { inside, escaping };
}

/** A value as the characters of a string literal. */
function characters(value: unknown, show: Show): string {
  return JSON.stringify(textOf(value, show)).slice(1, -1);
}

/** A value as a JSON value; an absent one is null. */
function element(value: unknown, show: Show): string {
  return writeJson(plain(value, show)) ?? "null";
}

/**
 * Compiles JSON text. A hole inside a string literal lands as its characters, elsewhere as a JSON value.
 *
 * @param body What the operation says.
 * @param keys Fields that credentials add to an object.
 * @param show What stands for a secret.
 */
export function compileJsonText(
  body: Extract<Body, { type: "jsonText" }>,
  keys: readonly BodyKey[],
  show: Show,
): MakeBody {
  const contentType = body.contentType ?? JSON_TYPE;
  const pieces: (string | { readonly get: Getter; readonly inside: boolean })[] = [];
  let inside = false;
  for (const part of body.parts) {
    if (typeof part === "string") {
      const after = scan(part, inside);
      inside = after.inside;
      // A backslash right before a hole would swallow the value's own escape.
      pieces.push(after.escaping ? `${part}\\` : part);
    } else pieces.push({ get: part.get, inside });
  }
  return (scope) => {
    let data = "";
    for (const piece of pieces) {
      if (typeof piece === "string") data += piece;
      else {
        const value = piece.get(scope);
        data += piece.inside ? characters(value, show) : element(value, show);
      }
    }
    return { data: keys.length === 0 ? data : mergeKeys(data, keys), contentType };
  };
}
