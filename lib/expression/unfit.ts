/**
 * A value that cannot stand where it was to be put.
 *
 * @module
 */

/** A value that cannot stand where it was to be put; whoever builds the request tells the caller. */
export class UnfitValueError extends Error {
  /** The name of its class. */
  override readonly name = "UnfitValueError";
  /** The input, as the author named it. */
  readonly input: string;
  /** What it should have been. */
  readonly expected: string;
  /** What came, without showing it. */
  readonly got: string;

  /**
   * @param input The input, as the author named it.
   * @param expected What it should have been.
   * @param got What came, without showing it.
   */
  constructor(input: string, expected: string, got: string) {
    super(`${input} cannot be sent: expected ${expected}, got ${got}`);
    this.input = input;
    this.expected = expected;
    this.got = got;
  }
}
