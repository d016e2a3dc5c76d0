/**
 * The words of templates: which text an author put between braces.
 *
 * @module
 */

const DOUBLE = /\{\{\{?\s*([^{}]*?)\s*\}?\}\}/g;
const ANY = /\{\{\s*([^{}]+?)\s*\}\}|\{([^{}]+?)\}/g;
const ENVIRONMENT = /^\$env\.([A-Za-z_][A-Za-z0-9_]*)$/;

/** An undeclared word of this form is a variable of the environment (semantics §11, Bodies). */
export const UPPER_CASE: RegExp = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** The variable a bare `$env.NAME` names, if a text is one. */
export function environmentWord(text: string): string | undefined {
  return ENVIRONMENT.exec(text.trim())?.[1];
}

/** Every `{{word}}` of a text. */
export function templateWords(text: string): string[] {
  if (!text.includes("{{")) return [];
  return Array.from(text.matchAll(DOUBLE), (m) => m[1]!);
}

/** A piece of a path: literal text or the word between single or double braces. */
export type PathPiece = string | { readonly word: string };

/** Splits a path into literal text and `{x}` or `{{x}}` placeholders. */
export function pathPieces(path: string): PathPiece[] {
  const out: PathPiece[] = [];
  let from = 0;
  for (const m of path.matchAll(ANY)) {
    if (m.index > from) out.push(path.slice(from, m.index));
    out.push({ word: (m[1] ?? m[2])!.trim() });
    from = m.index + m[0].length;
  }
  if (from < path.length) out.push(path.slice(from));
  return out;
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
