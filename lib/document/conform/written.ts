/**
 * Scalars as their author wrote them: `4.0`, `01234` and `+47` are texts where a text goes, whatever YAML makes of them.
 *
 * @module
 */
import { LongDecimal } from "../../data/long_decimal.ts";
import type { Origins } from "../diagnostics/location.ts";
import { isMapping, type Raw, set } from "./raw.ts";

/** What an unquoted number, or a word for true and false, can look like. */
const SCALAR = /^[\w.+-]{1,400}$/;

/**
 * The text of a number or a boolean, as it stands in the file.
 *
 * @param origins Where nodes stand.
 * @param node The mapping or list that holds the value.
 * @param key Its key or index there.
 * @returns Undefined where the value is no such scalar, or nothing is known of its place.
 */
export function writtenText(origins: Origins, node: object, key: string | number): string | undefined {
  const value = (node as Record<string | number, unknown>)[key];
  if (!isScalar(value)) return undefined;
  const origin = origins.get(node), span = origin?.entries?.get(key)?.value;
  const text = span && origin.file.text.slice(span[0], span[1]).trim();
  return text && SCALAR.test(text) ? text : String(value);
}

/** Whether YAML made something other than a text of what may have been meant as one: a number, or true and false. */
export function isScalar(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean" ||
    value instanceof LongDecimal;
}

/** The entry of a mapping with every number and boolean in it, at any depth, as it was written. */
export function writtenTree(origins: Origins, node: object, key: string | number): unknown {
  const value = (node as Record<string | number, unknown>)[key];
  if (isScalar(value)) return writtenText(origins, node, key);
  if (Array.isArray(value)) {
    return standing(
      origins,
      value,
      value.map((_, i) => writtenTree(origins, value, i)),
    );
  }
  if (!isMapping(value)) return value;
  const out: Raw = {};
  for (const each of Object.keys(value)) set(out, each, writtenTree(origins, value, each));
  return standing(origins, value, out);
}

/** A copy, standing where its original does. */
function standing<T extends object>(origins: Origins, from: object, copy: T): T {
  const origin = origins.get(from);
  if (origin) origins.set(copy, origin);
  return copy;
}

/** Whether YAML and the author agree on how a scalar is written. */
function agrees(origins: Origins, node: object, key: string | number): boolean {
  const text = writtenText(origins, node, key);
  return text === undefined || text === String((node as Record<string | number, unknown>)[key]);
}

/** A decimal number in its own words: one that a text can carry as a number. */
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The constants of a parameter as they are meant: of a text, or where the place takes text, as they were written.
 *
 * @param raw The parameter; a `type` that is none of the six is undefined already.
 * @param about Its type, and whether it travels where only text can.
 * @param origins Where nodes stand.
 * @returns Replacements for `value`, `default` and `enum`; those that stay are not among them.
 */
export function writtenConstants(
  raw: Raw,
  about: { readonly type: unknown; readonly textual: boolean },
  origins: Origins,
): Raw {
  const out: Raw = {}, { type, textual } = about;
  const isText = type === "string", open = type === undefined;
  const number = type === "number" || type === "integer";
  for (const key of ["value", "const", "template"]) {
    const text = writtenText(origins, raw, key);
    if (text === undefined) continue;
    if (isText || (open && (textual || !agrees(origins, raw, key)))) out[key] = text;
    // Of a number that travels as text every digit stays, also those that mean nothing to a number.
    else if (textual && number && DECIMAL.test(text)) out[key] = text;
  }
  const initial = writtenText(origins, raw, "default");
  if (initial !== undefined && (isText || (open && !agrees(origins, raw, "default")))) {
    out["default"] = initial;
  }
  for (const key of ["enum", "allowedValues", "values"]) {
    const choices = raw[key];
    if (!Array.isArray(choices)) continue;
    // Untyped choices are texts as soon as one of them can only be one.
    if (!isText && !(open && choices.some((_, i) => !agrees(origins, choices, i)))) continue;
    out[key] = standing(
      origins,
      choices,
      choices.map((choice, i) => writtenText(origins, choices, i) ?? choice),
    );
  }
  return out;
}
