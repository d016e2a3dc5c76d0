/**
 * Reading an answer (semantics §5): the declared format, else the Content-Type, then JSON, then text.
 *
 * @module
 */
import type { Deadline } from "../time/deadline.ts";
import { CallError } from "../error.ts";
import type { Format, ResponsePlan } from "../operation.ts";
import { badResponse } from "./bad_response.ts";
import { Budget } from "./budget.ts";
import { declaredCharset, decodeText, decodeTextAloud } from "./charset.ts";
import { decodeJson, decodeJsonOrText } from "./json.ts";
import { readMediaType } from "./media_type.ts";
import type { Decoded, DecodePlan } from "../offload.ts";

/** An answer whose format nobody declared is taken apart up to this size, in bytes: its server chose the format. */
const UNDECLARED_BYTES = 256 << 10;
/** The same for Markdown, of which every sign can mean that the rest is to be looked at again. */
const UNDECLARED_MARKDOWN_BYTES = 32 << 10;

/** Formats that take long to read, and how large an answer of each may be, in bytes. */
const MOST_BYTES: Readonly<Partial<Record<Format, number>>> = {
  yaml: 8 << 20,
  markdown: 4 << 20,
  html: 16 << 20,
  xml: 32 << 20,
};

type Structured = Exclude<Format, "json" | "text" | "binary" | "jsonLines" | "events">;

/** Formats as people write them. */
const NAMES: Readonly<Record<Format, string>> = {
  json: "JSON",
  jsonLines: "JSON lines",
  events: "an event stream",
  text: "text",
  binary: "bytes",
  xml: "XML",
  yaml: "YAML",
  csv: "CSV",
  tsv: "TSV",
  psv: "PSV",
  html: "HTML",
  markdown: "Markdown",
  avro: "Avro",
  protobuf: "Protocol Buffers",
};

/**
 * Decodes a body: a declared format in the isolate, where there is one.
 *
 * @param bytes The whole body, content encoding already undone.
 * @param contentType The Content-Type header; null where there was none.
 * @param plan How the operation wants to be read.
 * @param deadline Until when; without it everything is decoded here.
 * @returns The value; `undefined` for an empty body, the very bytes for a binary one.
 * @throws {CallError} `bad_response` where the body is not what it should be, `misconfigured` where the schema is not,
 * `response_too_large` where there is too much of it.
 */
export async function decode(
  bytes: Uint8Array,
  contentType: string | null,
  plan: ResponsePlan,
  deadline?: Deadline,
): Promise<Decoded> {
  const format = formatOf(contentType, plan), notes: string[] = [];
  if (format === undefined || isPlain(format) || bytes.length === 0) {
    return { value: await decodeHere(bytes, contentType, plan, notes), notes };
  }
  const undeclared = format === "markdown" ? UNDECLARED_MARKDOWN_BYTES : UNDECLARED_BYTES;
  if (plan.format === undefined && bytes.length > undeclared) {
    notes.push(
      `the answer is ${
        NAMES[format]
      } of ${bytes.length} bytes and is passed on unread: write outputRawFormat: ${format} to read it`,
    );
    const { charset } = readMediaType(contentType);
    return { value: format === "avro" || format === "protobuf" ? bytes : decodeText(bytes, charset), notes };
  }
  const most = MOST_BYTES[format];
  if (most !== undefined && bytes.length > most) {
    throw new CallError({
      code: "response_too_large",
      message: `the answer is ${NAMES[format]} of ${bytes.length} bytes; Capstan reads ${most} at most`,
      retryable: false,
      hint: "ask the API for less at once, or for another format such as JSON",
    });
  }
  const other = otherFormat(contentType, plan);
  if (other !== undefined) notes.push(other);
  const { offload } = plan;
  if (deadline && offload && (plan.format !== undefined || offload.running)) {
    const { outputSchema, maxBytes } = plan;
    const decoded = await offload.decode(
      { bytes, contentType, plan: { format: plan.format, outputSchema, maxBytes } },
      deadline,
    );
    return { ...decoded, notes: [...notes, ...decoded.notes] };
  }
  return { value: await decodeHere(bytes, contentType, plan, notes), notes };
}

/** What a body is read as; undefined where nobody says. */
function formatOf(contentType: string | null, plan: DecodePlan): Format | undefined {
  const { format: stated } = readMediaType(contentType);
  // A list of JSON values is declared as JSON: there is no word of its own for it.
  if (stated === "jsonLines" && plan.format === "json") return stated;
  if (plan.format !== undefined) return plan.format;
  // A format that needs a schema is bytes where the author gave none.
  return (stated === "avro" || stated === "protobuf") && plan.outputSchema === undefined ? "binary" : stated;
}

/** Formats that servers do not keep apart, or call by a wider name. */
const ALIKE: readonly (readonly (Format | undefined)[])[] = [["csv", "tsv", "psv"], ["html", "xml"]];

/** What to tell of an answer that says it has another format than the author declared; undefined for nothing. */
function otherFormat(contentType: string | null, { format }: DecodePlan): string | undefined {
  const { format: stated } = readMediaType(contentType);
  if (format === undefined || stated === undefined || stated === format) return undefined;
  if (stated === "text" || stated === "binary") return undefined;
  if (ALIKE.some((group) => group.includes(stated) && group.includes(format))) return undefined;
  return `the answer says that it is ${NAMES[stated]}, and is read as ${NAMES[format]} as declared`;
}

function isPlain(format: Format): format is "json" | "text" | "binary" | "jsonLines" | "events" {
  return format === "json" || format === "text" || format === "binary" || format === "jsonLines" ||
    format === "events";
}

/**
 * Decodes a body here and now. What is not JSON or text is in a module that is loaded when first needed.
 *
 * @param bytes The whole body.
 * @param contentType The Content-Type header; null where there was none.
 * @param plan How the operation wants to be read.
 * @param notes Takes what is odd about the body.
 * @returns The value; `undefined` for an empty body, the very bytes for a binary one.
 * @throws {CallError} What is wrong with the body, the schema or the size.
 */
export async function decodeHere(
  bytes: Uint8Array,
  contentType: string | null,
  plan: DecodePlan,
  notes: string[],
): Promise<unknown> {
  if (bytes.length === 0) return undefined;
  const { charset } = readMediaType(contentType), format = formatOf(contentType, plan);
  switch (format) {
    case "json":
      return decodeJson(decodeText(bytes, charset));
    case undefined:
      return decodeJsonOrText(decodeText(bytes, charset));
    case "jsonLines":
    case "events": {
      const { decodeEvents, decodeJsonLines } = await import("./lines.ts");
      const decode = format === "events" ? decodeEvents : decodeJsonLines;
      return decode(decodeText(bytes, charset), new Budget(NAMES[format], notes));
    }
    case "text":
      return decodeText(bytes, charset);
    case "binary":
      return bytes;
    default:
      try {
        return await decodeStructure(bytes, charset, format, plan, new Budget(NAMES[format], notes));
      } catch (error) {
        // A parser recursed as deep as the answer is nested.
        if (error instanceof RangeError) throw badResponse(NAMES[format], "it is nested too deep");
        throw error;
      }
  }
}

/**
 * What the Content-Type alone calls HTML: some servers call everything so, their JSON too; and a page without tables
 * is worth more as it stands than as none.
 */
function undeclaredPage(
  text: string,
  budget: Budget,
  decodeHtml: (text: string, selector: undefined, budget: Budget) => { readonly tables: readonly unknown[] },
): unknown {
  if (/^\s*[[{]/.test(text)) {
    const value = decodeJsonOrText(text);
    if (value !== text) return value;
  }
  const page = decodeHtml(text, undefined, budget);
  return page.tables.length > 0 ? page : text;
}

async function decodeStructure(
  bytes: Uint8Array,
  charset: string | undefined,
  format: Structured,
  plan: DecodePlan,
  budget: Budget,
): Promise<unknown> {
  const text = (charset: string | undefined) => decodeTextAloud(bytes, charset, (said) => budget.note(said));
  switch (format) {
    case "xml": {
      const { decodeXml } = await import("./xml.ts");
      return decodeXml(text(charset ?? declaredCharset(bytes, "xml")), budget);
    }
    case "yaml": {
      const { decodeYaml } = await import("./yaml.ts");
      return decodeYaml(text(charset), budget);
    }
    case "csv":
    case "tsv":
    case "psv": {
      const { decodeDelimited } = await import("./delimited.ts");
      return decodeDelimited(text(charset), format, budget);
    }
    case "html": {
      const { decodeHtml } = await import("./html/html.ts");
      const page = text(charset ?? declaredCharset(bytes, "html"));
      return plan.format === undefined
        ? undeclaredPage(page, budget, decodeHtml)
        : decodeHtml(page, plan.outputSchema, budget);
    }
    case "markdown": {
      const { decodeMarkdown } = await import("./markdown/markdown.ts");
      return decodeMarkdown(text(charset), plan.outputSchema, budget);
    }
    case "avro": {
      const { decodeAvro } = await import("./avro/avro.ts");
      return decodeAvro(bytes, plan.outputSchema, plan.maxBytes, budget);
    }
    case "protobuf": {
      const { decodeProtobuf } = await import("./protobuf/protobuf.ts");
      return decodeProtobuf(bytes, plan.outputSchema, budget);
    }
  }
}
