/**
 * A fault of Capstan's own inside the isolate, as an error on this side.
 *
 * @module
 */
import type { Answer } from "./task.ts";

/**
 * The error of a fault.
 *
 * @param answer What the isolate said.
 * @returns An error with the stack of the other side, for the log alone.
 */
export function faultError({ message, stack }: Extract<Answer, { kind: "fault" }>): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
