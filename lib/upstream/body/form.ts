/**
 * A body of form fields, `application/x-www-form-urlencoded`.
 *
 * @module
 */
import { Secret } from "../../expression/secret.ts";
import type { Getter, Scope } from "../../expression/scope.ts";
import { invalidArgument } from "../invalid.ts";
import type { Body, Field } from "../operation.ts";
import { compileField } from "../query.ts";
import { percentEncode, type Show } from "../value.ts";
import type { BodyKey, MakeBody } from "./content.ts";

/** The media type of forms. */
export const FORM_TYPE = "application/x-www-form-urlencoded";

const EXTRA: Readonly<Record<string, string>> = {
  "%20": "+",
  "!": "%21",
  "'": "%27",
  "(": "%28",
  ")": "%29",
  "~": "%7E",
};

/** Encodes a name or a value of a form. */
export function formEncode(text: string): string {
  return percentEncode(text).replace(/%20|[!'()~]/g, (c) => EXTRA[c]!);
}

/** A name as it stands in a form: the brackets of nesting are what APIs look for. */
function formName(name: string): string {
  return formEncode(name).replace(/%5B/g, "[").replace(/%5D/g, "]");
}

/** A field whose lists and objects nest with brackets, unless its style says otherwise. */
function nesting(field: Pick<Field, "name" | "style">): Pick<Field, "name" | "style"> {
  return field.style === undefined ? { name: field.name, style: { object: "brackets" } } : field;
}

/** One field of a form, with its value. */
interface Filled {
  readonly name: string;
  readonly value: unknown;
  readonly write: (value: unknown) => string;
}

/** Declared fields, whose writers are made once. */
function written(
  fields: readonly Field[],
  writer: (field: Field) => (value: unknown) => string,
): (scope: Scope) => Filled[] {
  const ready = fields.map((field) => ({ name: field.name, get: field.get, write: writer(field) }));
  return (scope) => ready.map(({ name, get, write }) => ({ name, value: get(scope), write }));
}

/** The pairs of a form that is one value: an object; a text is taken as it stands. */
export function entriesOf(value: unknown, show: Show): string | [string, unknown][] | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Secret) return show(value);
  if (typeof value === "string") return value;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw invalidArgument(
      "body",
      "an object of form fields",
      Array.isArray(value) ? "an array" : typeof value,
    );
  }
  return Object.entries(value);
}

/** Whether the fields of a form come as one value. */
export function isWhole<T>(fields: readonly T[] | Getter): fields is Getter {
  return typeof fields === "function";
}

/**
 * Compiles a form. Arrays repeat the key, what is nested is written with brackets (`card[number]=`, `items[0][id]=`);
 * absent and null values are left out.
 *
 * @param body What the operation says.
 * @param keys Fields that credentials add.
 * @param show What stands for a secret.
 */
export function compileForm(
  body: Extract<Body, { type: "form" }>,
  keys: readonly BodyKey[],
  show: Show,
): MakeBody {
  const contentType = body.contentType ?? FORM_TYPE, { fields } = body;
  const taken = new Set(keys.map(([name]) => name));
  const tail = keys.map(([name, value]) => `&${formEncode(name)}=${formEncode(value)}`).join("");
  const writer = (field: Pick<Field, "name" | "style">) =>
    compileField(nesting(field), formEncode, formName, show, (name) => taken.has(name));
  const pairs = isWhole(fields)
    ? (scope: Scope) => {
      const entries = entriesOf(fields(scope), show);
      return typeof entries === "object"
        ? entries.map(([name, value]) => ({ name, value, write: writer({ name }) }))
        : entries;
    }
    : written(fields, writer);
  return (scope) => {
    const entries = pairs(scope);
    if (entries === undefined) return tail === "" ? undefined : { data: tail.slice(1), contentType };
    if (typeof entries === "string") return { data: withoutKeys(entries, taken) + tail, contentType };
    let data = "", any = false;
    for (const { name, value, write } of entries) {
      if (value === undefined || value === null || taken.has(name)) continue;
      any = true;
      data += write(value);
    }
    data += tail;
    return any || tail !== "" ? { data: data.slice(1), contentType } : undefined;
  };
}

/** A form as text without the fields of some names. */
export function withoutKeys(text: string, taken: ReadonlySet<string>): string {
  if (taken.size === 0) return text;
  return text.split("&").filter((pair) => {
    const [name] = [...new URLSearchParams(pair).keys()];
    return name === undefined || !taken.has(name);
  }).join("&");
}
