/**
 * What a regular expression says, as a tree.
 *
 * @module
 */

/** A part of a regular expression. */
export type Node =
  /** One character of a set. */
  | CharacterSet
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly items: readonly Node[] }
  | { readonly kind: "repeat"; readonly item: Node; readonly min: number; readonly max: number }
  /** A place between characters. */
  | { readonly kind: "place"; readonly place: Assertion }
  /** What stands before or after a place, and is not part of the match. */
  | { readonly kind: "look"; readonly behind: boolean; readonly negative: boolean; readonly item: Node };

/** The beginning of the text, its end, a boundary of a word, and none. */
export type Assertion = "start" | "end" | "boundary" | "inside";

/** A set of characters, as one atom of the expression writes it. */
export interface CharacterSet {
  readonly kind: "set";
  /** As written: `a`, `\d`, `[^x-z]`, `.`. */
  readonly source: string;
  /** Whether a character is in it. */
  has(code: number): boolean;
  /** Whether it can hold characters that are not ASCII; true where that is not sure. */
  readonly beyondAscii: boolean;
}

/** The language of a regular expression has more than is read here. */
export class UnsupportedPattern extends Error {
  override readonly name = "UnsupportedPattern";
}

/** An atom that can only hold ASCII: a character, an escaped sign, digits, letters, or a class of these. */
const ASCII_ONLY = /^(?:[ -[\]-~]|\\[^A-Za-z]|\\[dw]|\[(?!\^)(?:[ -[\]-~]|\\[^A-Za-z]|\\[dw])*\])$/;

/**
 * A set that knows its characters by asking the engine of the language about each atom once.
 *
 * @param source The atom as written.
 * @param flags The flags of the expression.
 */
export function characterSet(source: string, flags: string): CharacterSet {
  const one = new RegExp(`^(?:${source})$`, flags.replace(/[gmy]/g, ""));
  const ascii = new Uint8Array(128);
  for (let code = 0; code < 128; code++) ascii[code] = one.test(String.fromCharCode(code)) ? 1 : 0;
  // Letters of other scripts have ASCII letters as their other case.
  const plain = !flags.includes("i") && source !== "." && ASCII_ONLY.test(source);
  return {
    kind: "set",
    source,
    has: (code) => code < 128 ? ascii[code] === 1 : !plain && one.test(String.fromCodePoint(code)),
    beyondAscii: !plain,
  };
}
