/**
 * A body written as one text: what kind of text it is decides how values land in it (semantics §4).
 *
 * @module
 */
import { isJsonText } from "../../expression/json_text.ts";
import { isXmlText } from "../../expression/xml_text.ts";
import { compileParts, compileTemplate, parseTemplate, type Resolve } from "../../expression/template.ts";
import type { Body, Part } from "../../upstream/operation.ts";

/** The media types of the body types whose content is a text. */
export const TEXT_TYPES: Readonly<Record<string, string>> = {
  // Without a word on it, many servers read plain text as Latin-1.
  text: "text/plain; charset=utf-8",
  sparql: "application/sparql-query",
  xml: "application/xml",
  yaml: "application/yaml",
};

/** The media type of bytes of which nothing more is known. */
export const BYTES_TYPE = "application/octet-stream";

const JSON_TYPE = "application/json";

/** What a media type says of a text. */
function kindOf(mediaType: string): "json" | "xml" | "yaml" | "sparql" | "form" | "text" {
  const essence = mediaType.split(";", 1)[0]!.trim().toLowerCase();
  if (/[/+]json$/.test(essence)) return "json";
  if (/[/+]xml$/.test(essence)) return "xml";
  if (/[/+](?:x-|vnd\.)?yaml$/.test(essence)) return "yaml";
  if (essence === TEXT_TYPES["sparql"]) return "sparql";
  return essence === "application/x-www-form-urlencoded" ? "form" : "text";
}

/**
 * Whether a text with placeholders is meant as JSON: it is JSON once its placeholders are filled, or looks so much like JSON
 * that a mistake in it is likelier than anything else.
 *
 * @param data The author's text.
 */
function isJsonTemplate(data: string): boolean {
  // A zero may stand for a value and for characters of a text alike.
  const filled = parseTemplate(data).map((part) => typeof part === "string" ? part : "0").join("");
  try {
    JSON.parse(filled);
    return true;
  } catch {
    return /^\s*[[{]/.test(data) && data.includes('"');
  }
}

/** A text under a type of its own. One that is JSON or XML by itself takes values as values all the same. */
function plainText(parts: readonly Part[], contentType: string): Body {
  const holds = parts.some((part) => typeof part !== "string");
  // Brackets alone are what plain text has too.
  if (holds && isJsonText(parts) && parts.some((part) => typeof part === "string" && part.includes('"'))) {
    return { type: "jsonText", parts, contentType };
  }
  return holds && isXmlText(parts)
    ? { type: "xml", parts, contentType }
    : { type: "text", parts, contentType };
}

/**
 * Compiles a body of text.
 *
 * @param type The type of the body; `raw` for a text without one.
 * @param data The author's text.
 * @param exact Whether the text is nothing but one placeholder.
 * @param mediaType The Content-Type the author gives it, if any.
 * @param resolve Gives the getter of each word.
 */
export function compileBodyText(
  type: string,
  data: string,
  exact: boolean,
  mediaType: string | undefined,
  resolve: Resolve,
): Body {
  const withType = mediaType === undefined ? {} : { contentType: mediaType };
  if (type === "json") {
    if (exact) return { type: "json", get: compileTemplate(data, resolve), rawText: true, ...withType };
    return isJsonTemplate(data)
      ? { type: "jsonText", parts: compileParts(data, resolve), ...withType }
      : { type: "json", get: compileTemplate(data, resolve), ...withType };
  }
  if (type === "xml") return { type: "xml", parts: compileParts(data, resolve), ...withType };
  if (type === "yaml") return { type: "yamlText", parts: compileParts(data, resolve), ...withType };
  const contentType = mediaType ?? TEXT_TYPES[type];
  if (type === "text") return plainText(compileParts(data, resolve), contentType!);
  if (type === "sparql") return { type, parts: compileParts(data, resolve), contentType: contentType! };
  // A raw text is JSON by default, says the official schema; XML alone cannot be taken for it.
  const kind = mediaType === undefined ? /^\s*<[\w?!]/.test(data) ? "xml" : "json" : kindOf(mediaType);
  switch (kind) {
    case "xml":
      return { type: "xml", parts: compileParts(data, resolve), ...withType };
    case "yaml":
      return { type: "yamlText", parts: compileParts(data, resolve), ...withType };
    case "form":
      return { type: "formText", parts: compileParts(data, resolve), ...withType };
    case "sparql":
      return { type: "sparql", parts: compileParts(data, resolve), contentType: mediaType! };
    case "text":
      return plainText(compileParts(data, resolve), mediaType!);
    case "json":
      return exact || isJsonTemplate(data)
        ? compileBodyText("json", data, exact, mediaType, resolve)
        : { type: "text", parts: compileParts(data, resolve), contentType: mediaType ?? JSON_TYPE };
  }
}
