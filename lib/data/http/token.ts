/**
 * Tokens: what names of headers, cookies and methods are made of (RFC 9110, 5.6.2).
 *
 * @module
 */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Whether a text is a token.
 *
 * @param text The text.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * assert.equal(isToken("X-Request-Id"), true);
 * assert.equal(isToken("two words"), false);
 * assert.equal(isToken(""), false);
 * ```
 */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}
