/**
 * Bodies: one maker per type, chosen once.
 *
 * @module
 */
import type { Body } from "../operation.ts";
import type { Show } from "../value.ts";
import { compileBytes } from "./bytes.ts";
import type { BodyKey, MakeBody } from "./content.ts";
import { compileForm } from "./form.ts";
import { compileFormText } from "./form_text.ts";
import { compileJsonBody } from "./json.ts";
import { compileJsonText } from "./json_text.ts";
import { compileMultipart } from "./multipart.ts";
import { compileSparql } from "./sparql.ts";
import { compileText } from "./text.ts";
import { compileXml } from "./xml.ts";
import { compileXmlTree } from "./xml_tree.ts";
import { compileYamlText } from "./yaml_text.ts";

/**
 * Compiles a body.
 *
 * @param body What the operation says; undefined when it has none.
 * @param keys Fields that credentials add.
 * @param show What stands for a secret.
 */
export function compileBody(
  body: Body | undefined,
  keys: readonly BodyKey[],
  show: Show,
): MakeBody | undefined {
  if (body === undefined) {
    return keys.length === 0
      ? undefined
      : compileJsonBody({ type: "json", get: () => undefined }, keys, show);
  }
  switch (body.type) {
    case "json":
      return compileJsonBody(body, keys, show);
    case "jsonText":
      return compileJsonText(body, keys, show);
    case "text":
      return compileText(body, show);
    case "sparql":
      return compileSparql(body, show);
    case "xml":
      return compileXml(body, show);
    case "xmlTree":
      return compileXmlTree(body, show);
    case "yamlText":
      return compileYamlText(body, show);
    case "bytes":
      return compileBytes(body, show);
    case "form":
      return compileForm(body, keys, show);
    case "formText":
      return compileFormText(body, keys, show);
    case "multipart":
      return compileMultipart(body, keys, show);
  }
}
