/**
 * What the body of an operation says that cannot be meant: text that begins like JSON and is none, a tree where a text
 * goes, parts of a form without a name.
 *
 * @module
 */
import type { RequestBody } from "../../../schemas/mod.ts";
import { parseTemplate } from "../../expression/template.ts";
import type { CallCompilation } from "./call_compilation.ts";

/** Bodies whose data is a text. */
const OF_TEXT: ReadonlySet<string> = new Set(["text", "sparql"]);
const FORMS: ReadonlySet<string> = new Set(["formUrlEncoded", "multipartForm"]);

/** Why a text with placeholders is not JSON, whatever values land in it; undefined where it is, or is not meant to be. */
function faultOfJson(data: string): string | undefined {
  if (!/^\s*[[{]/.test(data) || !data.includes('"')) return undefined;
  const filled = parseTemplate(data).map((part) => typeof part === "string" ? part : "0").join("");
  try {
    JSON.parse(filled);
    return undefined;
  } catch {
    const opens = filled.replace(/"(?:[^"\\]|\\.)*"/g, ""),
      count = (of: RegExp) => opens.match(of)?.length ?? 0;
    if (count(/\{/g) > count(/\}/g)) return "a { is never closed";
    if (count(/\[/g) > count(/\]/g)) return "a [ is never closed";
    if (/,\s*[}\]]/.test(opens)) return "there is nothing after a comma";
    return "commas, quotes and brackets do not fit together";
  }
}

/**
 * Warns of what cannot be meant.
 *
 * @param site Where the call is.
 * @param body The body as the document says it.
 * @param sentAs The Content-Type that the author gives, if any.
 */
export function warnOfBody(site: CallCompilation, body: RequestBody, sentAs: string | undefined): void {
  const { context } = site.nameScope, { type, data } = body, { name } = site.entry.operation;
  if (!context.isFirst(body, "data")) return;
  const warn = (message: string, fix: string) => context.warn("bad-expression", message, body, "data", fix);
  if (typeof data === "string") {
    const isJson = type === "json" ||
      (type === "raw" && (sentAs === undefined || /[/+]json\b/i.test(sentAs)));
    const fault = isJson ? faultOfJson(data) : undefined;
    if (fault !== undefined) {
      warn(
        `the body of ${name} begins like JSON and is not: ${fault}`,
        "correct it, or write the body as a tree under data",
      );
    }
    return;
  }
  if (data === null || typeof data !== "object") return;
  if (OF_TEXT.has(type)) {
    warn(
      `the data of ${name} is ${
        Array.isArray(data) ? "a list" : "a mapping"
      }, and its body is of type ${type}: it is sent as JSON`,
      "write type: json, or the text itself",
    );
  }
  if (!FORMS.has(type) || !Array.isArray(data)) return;
  const lost = data.findIndex((item) => item === null || typeof item !== "object" || !("name" in item));
  if (lost < 0) return;
  warn(
    `entry ${lost + 1} of the form of ${name} has no name and is left out`,
    "write each as { name: …, value: … }, or the form as a map of name to value",
  );
}
