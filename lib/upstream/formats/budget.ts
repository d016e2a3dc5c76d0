/**
 * How much a decoder may make of an answer. A small text can stand for a large value: what is counted is what is made.
 *
 * @module
 */
import { tooMuch } from "./bad_response.ts";

/** The most values one answer is taken apart into. */
const MAX_VALUES = 2_000_000;
/** The most characters of text in them, what is repeated counted each time. */
const MAX_CHARACTERS = 128 << 20;

/** What is left of an answer's budget, and what is odd about the answer. */
export class Budget {
  readonly #format: string;
  #values = MAX_VALUES;
  #characters = MAX_CHARACTERS;
  /** What is odd about the answer and was read all the same. */
  readonly notes: string[];

  /**
   * @param format The format as people write it.
   * @param notes Takes what is odd about the answer.
   */
  constructor(format: string, notes: string[] = []) {
    this.#format = format;
    this.notes = notes;
  }

  /**
   * Spends values before they are made.
   *
   * @param values How many.
   * @param characters How long the texts in them are together.
   * @throws {CallError} `response_too_large` when nothing is left.
   */
  spend(values: number, characters = 0): void {
    this.#values -= values;
    this.#characters -= characters;
    if (this.#values < 0) throw tooMuch(this.#format, "more than two million values");
    if (this.#characters < 0) throw tooMuch(this.#format, "more than 128 million characters");
  }

  /** Notes something odd, each thing once. */
  note(text: string): void {
    if (this.notes.length < 5 && !this.notes.includes(text)) this.notes.push(text);
  }
}
