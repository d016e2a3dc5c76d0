/**
 * What clients are told of an input: its schema in the form that every client's converter takes. The check keeps to the
 * author's own.
 *
 * @module
 */
import type { JsonSchema } from "../flow.ts";
import { formatCheck } from "./format.ts";
import { typesOf } from "./schema_types.ts";

/** The formats that every converter on the list of clients takes. Of others some lose the whole server. */
const FORMATS: ReadonlySet<string> = new Set(["date", "date-time", "time", "uuid", "uri"]);

/** A description with one more thing to know. */
function described(description: unknown, more: string): string {
  const own = typeof description === "string" ? description.trim() : "";
  return own === "" ? `${more[0]!.toUpperCase()}${more.slice(1)}.` : `${own.replace(/\.$/, "")} (${more}).`;
}

/**
 * The schema of an input as clients see it: other formats become words, and an object that takes anything says so.
 *
 * @param schema A schema of `inputSchemaOf`.
 * @returns A schema of its own; the given one stays as it is.
 */
export function advertised(schema: JsonSchema): JsonSchema {
  const out: Record<string, unknown> = { ...schema }, { format } = out;
  if (typeof format === "string" && !FORMATS.has(format)) {
    delete out["format"];
    const known = formatCheck(format)?.expected;
    // Words such as int32 say what the type says already.
    if (known !== undefined) out["description"] = described(out["description"], known);
    else if (typesOf(schema).includes("string")) {
      out["description"] = described(out["description"], `format ${format}`);
    }
  }
  const { items, properties } = out;
  if (items !== undefined) out["items"] = advertised(items as JsonSchema);
  if (properties !== undefined) {
    out["properties"] = Object.fromEntries(
      Object.entries(properties as Record<string, JsonSchema>).map((
        [name, inner],
      ) => [name, advertised(inner)]),
    );
  } else if (typesOf(schema).includes("object")) {
    out["properties"] = {};
    out["additionalProperties"] = true;
  }
  return out;
}
