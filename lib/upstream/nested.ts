/**
 * Nested values as the flat pairs of a form or a query: `card[number]`, `items[0][id]`.
 *
 * @module
 */
import { isData, type Show, shownText } from "./value.ts";

/** One pair: where the value stands, and its text. */
export type Nested = readonly [path: string, text: string];

/**
 * The pairs of a value. A list of plain values repeats its name; an element that is a list or an object is numbered.
 * What is null inside is empty text, so that a caller can have it cleared.
 *
 * @param name The name of the field.
 * @param value Its value.
 * @param show What stands for a secret.
 */
export function nestedPairs(name: string, value: unknown, show: Show): Nested[] {
  const out: Nested[] = [];
  if (value !== undefined && value !== null) add(out, name, value, show);
  return out;
}

function add(out: Nested[], path: string, value: unknown, show: Show): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    value.forEach((item, i) =>
      add(out, Array.isArray(item) || isData(item) ? `${path}[${i}]` : path, item, show)
    );
  } else if (isData(value)) {
    for (const [key, item] of Object.entries(value)) add(out, `${path}[${key}]`, item, show);
  } else out.push([path, shownText(value, show)]);
}
