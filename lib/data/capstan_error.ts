/**
 * The family of errors that Capstan throws.
 *
 * @module
 */

/**
 * What every error of Capstan is: an `Error` with a code that programs can go by.
 *
 * @example One branch for everything that Capstan throws
 * ```ts
 * import { CapstanError, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * try {
 *   readSpecification("shop.yml", { text: "ikanos: 1.0.0-beta5", baseUris: { shop: "https://test.example" } });
 *   assert.fail("shop is not there");
 * } catch (error) {
 *   assert(error instanceof CapstanError);
 *   assert.equal(error.code, "invalid_option");
 * }
 * ```
 */
export class CapstanError extends Error {
  /** What kind of failure it is, such as `invalid_arguments` or `not_listening`. */
  readonly code: string;

  /**
   * Makes an error.
   *
   * @param code What kind of failure it is.
   * @param message What went wrong, without secrets.
   * @param options The cause, for logs only.
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * An option of a function that cannot be worked with: what is wrong with it, and what is possible.
 *
 * @example A base URI of nothing
 * ```ts
 * import { OptionError, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * assert.throws(
 *   () => readSpecification("a.yml", { text: "ikanos: 1.0.0-beta5", baseUris: { shop: "https://test.example" } }),
 *   OptionError,
 * );
 * ```
 */
export class OptionError extends CapstanError {
  /** The name of its class. */
  override readonly name = "OptionError";

  /**
   * Makes an error.
   *
   * @param message What is wrong with the option.
   */
  constructor(message: string) {
    super("invalid_option", message);
  }
}
