/**
 * Constraints of inputs that contradict each other, or the type they are written for.
 *
 * @module
 */
import type { InputSchema, OutputParameter } from "../../../schemas/mod.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { LongDecimal } from "../../data/long_decimal.ts";
import { titledChoices } from "../titled_choices.ts";
import type { Report } from "../diagnostics/report.ts";

type Key = keyof InputSchema & string;

/** Keys that mean something for some types only. */
const TYPES_OF: readonly (readonly [Key, readonly string[]])[] = [
  ["minLength", ["string"]],
  ["maxLength", ["string"]],
  ["pattern", ["string"]],
  ["minimum", ["number", "integer"]],
  ["maximum", ["number", "integer"]],
  ["exclusiveMinimum", ["number", "integer"]],
  ["exclusiveMaximum", ["number", "integer"]],
  ["multipleOf", ["number", "integer"]],
  ["minItems", ["array"]],
  ["maxItems", ["array"]],
  ["uniqueItems", ["array"]],
  ["items", ["array"]],
  ["properties", ["object"]],
];
/** The least and the most of something. */
const PAIRS: readonly (readonly [Key, Key])[] = [
  ["minLength", "maxLength"],
  ["minimum", "maximum"],
  ["exclusiveMinimum", "exclusiveMaximum"],
  ["minItems", "maxItems"],
];
const COUNTS: readonly Key[] = ["minLength", "maxLength", "minItems", "maxItems"];

/** Whether a value of a document has a type, or can be brought to it without loss. */
function fits(value: unknown, type: string): boolean {
  const isText = typeof value === "string";
  const isNumber = typeof value === "number" || typeof value === "bigint" || value instanceof LongDecimal;
  switch (type) {
    case "string":
      return isText || isNumber || typeof value === "boolean";
    case "number":
      return isNumber || (isText && value.trim() !== "" && Number.isFinite(Number(value)));
    case "integer":
      return typeof value === "bigint" || Number.isInteger(value) ||
        (isText && /^\s*-?\d+(\.0+)?\s*$/.test(value));
    case "boolean":
      return typeof value === "boolean" || (isText && /^(true|false)$/i.test(value.trim()));
    case "array":
      return Array.isArray(value) || (isText && value.trim().startsWith("["));
    case "object":
      return value !== null && typeof value === "object" && !Array.isArray(value) && !isNumber ||
        (isText && value.trim().startsWith("{"));
    default:
      return true;
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value !== null && typeof value === "object" && !(value instanceof LongDecimal)) return "a mapping";
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** Whether a value is filled in later, so that nothing is known of it. */
function isOpen(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "string" && value.includes("{{"));
}

/** Formats that validators and converters know. */
const FORMATS: readonly string[] = [
  "date",
  "date-time",
  "time",
  "duration",
  "uuid",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "byte",
  "binary",
  "int32",
  "int64",
  "float",
  "double",
  "decimal",
  "password",
  "regex",
];

/** Reports a format that nearly is one that is known: others are words of the author's own. */
function checkFormat(node: { readonly format?: string | undefined }, report: Report): void {
  const format = node.format?.trim().toLowerCase();
  if (format === undefined || FORMATS.includes(format)) return;
  const near = format.length > 3 ? nearest(format, FORMATS) : undefined;
  if (near === undefined || near.replaceAll("-", "") === format.replace(/[-_ ]/g, "")) return;
  report.add(
    "warning",
    "contradiction",
    `the format ${node.format} is not known, and is not checked`,
    report.locate(node, "format"),
    `did you mean ${near}?`,
  );
}

/**
 * Reports what an output says of its value that cannot be: values of its enum, or a constant, of another type.
 *
 * @param output The output.
 * @param report Receives what is found.
 */
export function checkOutputValue(output: OutputParameter, report: Report): void {
  const { type, enum: choices, value, name = "this output" } = output;
  checkFormat(output, report);
  if (type === undefined) return;
  const strange = choices?.find((choice) => !isOpen(choice) && !fits(choice, type));
  if (strange !== undefined) {
    report.add(
      "warning",
      "contradiction",
      `${shown(strange)} is one of the values of ${name}, and is not of type ${type}`,
      report.locate(output, "enum"),
      "correct the value, or the type",
    );
  }
  // A bare word may be the name of an input.
  const isWord = typeof value === "string" && /^[\w$-][\w$.[\]-]*$/.test(value);
  if (isOpen(value) || isWord || fits(value, type)) return;
  report.add(
    "warning",
    "contradiction",
    `the value ${shown(value)} of ${name} is not of type ${type}, so it is always null`,
    report.locate(output, "value"),
    `write a value of type ${type}, or correct the type`,
  );
}

/** Reports the choices and the default of an input that the input itself does not allow. */
function checkChoices(input: InputSchema, report: Report): void {
  const { type, enum: choices, default: preset, name = "this value" } = input;
  const tell = (key: Key, message: string, fix: string) =>
    report.add("warning", "contradiction", message, report.locate(input, key), fix);
  const titles = input.enumNames, titled = input.oneOf;
  if (titles && titles.length !== (choices?.length ?? 0)) {
    const fix = "write one for each value of enum, in their order";
    tell("enumNames", `enumNames of ${name} does not name each value of enum; it is left out`, fix);
  }
  if (titled && !titledChoices(titled)) {
    const fix = "write each as { const: VALUE, title: WORDS }";
    tell("oneOf", `oneOf of ${name} is not a list of values with titles; it is left out`, fix);
  }
  if (choices?.length === 0) {
    tell("enum", `enum of ${name} is empty, so no value would be allowed; it is left out`, "list the values");
  }
  if (type !== undefined) {
    const strange = choices?.find((choice) => !isOpen(choice) && !fits(choice, type));
    if (strange !== undefined) {
      tell(
        "enum",
        `${shown(strange)} is one of the values of ${name}, and is not of type ${type}`,
        "correct the value, or the type",
      );
    }
    if (!isOpen(preset) && !fits(preset, type)) {
      tell(
        "default",
        `the default ${shown(preset)} of ${name} is not of type ${type}; it is left out`,
        `write a default of type ${type}`,
      );
      return;
    }
  }
  if (isOpen(preset) || !choices?.length) return;
  if (!choices.some((choice) => String(choice) === String(preset))) {
    const list = choices.slice(0, 10).map(shown).join(", ");
    tell(
      "default",
      `the default ${shown(preset)} of ${name} is not one of its values; it is left out`,
      `use one of ${list}`,
    );
  }
}

function checkOne(input: InputSchema, report: Report): void {
  const { type, name = "this value" } = input;
  const tell = (key: Key, message: string, fix: string) =>
    report.add("warning", "contradiction", message, report.locate(input, key, "key"), fix);
  for (const [key, types] of TYPES_OF) {
    if (type === undefined || input[key] === undefined || types.includes(type)) continue;
    tell(
      key,
      `${key} means nothing for ${name}, which is of type ${type}`,
      `remove ${key}, or write type: ${types[0]}`,
    );
  }
  for (const key of COUNTS) {
    const count = input[key] as number | undefined;
    if (count === undefined || (Number.isInteger(count) && count >= 0)) continue;
    tell(key, `${key} of ${name} is ${count}, and should be a whole number from 0`, `correct ${key}`);
  }
  for (const [least, most] of PAIRS) {
    const low = input[least] as number | undefined, high = input[most] as number | undefined;
    if (low === undefined || high === undefined || low <= high) continue;
    tell(
      least,
      `${least} of ${name} is ${low}, more than its ${most}, ${high}: no value is allowed`,
      "correct one of them",
    );
  }
  if (input.multipleOf !== undefined && input.multipleOf <= 0) {
    tell(
      "multipleOf",
      `multipleOf of ${name} is ${input.multipleOf}, and should be more than 0`,
      "correct multipleOf",
    );
  }
  checkChoices(input, report);
  checkFormat(input, report);
  if (input.items) checkOne(input.items, report);
  for (const property of input.properties ?? []) checkOne(property, report);
}

/**
 * Reports constraints that cannot be meant.
 *
 * @param inputs The inputs, with their schemas at any depth.
 * @param report Receives what is found.
 */
export function checkConstraints(inputs: readonly InputSchema[] | undefined, report: Report): void {
  for (const input of inputs ?? []) checkOne(input, report);
}
