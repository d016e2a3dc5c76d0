/**
 * A YAML body the author wrote as text with placeholders.
 *
 * @module
 */
import { yamlPlaces, yamlValue } from "../../expression/yaml_text.ts";
import type { Body } from "../operation.ts";
import { type Show, shownText, withSecretsShown } from "../value.ts";
import type { MakeBody } from "./content.ts";

/** The media type of YAML. */
const YAML_TYPE = "application/yaml";

/**
 * Compiles YAML text. A body that is nothing but one value is that value: text as it comes, anything else as YAML.
 *
 * @param body What the operation says.
 * @param show What stands for a secret.
 */
export function compileYamlText(body: Extract<Body, { type: "yamlText" }>, show: Show): MakeBody {
  const contentType = body.contentType ?? YAML_TYPE, only = body.parts[0];
  if (body.parts.length === 1 && typeof only === "object") {
    return (scope) => {
      const value = only.get(scope);
      return value === undefined ? undefined : { data: shownText(value, show), contentType };
    };
  }
  const pieces = yamlPlaces(body.parts);
  return (scope) => {
    let data = "";
    for (const piece of pieces) {
      data += typeof piece === "string"
        ? piece
        : yamlValue(piece.part.name, withSecretsShown(piece.part.get(scope), show), piece.place);
    }
    return { data, contentType };
  };
}
