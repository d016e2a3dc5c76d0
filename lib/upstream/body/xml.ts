/**
 * An XML body the author wrote as text with placeholders.
 *
 * @module
 */
import { escapeXml, xmlPlaces } from "../../expression/xml_text.ts";
import type { Body } from "../operation.ts";
import { type Show, shownText } from "../value.ts";
import type { MakeBody } from "./content.ts";

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
      return value === undefined ? undefined : { data: shownText(value, show), contentType };
    };
  }
  const pieces = xmlPlaces(body.parts);
  return (scope) => {
    let data = "";
    for (const piece of pieces) {
      data += typeof piece === "string"
        ? piece
        : escapeXml(piece.part.name, shownText(piece.part.get(scope), show), piece.place);
    }
    return { data, contentType };
  };
}
