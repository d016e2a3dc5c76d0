/**
 * A body of plain text, or of anything else that has no structure here.
 *
 * @module
 */
import type { Body } from "../operation.ts";
import { type Show, shownText } from "../value.ts";
import type { MakeBody } from "./content.ts";

/**
 * Compiles a text. A body that is one absent value is not sent.
 *
 * @param body What the operation says.
 * @param show What stands for a secret.
 */
export function compileText(body: Extract<Body, { type: "text" }>, show: Show): MakeBody {
  const { parts, contentType } = body;
  return (scope) => {
    let data = "";
    for (const part of parts) {
      if (typeof part === "string") data += part;
      else {
        const value = part.get(scope);
        if (value === undefined && parts.length === 1) return undefined;
        data += shownText(value, show);
      }
    }
    return { data, contentType };
  };
}
