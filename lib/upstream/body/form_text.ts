/**
 * A form the author wrote as text with placeholders.
 *
 * @module
 */
import type { Body } from "../operation.ts";
import { type Show, shownText } from "../value.ts";
import type { BodyKey, MakeBody } from "./content.ts";
import { FORM_TYPE, formEncode, withoutKeys } from "./form.ts";

/**
 * Compiles a form written as text: each placeholder lands encoded.
 *
 * @param body What the operation says.
 * @param keys Fields that credentials add.
 * @param show What stands for a secret.
 */
export function compileFormText(
  body: Extract<Body, { type: "formText" }>,
  keys: readonly BodyKey[],
  show: Show,
): MakeBody {
  const { parts } = body, contentType = body.contentType ?? FORM_TYPE;
  const taken = new Set(keys.map(([name]) => name));
  const tail = keys.map(([name, value]) => `&${formEncode(name)}=${formEncode(value)}`).join("");
  return (scope) => {
    let data = "";
    for (const part of parts) {
      data += typeof part === "string" ? part : formEncode(shownText(part.get(scope), show));
    }
    return { data: (withoutKeys(data, taken) + tail).replace(/^&/, ""), contentType };
  };
}
