/**
 * The query of a request.
 *
 * @module
 */
import type { Scope } from "../expression/scope.ts";
import { type Nested, nestedPairs } from "./nested.ts";
import type { Field } from "./operation.ts";
import { isData, percentEncode, type Show, shownText, shownTexts } from "./value.ts";

const KEPT_IN_NAMES: Readonly<Record<string, string>> = {
  "%24": "$",
  "%5B": "[",
  "%5D": "]",
  "%40": "@",
};

/** A query name: `$ [ ] @` stay as they are, since APIs look for them so. */
function queryName(name: string): string {
  return percentEncode(name).replace(/%(?:24|5B|5D|40)/g, (c) => KEPT_IN_NAMES[c]!);
}

/** Writes one field, each pair with an `&` before it. */
type Write = (value: unknown) => string;

/**
 * Compiles one field: lists and objects are written as its style says.
 *
 * @param field The field.
 * @param encode Encodes a value.
 * @param encodeName Encodes a name.
 * @param show What stands for a secret.
 * @param taken Whether a credential has a name: no key of an object takes its place.
 */
export function compileField(
  field: Pick<Field, "name" | "style">,
  encode: (text: string) => string,
  encodeName: (name: string) => string,
  show: Show,
  taken: (name: string) => boolean = () => false,
): Write {
  const { name, style } = field, key = `&${encodeName(name)}=`, separator = style?.separator;
  const list: Write = separator === undefined
    ? (value) => shownTexts(value, show).reduce((out, text) => out + key + encode(text), "")
    : (value) => {
      const texts = shownTexts(value, show);
      return texts.length === 0 ? "" : key + texts.map(encode).join(separator);
    };
  const pair = ([path, text]: Nested) => `&${encodeName(path)}=${encode(text)}`;
  const entries = (value: object) =>
    Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  let object: ((value: object) => string) | undefined;
  switch (style?.object) {
    case "brackets":
      object = (value) => nestedPairs(name, value, show).map(pair).join("");
      break;
    case "pairs":
      object = (value) =>
        entries(value).filter(([inner]) => !taken(inner))
          .map(([inner, item]) => pair([inner, shownText(item, show)])).join("");
      break;
    case "flat":
      object = (value) => {
        const texts = entries(value).flatMap(([inner, item]) => [inner, shownText(item, show)]);
        return texts.length === 0 ? "" : key + texts.map(encode).join(separator ?? ",");
      };
  }
  return (value) => {
    if (Array.isArray(value)) {
      const nested = style?.object === "brackets" &&
        value.some((item) => Array.isArray(item) || isData(item));
      return nested ? nestedPairs(name, value, show).map(pair).join("") : list(value);
    }
    return object && isData(value) ? object(value) : key + encode(shownText(value, show));
  };
}

/** Names that begin with `$` are those of OData, whose lists are joined. */
function styled(field: Field): Field {
  return field.style === undefined && field.name.startsWith("$")
    ? { ...field, style: { separator: "," } }
    : field;
}

/**
 * Compiles a query. Arrays repeat the key and objects are JSON, unless the style of the field says otherwise; absent
 * and null values are left out.
 *
 * @param fields Names and values that come with the call.
 * @param fixed Pairs that are always sent, such as an API key; they come last and win over fields of their name.
 * @param show What stands for a secret.
 * @returns The query with its `?`; empty when there is none.
 */
export function compileQuery(
  fields: readonly Field[],
  fixed: readonly (readonly [string, string])[],
  show: Show,
): (scope: Scope) => string {
  const taken = new Set(fixed.map(([name]) => name.toLowerCase()));
  const isTaken = (name: string) => taken.has(name.toLowerCase());
  const free = fields.filter((field) => !taken.has(field.name.toLowerCase()))
    .map((field) => ({
      get: field.get,
      write: compileField(styled(field), percentEncode, queryName, show, isTaken),
    }));
  const tail = fixed.map(([name, value]) => `&${queryName(name)}=${percentEncode(value)}`).join("");
  if (free.length === 0) {
    const whole = tail === "" ? "" : `?${tail.slice(1)}`;
    return () => whole;
  }
  return (scope) => {
    let query = "";
    for (const { get, write } of free) {
      const value = get(scope);
      if (value !== undefined && value !== null) query += write(value);
    }
    query += tail;
    return query === "" ? "" : `?${query.slice(1)}`;
  };
}
