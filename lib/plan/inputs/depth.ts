/**
 * Arguments that are nested too deeply: found out only once a call has failed of it, so that no other call pays.
 *
 * @module
 */
import { CallError, errorData } from "../../upstream/error.ts";

/** How deep the arguments of a call may be nested where that made the call fail. */
const MAX_DEPTH = 1000;

/** How deep a value is nested, up to a limit; without recursion, which is what deep values break. */
function depthOf(value: unknown, limit: number): number {
  let level: unknown[] = [value], depth = 0;
  while (depth < limit) {
    level = level.flatMap((one) => one !== null && typeof one === "object" ? Object.values(one) : []);
    if (level.length === 0) return depth;
    depth++;
  }
  return depth;
}

/**
 * What a failure is when the arguments were nested too deeply for it.
 *
 * @param error What was thrown.
 * @param args The arguments as sent.
 * @returns `invalid_arguments` where the call failed inside over such arguments; any other error as it is.
 */
export function deepArguments(error: unknown, args: unknown): unknown {
  if (errorData(error).code !== "internal" || depthOf(args, MAX_DEPTH) < MAX_DEPTH) return error;
  return new CallError({
    code: "invalid_arguments",
    message: `the arguments are nested more than ${MAX_DEPTH} levels deep`,
    retryable: false,
    fields: [{ name: "arguments", expected: `at most ${MAX_DEPTH} levels`, got: "more" }],
    hint: "Nest the arguments less deeply and call again.",
  }, { cause: error });
}
