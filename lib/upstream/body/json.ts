/**
 * A JSON body made from a value.
 *
 * @module
 */
import { parseJson, writeJson } from "../../data/json.ts";
import { Secret } from "../../expression/secret.ts";
import type { Body } from "../operation.ts";
import { type Show, withSecretsShown } from "../value.ts";
import type { BodyKey, MakeBody } from "./content.ts";

/** The media type of JSON. */
export const JSON_TYPE = "application/json";

/**
 * Compiles a JSON body.
 *
 * @param body What the operation says.
 * @param keys Fields that credentials add to an object.
 * @param show What stands for a secret.
 */
export function compileJsonBody(
  body: Extract<Body, { type: "json" }>,
  keys: readonly BodyKey[],
  show: Show,
): MakeBody {
  const { get, rawText } = body, contentType = body.contentType ?? JSON_TYPE;
  return (scope) => {
    let value = get(scope);
    if (value instanceof Secret) value = show(value);
    if (value === undefined) {
      return keys.length === 0 ? undefined : { data: writeJson(withKeys({}, keys)), contentType };
    }
    if (typeof value === "string" && rawText && isJson(value)) {
      return { data: keys.length === 0 ? value : mergeKeys(value, keys), contentType };
    }
    value = withSecretsShown(value, show);
    return { data: writeJson(keys.length === 0 ? value : withKeys(value, keys)), contentType };
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * An object with fields added; what is no object has no place for them and stays.
 *
 * @param value The document.
 * @param keys The fields.
 */
function withKeys(value: unknown, keys: readonly BodyKey[]): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const taken = new Set(keys.map(([name]) => name));
  const kept = Object.entries(value).filter(([name]) => !taken.has(name));
  return Object.fromEntries([...kept, ...keys]);
}

/** JSON text with fields added to its object; text that is no JSON object stays as it is. */
export function mergeKeys(text: string, keys: readonly BodyKey[]): string {
  try {
    const value = parseJson(text);
    const merged = withKeys(value, keys);
    return merged === value ? text : writeJson(merged);
  } catch {
    return text;
  }
}
