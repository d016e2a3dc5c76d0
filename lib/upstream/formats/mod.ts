/**
 * Reading an answer (semantics §5): the declared format, else the Content-Type, then JSON, then text.
 *
 * @module
 */
import type { Format, ResponsePlan } from "../operation.ts";
import { declaredCharset, decodeText } from "./charset.ts";
import { decodeJson, decodeJsonOrText } from "./json.ts";
import { readMediaType } from "./media_type.ts";

/**
 * Decodes a body.
 *
 * JSON and text are decoded at once; every other format in a module that is loaded when first needed.
 *
 * @param bytes The whole body, content encoding already undone.
 * @param contentType The Content-Type header; null where there was none.
 * @param plan How the operation wants to be read.
 * @returns The value; `undefined` for an empty body, the very bytes for a binary one.
 * @throws {CallError} `bad_response` where the body is not what it should be, `misconfigured` where the schema is not.
 */
export function decode(
  bytes: Uint8Array,
  contentType: string | null,
  plan: ResponsePlan,
): unknown | Promise<unknown> {
  if (bytes.length === 0) return undefined;
  const { format: stated, charset } = readMediaType(contentType);
  const format = plan.format ?? withoutSchema(stated, plan);
  switch (format) {
    case "json":
      return decodeJson(decodeText(bytes, charset));
    case undefined:
      return decodeJsonOrText(decodeText(bytes, charset));
    case "text":
      return decodeText(bytes, charset);
    case "binary":
      return bytes;
    default:
      return decodeLazily(bytes, charset, format, plan);
  }
}

/** A format that needs a schema is bytes where the author gave none. */
function withoutSchema(format: Format | undefined, plan: ResponsePlan): Format | undefined {
  return (format === "avro" || format === "protobuf") && plan.outputSchema === undefined ? "binary" : format;
}

/**
 * What the Content-Type alone calls HTML: some servers call everything so, their JSON too; and a page without tables
 * is worth more as it stands than as none.
 */
function undeclaredPage(
  text: string,
  decodeHtml: (text: string, selector: undefined) => { readonly tables: readonly unknown[] },
): unknown {
  if (/^\s*[[{]/.test(text)) {
    const value = decodeJsonOrText(text);
    if (value !== text) return value;
  }
  const page = decodeHtml(text, undefined);
  return page.tables.length > 0 ? page : text;
}

async function decodeLazily(
  bytes: Uint8Array,
  charset: string | undefined,
  format: Exclude<Format, "json" | "text" | "binary">,
  plan: ResponsePlan,
): Promise<unknown> {
  switch (format) {
    case "xml": {
      const { decodeXml } = await import("./xml.ts");
      return decodeXml(decodeText(bytes, charset ?? declaredCharset(bytes, "xml")));
    }
    case "yaml": {
      const { decodeYaml } = await import("./yaml.ts");
      return decodeYaml(decodeText(bytes, charset));
    }
    case "csv":
    case "tsv":
    case "psv": {
      const { decodeDelimited } = await import("./delimited.ts");
      return decodeDelimited(decodeText(bytes, charset), format);
    }
    case "html": {
      const { decodeHtml } = await import("./html.ts");
      const text = decodeText(bytes, charset ?? declaredCharset(bytes, "html"));
      return plan.format === undefined
        ? undeclaredPage(text, decodeHtml)
        : decodeHtml(text, plan.outputSchema);
    }
    case "markdown": {
      const { decodeMarkdown } = await import("./markdown.ts");
      return decodeMarkdown(decodeText(bytes, charset), plan.outputSchema);
    }
    case "avro": {
      const { decodeAvro } = await import("./avro.ts");
      return decodeAvro(bytes, plan.outputSchema, plan.maxBytes);
    }
    case "protobuf": {
      const { decodeProtobuf } = await import("./protobuf.ts");
      return decodeProtobuf(bytes, plan.outputSchema);
    }
  }
}
