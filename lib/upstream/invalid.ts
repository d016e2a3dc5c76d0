/**
 * Refusing a value that cannot be sent.
 *
 * @module
 */
import { UnfitValueError } from "../expression/unfit.ts";
import { CallError } from "./error.ts";

/**
 * An `invalid_arguments` error about one value.
 *
 * @param name The input, as the author named it.
 * @param expected What it should have been.
 * @param got What came, without showing it.
 * @param hint What the caller can do.
 */
export function invalidArgument(
  name: string,
  expected: string,
  got: string,
  hint: string = `give ${name} as ${expected}`,
): CallError {
  return new CallError({
    code: "invalid_arguments",
    message: `${name} cannot be sent: expected ${expected}, got ${got}`,
    retryable: false,
    fields: [{ name, expected, got }],
    hint,
  });
}

/** The error of a value that an expression could not place; any other error as it is. */
export function asInvalidArgument(error: unknown): unknown {
  return error instanceof UnfitValueError ? invalidArgument(error.input, error.expected, error.got) : error;
}
