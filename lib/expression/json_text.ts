/**
 * JSON written as text with placeholders: where each of them stands decides how its value lands.
 *
 * @module
 */

/** A placeholder of JSON text: inside a string literal, or where a value goes. */
export interface JsonPlace<T> {
  readonly part: T;
  readonly inside: boolean;
}

/** Where a text stands after a piece of it: inside a string or not. */
function scan(text: string, inside: boolean): { inside: boolean; escaping: boolean } {
  let escaping = false;
  for (const c of text) {
    if (!inside) inside = c === '"';
    else if (escaping) escaping = false;
    else if (c === "\\") escaping = true;
    else if (c === '"') inside = false;
  }
  return { inside, escaping };
}

/**
 * The pieces of JSON text, each placeholder with its place.
 *
 * @param parts Literal text and placeholders.
 */
export function jsonPlaces<T extends object>(parts: readonly (string | T)[]): (string | JsonPlace<T>)[] {
  let inside = false;
  return parts.map((part) => {
    if (typeof part !== "string") return { part, inside };
    const after = scan(part, inside);
    inside = after.inside;
    // A backslash right before a placeholder would swallow the value's own escape.
    return after.escaping ? `${part}\\` : part;
  });
}

/**
 * Whether a text with placeholders is a JSON object, array or string once they are filled.
 *
 * @param parts Literal text and placeholders.
 */
export function isJsonText(parts: readonly unknown[]): boolean {
  const [first] = parts;
  if (typeof first !== "string" || !/^\s*[[{"]/.test(first)) return false;
  try {
    // A zero may stand for a value and for characters of a text alike.
    JSON.parse(parts.map((part) => typeof part === "string" ? part : "0").join(""));
    return true;
  } catch {
    return false;
  }
}
