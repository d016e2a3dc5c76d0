/**
 * The values of YAML's scalars, by the 1.2 core schema, with every digit of a number.
 *
 * @module
 */
import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag } from "js-yaml";
import { numberOf } from "../../data/json.ts";

/** The value of a plain scalar by the YAML 1.2 core schema; dates stay text. */
export function plainScalar(text: string): unknown {
  if (text === "") return null;
  const c = text.charCodeAt(0);
  // Only these can begin a number, a boolean or null: digits + - . n N t T f F ~
  if (c > 57 && c !== 110 && c !== 78 && c !== 116 && c !== 84 && c !== 102 && c !== 70 && c !== 126) {
    return text;
  }
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return typeof value === "number" ? withDigits(text, value) : value;
  }
  return text;
}

/** A number in the writing that JSON has for it too. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number that loses no digit: one that a double does not hold is kept as it is written. */
function withDigits(text: string, value: number): unknown {
  return (text.length > 15 || !Number.isFinite(value)) && JSON_NUMBER.test(text) ? numberOf(text) : value;
}

/**
 * The value of a scalar that says its type with a tag.
 *
 * @param text The scalar.
 * @param tag The tag, such as `!!int`. One that means nothing, or does not fit, is read as if it were not there.
 * @param isPlain Whether the scalar is without quotes.
 */
export function taggedScalar(text: string, tag: string, isPlain: boolean): unknown {
  if (tag === "!!str" || tag === "!") return text;
  if (tag === "!!null" && /^(?:null|~|)$/i.test(text)) return null;
  if (tag === "!!bool" && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return isPlain || tag === "!!int" || tag === "!!float" ? plainScalar(text) : text;
}
