/**
 * The words of templates: which text an author put between braces.
 *
 * @module
 */

import { placeholdersOf } from "./placeholder.ts";

export { environmentWord, type PathPiece, pathPieces } from "./placeholder.ts";

/** Every `{{word}}` of a text. */
export function templateWords(text: string): string[] {
  return placeholdersOf(text).map(({ expression }) => expression);
}

/** Calls back with every string of a value, at any depth. */
export function eachString(value: unknown, visit: (text: string) => void): void {
  if (typeof value === "string") visit(value);
  else if (Array.isArray(value)) { for (const item of value) eachString(item, visit); }
  else if (value !== null && typeof value === "object") {
    for (const key of Object.keys(value)) eachString((value as Record<string, unknown>)[key], visit);
  }
}

/** A name without case and punctuation, for names that differ only so (semantics §2). */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
