/**
 * How filters compare values (RFC 9535, section 2.3.5.2): nothing equals nothing, types are never mixed.
 *
 * @module
 */

import { LongDecimal } from "../../data/long_decimal.ts";

/** Whether two values are equal; `undefined` stands for nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  // Most comparisons are of texts and of plain numbers, often of one with many: nothing else need be asked of them.
  if (typeof a === "string" || (typeof a === "number" && typeof b === "number")) return false;
  if (isNumber(a) && isNumber(b)) {
    if (!(a instanceof LongDecimal)) return b instanceof LongDecimal ? Number(a) === Number(b) : a == b;
    return b instanceof LongDecimal ? String(a) === String(b) : Number(a) === Number(b);
  }
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => isEqual(one, b[i]));
  }
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) =>
      Object.hasOwn(b, key) &&
      isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    );
}

/** Whether one value comes before another: numbers by size, texts by their characters; nothing else has an order. */
export function isLess(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return a < b;
  return typeof a === "string" && typeof b === "string" && isTextLess(a, b);
}

function isNumber(value: unknown): value is number | bigint | LongDecimal {
  return typeof value === "number" || typeof value === "bigint" || value instanceof LongDecimal;
}

/** By characters, where the order of the runtime is that of units of which a character may have two. */
function isTextLess(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x === y) continue;
    // Units from D800 to DFFF are halves of characters beyond all others.
    const isHalf = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
    return isHalf(x) === isHalf(y) ? x < y : isHalf(y);
  }
  return a.length < b.length;
}
