/**
 * A body of form fields, `application/x-www-form-urlencoded`.
 *
 * @module
 */
import { Secret } from "../../expression/secret.ts";
import type { Getter, Scope } from "../../expression/scope.ts";
import { invalidArgument } from "../invalid.ts";
import type { Body } from "../operation.ts";
import { percentEncode, type Show, textsOf } from "../value.ts";
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
 * Compiles a form. Arrays repeat the key, objects are JSON; absent and null values are left out.
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
  const pairs = isWhole(fields)
    ? (scope: Scope) => entriesOf(fields(scope), show)
    : (scope: Scope) => fields.map(({ name, get }): [string, unknown] => [name, get(scope)]);
  return (scope) => {
    const entries = pairs(scope);
    if (entries === undefined) return tail === "" ? undefined : { data: tail.slice(1), contentType };
    if (typeof entries === "string") return { data: withoutKeys(entries, taken) + tail, contentType };
    let data = "", any = false;
    for (const [name, value] of entries) {
      if (value === undefined || value === null || taken.has(name)) continue;
      any = true;
      const key = formEncode(name);
      for (const text of textsOf(value, show)) data += `&${key}=${formEncode(text)}`;
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
