/**
 * A JSON body the author wrote as text with placeholders.
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import { jsonPlaces } from "../../expression/json_text.ts";
import type { Body } from "../operation.ts";
import { type Show, shownText, withSecretsShown } from "../value.ts";
import type { BodyKey, MakeBody } from "./content.ts";
import { JSON_TYPE, mergeKeys } from "./json.ts";

/** A value as the characters of a string literal. */
function characters(value: unknown, show: Show): string {
  return JSON.stringify(shownText(value, show)).slice(1, -1);
}

/** A value as a JSON value; an absent one is null. */
function element(value: unknown, show: Show): string {
  return writeJson(withSecretsShown(value, show)) ?? "null";
}

/**
 * Compiles JSON text. A placeholder inside a string literal lands as its characters, elsewhere as a JSON value.
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
  const pieces = jsonPlaces(body.parts);
  return (scope) => {
    let data = "";
    for (const piece of pieces) {
      if (typeof piece === "string") data += piece;
      else {
        const value = piece.part.get(scope);
        data += piece.inside ? characters(value, show) : element(value, show);
      }
    }
    return { data: keys.length === 0 ? data : mergeKeys(data, keys), contentType };
  };
}
