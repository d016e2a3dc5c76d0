/**
 * What to tell somebody who named what is not there.
 *
 * @module
 */
import { nearest } from "./nearest.ts";

/** Names, the first of them where there are many. */
export function listed(names: readonly string[]): string {
  return names.length <= 8
    ? names.join(", ")
    : `${names.slice(0, 8).join(", ")} and ${names.length - 8} more`;
}

/**
 * The nearest name there is; where none is near, those there are; where there are none, what else to do.
 *
 * @param word What was written.
 * @param names What there is.
 * @param those Says what there is, from a list of it.
 * @param none What to do where there is nothing.
 */
export function suggestion(
  word: string,
  names: readonly string[],
  those: (list: string) => string,
  none = "",
): string {
  const near = nearest(word, names);
  if (near !== undefined) return `did you mean ${near}?`;
  return names.length > 0 ? those(listed(names)) : none;
}
