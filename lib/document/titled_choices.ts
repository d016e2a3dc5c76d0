/**
 * Values of an input with titles that people read, as JSON Schema writes them under `oneOf`.
 *
 * @module
 */

/** A value and what a person reads for it. */
export interface TitledChoice {
  readonly const: unknown;
  /** The title; the value itself where it is left out. */
  readonly title?: unknown;
}

/**
 * The values of an input that are written with titles; undefined where `oneOf` is no such list.
 *
 * @param written What the document has under `oneOf`.
 */
export function titledChoices(written: readonly unknown[] | undefined): readonly TitledChoice[] | undefined {
  const isChoice = (one: unknown): one is TitledChoice =>
    one !== null && typeof one === "object" && Object.hasOwn(one, "const");
  return written?.length && written.every(isChoice) ? written : undefined;
}
