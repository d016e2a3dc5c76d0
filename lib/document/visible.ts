/**
 * Text that others wrote, as a terminal may show it.
 *
 * @module
 */

// deno-lint-ignore no-control-regex -- these are what a terminal obeys, and what changes the order of a line
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Writes out what a terminal would obey: escape sequences, and marks that show a line in another order than it has.
 * JSON stays the same JSON by it.
 *
 * @param text Any text. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(OBEYED, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
