/**
 * JSON Schemas of inputs and outputs, as the strictest clients take them.
 *
 * @module
 */
import { writeJson } from "../../data/json.ts";
import type { InputSchema, OutputParameter } from "../../../schemas/mod.ts";
import { titledChoices } from "../../document/titled_choices.ts";
import type { JsonSchema } from "../flow.ts";
import { coerceInput } from "./coerce.ts";

const PLAIN_KEYS = [
  "description",
  "default",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minItems",
  "maxItems",
  "uniqueItems",
] as const;

/** The format a type word of the author implies. */
const WORD_FORMATS: Readonly<Record<string, string>> = {
  date: "date",
  datetime: "date-time",
  "date-time": "date-time",
  uuid: "uuid",
  uri: "uri",
  url: "uri",
  email: "email",
};

/** Which constraints speak of which type; others are noise to a strict client. */
const OF_TYPE: Readonly<Record<string, string>> = {
  format: "string",
  pattern: "string",
  minLength: "string",
  maxLength: "string",
  minimum: "number",
  maximum: "number",
  exclusiveMinimum: "number",
  exclusiveMaximum: "number",
  multipleOf: "number",
  minItems: "array",
  maxItems: "array",
  uniqueItems: "array",
};

function speaksOf(key: string, type: string | undefined): boolean {
  const of = OF_TYPE[key];
  return of === undefined || type === undefined || of === type || (of === "number" && type === "integer");
}

/** Whether a regular expression can be compiled the way JSON Schema reads it. */
function validPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}

/**
 * The JSON Schema of an input.
 *
 * @param input A parameter or a nested schema.
 */
export function inputSchemaOf(input: InputSchema): JsonSchema {
  const out: Record<string, unknown> = {}, { type } = input;
  if (type !== undefined) out["type"] = input.nullable ? [type, "null"] : type;
  for (const key of PLAIN_KEYS) {
    const value = input[key];
    if (value === undefined || !speaksOf(key, type)) continue;
    if (key === "pattern" && !validPattern(value as string)) continue;
    out[key] = value;
  }
  if ((type === undefined || type === "string") && isBytes(input)) {
    delete out["format"];
    out["contentEncoding"] = "base64";
    const description = input.description ?? "";
    if (!/base64/i.test(description)) {
      out["description"] = description === ""
        ? "Bytes, as base64"
        : `${description.replace(/\.\s*$/, "")} (bytes, as base64)`;
    }
  }
  // YAML reads 2026 as a number, and authors write "5" for a number: both stand for a value of the declared type.
  const typed = (value: unknown) => type === undefined ? value : coerceInput(value, { type });
  if (out["default"] !== undefined) out["default"] = typed(out["default"]);
  const word = input.typeWord?.toLowerCase();
  if (out["format"] === undefined && word !== undefined && WORD_FORMATS[word]) {
    out["format"] = WORD_FORMATS[word];
  }
  const titled = titledChoices(input.oneOf), written = titled?.map((one) => one.const) ?? input.enum;
  if (written && written.length > 0) {
    const choices = written.map(typed);
    out["enum"] = [...new Set(input.nullable ? [...choices, null] : choices)];
    if (titled) {
      out["oneOf"] = titled.map(({ title }, i) => ({
        const: choices[i],
        title: String(title ?? choices[i]),
      }));
    } else if (input.enumNames?.length === choices.length) out["enumNames"] = input.enumNames;
  }
  if (
    input.scale !== undefined && (type === "number") && out["multipleOf"] === undefined && input.scale >= 0 &&
    input.scale <= 12
  ) {
    out["multipleOf"] = Number(`1e-${input.scale}`);
  }
  if (
    input.precision !== undefined && (type === "number" || type === "integer") && input.precision > 0 &&
    input.precision <= 15
  ) {
    const limit = 10 ** (input.precision - (input.scale ?? 0));
    if (out["exclusiveMaximum"] === undefined && out["maximum"] === undefined) {
      out["exclusiveMaximum"] = limit;
    }
    if (out["exclusiveMinimum"] === undefined && out["minimum"] === undefined) {
      out["exclusiveMinimum"] = -limit;
    }
  }
  if (type === "array") out["items"] = input.items ? inputSchemaOf(input.items) : {};
  if (type === "object" && input.properties && input.properties.length > 0) {
    out["properties"] = Object.fromEntries(
      input.properties.map((p) => [p.name ?? "value", inputSchemaOf(p)]),
    );
    const required = input.properties.filter((p) => p.required === true).map((p) => p.name ?? "value");
    if (required.length > 0) out["required"] = required;
    if (typeof input.additionalProperties === "boolean") {
      out["additionalProperties"] = input.additionalProperties;
    }
  }
  return out;
}

/** Whether the values of an input are bytes, which come as base64. */
export function isBytes(input: Pick<InputSchema, "encoding" | "format" | "typeWord">): boolean {
  return input.encoding?.toLowerCase() === "base64" || /^(?:byte|binary)$/i.test(input.format ?? "") ||
    /^(?:file|binary|bytes?|base64)$/i.test(input.typeWord ?? "");
}

/** What is known of the outputs beside their declarations. */
export interface OutputSchemaOptions {
  /** The result may hold more fields than the declared ones. */
  readonly open?: boolean;
  /** A declared field may be missing, at any depth. */
  readonly partial?: boolean;
}

function nullable(schema: Record<string, unknown>): Record<string, unknown> {
  if (typeof schema["type"] === "string") schema["type"] = [schema["type"], "null"];
  return schema;
}

function outputSchema(output: OutputParameter, partial: boolean): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const type = output.type ?? (output.properties ? "object" : output.items ? "array" : undefined);
  if (type !== undefined) out["type"] = type;
  // An API that comes to send another word must not make a client drop the whole result: the words are reported only.
  const words = output.enum?.length
    ? `One of ${output.enum.map((word) => writeJson(word)).join(", ")}.`
    : undefined;
  if (output.description !== undefined || words !== undefined) {
    out["description"] = [output.description, words].filter((text) => text !== undefined).join(" ");
  }
  // A value of the author's own is the whole output, whatever is declared inside.
  if (output.value !== undefined) return out;
  if (type === "object" && output.properties && output.properties.length > 0) {
    out["properties"] = properties(output.properties, partial);
    if (!partial) out["required"] = names(output.properties);
  }
  if (type === "array") out["items"] = output.items ? nullable(outputSchema(output.items, partial)) : {};
  return out;
}

/** The names of outputs, each once: of two with one name the last counts, and no client takes a name twice. */
function names(outputs: readonly OutputParameter[]): string[] {
  return [...new Set(outputs.map((output) => output.name ?? "value"))];
}

function properties(outputs: readonly OutputParameter[], partial: boolean): Record<string, unknown> {
  return Object.fromEntries(
    outputs.map((output) => [output.name ?? "value", nullable(outputSchema(output, partial))]),
  );
}

/**
 * The JSON Schema of what a shape gives. Anything inside may be null: upstream data comes and goes.
 *
 * @param outputs The declared outputs, as `compileShape` takes them.
 * @param options What is known beside them.
 * @returns The schema; undefined when nothing is declared.
 */
export function outputSchemaOf(
  outputs: readonly OutputParameter[],
  options: OutputSchemaOptions = {},
): JsonSchema | undefined {
  const named = outputs.filter((output) => output.name !== undefined), partial = options.partial ?? false;
  if (named.length > 0) {
    return {
      type: "object",
      properties: properties(named, partial),
      ...(options.open || partial ? {} : { required: names(named) }),
    };
  }
  if (outputs.length !== 1) return undefined;
  const only = outputs[0]!, schema = outputSchema(only, partial);
  return schema["type"] === "object" && only.properties?.length ? schema : nullable(schema);
}
