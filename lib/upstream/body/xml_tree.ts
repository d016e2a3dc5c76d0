/**
 * An XML body the author wrote as a tree: keys are elements, `@name` is an attribute, `""` the text beside others, a
 * list repeats its element.
 *
 * @module
 */
import { letterTest } from "../../data/letters.ts";
import { escapeXml } from "../../expression/xml_text.ts";
import { invalidArgument } from "../invalid.ts";
import type { Body } from "../operation.ts";
import { type Show, shownText, withSecretsShown } from "../value.ts";
import type { MakeBody } from "./content.ts";

const isName = letterTest(
  /^[A-Za-z_][A-Za-z0-9_.\-]*(?::[A-Za-z_][A-Za-z0-9_.\-]*)?$/,
  () => /^[\p{L}_][\p{L}\p{N}_.\-]*(?::[\p{L}_][\p{L}\p{N}_.\-]*)?$/u,
);

function nameOf(key: string): string {
  if (isName(key)) return key;
  throw invalidArgument(key, "the name of an XML element or attribute", "other characters");
}

function isTree(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** An element, or as many as a list has entries. */
function elements(key: string, value: unknown, show: Show): string {
  if (Array.isArray(value)) return value.map((item) => elements(key, item, show)).join("");
  const name = nameOf(key);
  let attributes = "", content = "";
  if (isTree(value)) {
    for (const [inner, item] of Object.entries(value)) {
      if (inner === "") content += escapeXml(key, shownText(item, show), "content");
      else if (inner.startsWith("@")) {
        const text = escapeXml(inner, shownText(item, show), "double");
        attributes += ` ${nameOf(inner.slice(1))}="${text}"`;
      } else content += elements(inner, item, show);
    }
  } else content = escapeXml(key, shownText(value, show), "content");
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

/**
 * Compiles a tree.
 *
 * @param body What the operation says; its value is an object of one key, the root element.
 * @param show What stands for a secret.
 */
export function compileXmlTree(body: Extract<Body, { type: "xmlTree" }>, show: Show): MakeBody {
  const contentType = body.contentType ?? "application/xml";
  return (scope) => {
    const tree = withSecretsShown(body.get(scope), show), roots = isTree(tree) ? Object.entries(tree) : [];
    const [key, value] = roots[0] ?? [];
    return key === undefined || Array.isArray(value)
      ? undefined
      : { data: elements(key, value, show), contentType };
  };
}
