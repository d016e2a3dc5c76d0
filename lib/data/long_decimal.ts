/**
 * A number of JSON with more digits than a JavaScript number holds, kept as it was written.
 *
 * @module
 */

/** Makes a value that `JSON.stringify` writes as it stands; the library's own types do not know it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * A number that keeps its digits. It is written as JSON and as text exactly as it came, and counts as the number
 * nearest to it wherever it is compared or reckoned with.
 *
 * @example
 * ```ts
 * import { LongDecimal } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const amount = new LongDecimal("0.12345678901234567890");
 * assert.equal(JSON.stringify({ amount }), '{"amount":0.12345678901234567890}');
 * assert.equal(`${amount}`, "0.12345678901234567890");
 * assert.ok(Number(amount) < 0.2);
 * ```
 */
export class LongDecimal {
  readonly #text: string;

  /**
   * Keeps a number.
   *
   * @param text The number as JSON writes it.
   */
  constructor(text: string) {
    this.#text = text;
  }

  /** The number as it was written. */
  toString(): string {
    return this.#text;
  }

  /** The nearest number; infinite or zero beyond what a number reaches. */
  valueOf(): number {
    return Number(this.#text);
  }

  /** What `JSON.stringify` writes: the digits. */
  toJSON(): unknown {
    return rawJSON(this.#text);
  }
}
