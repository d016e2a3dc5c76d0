/**
 * Patterns about letters of any script, which cost nothing where a text is plain ASCII.
 *
 * An engine builds the set behind `\p{L}` when it meets the pattern, which takes half a millisecond each: a start that
 * meets five of them waits for it, and most texts need none.
 *
 * @module
 */

// deno-lint-ignore no-control-regex -- all of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * Tests texts against a pattern with letters of any script.
 *
 * @param ascii The pattern as far as it concerns ASCII, without flags.
 * @param any Makes the whole pattern, when the first text needs it; for ASCII it says what `ascii` says.
 * @returns Whether a text fits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const isWord = letterTest(/^[A-Za-z]+$/, () => /^\p{L}+$/u);
 * assert.equal(isWord("word"), true);
 * assert.equal(isWord("été"), true);
 * assert.equal(isWord("two words"), false);
 * ```
 */
export function letterTest(ascii: RegExp, any: () => RegExp): (text: string) => boolean {
  let made: RegExp | undefined;
  return (text) => ascii.test(text) || !ASCII.test(text) && (made ??= any()).test(text);
}
