/**
 * Texts that others wrote, at a length that a message and a log can hold.
 *
 * @module
 */

/**
 * The beginning of a text, ended by `…` where more follows.
 *
 * @param text The text.
 * @param most How many characters are kept, in UTF-16 code units; no half of a character stays.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { beginningOf } from "./beginning.ts";
 *
 * assert.equal(beginningOf("abcdef", 3), "abc…");
 * assert.equal(beginningOf("abc", 3), "abc");
 * ```
 */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1), isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, isHalf ? most - 1 : most)}…`;
}
