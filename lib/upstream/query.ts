/**
 * The query of a request.
 *
 * @module
 */
import type { Scope } from "../expression/scope.ts";
import type { Field } from "./operation.ts";
import { percentEncode, type Show, textOf, textsOf } from "./value.ts";

const KEPT_IN_NAMES: Readonly<Record<string, string>> = {
  "%24": "$",
  "%5B": "[",
  "%5D": "]",
  "%40": "@",
};

/** A query name: `$ [ ] @` stay as they are, since APIs look for them so. */
export function queryName(name: string): string {
  return percentEncode(name).replace(/%(?:24|5B|5D|40)/g, (c) => KEPT_IN_NAMES[c]!);
}

/**
 * Compiles a query. Arrays repeat the key, or are joined with commas where the name begins with `$`; objects are
 * JSON; absent and null values are left out.
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
  const free = fields.filter((field) => !taken.has(field.name.toLowerCase()))
    .map(({ name, get }) => ({ get, key: `${queryName(name)}=`, joined: name.startsWith("$") }));
  const tail = fixed.map(([name, value]) => `${queryName(name)}=${percentEncode(value)}`).join("&");
  if (free.length === 0) {
    const whole = tail === "" ? "" : `?${tail}`;
    return () => whole;
  }
  return (scope) => {
    let query = "";
    for (const { get, key, joined } of free) {
      const value = get(scope);
      if (value === undefined || value === null) continue;
      if (Array.isArray(value)) {
        const texts = textsOf(value, show);
        if (texts.length === 0) continue;
        if (joined) query += `&${key}${texts.map(percentEncode).join(",")}`;
        else for (const text of texts) query += `&${key}${percentEncode(text)}`;
      } else query += `&${key}${percentEncode(textOf(value, show))}`;
    }
    if (tail !== "") query += `&${tail}`;
    return query === "" ? "" : `?${query.slice(1)}`;
  };
}
