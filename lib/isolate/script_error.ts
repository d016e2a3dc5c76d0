/**
 * The errors of script steps, in the words of their author: the script's own file, line and column.
 *
 * @module
 */
import { CallError } from "../upstream/error.ts";

const LONGEST_MESSAGE = 500;

/** An error as the engine tells it. */
export interface ThrownError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
}

/** The script threw, or could not be read. */
export function scriptFailure(step: string, error: unknown, files: readonly string[]): CallError {
  const { name, text, stack } = describe(error);
  const source = positionIn(stack, files);
  const where = source ? ` (${source})` : "";
  if (name === "SyntaxError") {
    return failure(
      "misconfigured",
      `the script ${step} cannot be read: ${text}${where}`,
      /return not in a function/.test(text)
        ? "assign the value to result instead of returning it"
        : "correct the script",
      source,
    );
  }
  if (name === "InternalError" && /out of memory/.test(text)) return tooMuchMemory(step, source);
  if (name === "InternalError" && /stack overflow/.test(text)) {
    return failure(
      "misconfigured",
      `the script ${step} recurses too deep${where}`,
      "make it recurse less",
      source,
    );
  }
  const hint = /^'?(\w+)'? is not defined/.test(text)
    ? "scripts see the language, context and their dependencies: no modules, no network, no timers"
    : "correct the script, or what the steps before it give in context";
  return failure("internal", `the script ${step} failed: ${text}${where}`, hint, source);
}

/** The script ran longer than allowed. */
export function tooLate(step: string, allowed: string): CallError {
  return failure(
    "timeout",
    `the script ${step} exceeded ${allowed}`,
    "do less in the script, or raise management.scripting.timeout",
  );
}

/** The script executed more than allowed. */
export function tooManyStatements(step: string, limit: number): CallError {
  return failure(
    "misconfigured",
    `the script ${step} exceeded the statement limit (${limit})`,
    "look for a loop that does not end, or raise management.scripting.statementLimit",
  );
}

/** The values of the script took more memory than allowed. */
export function tooMuchMemory(step: string, source?: string): CallError {
  return failure(
    "misconfigured",
    `the script ${step} ran out of memory`,
    "make the script keep less at a time",
    source,
  );
}

/** The result is no data. */
export function unusable(step: string, reason: string): CallError {
  return failure(
    "misconfigured",
    `the result of the script ${step} cannot be used: ${shortMessage(reason)}`,
    "assign result a value that JSON can hold: null, booleans, numbers, strings, arrays and plain objects",
  );
}

/** The caller went away. */
export function cancelled(step: string): CallError {
  return failure("timeout", `the call was cancelled before the script ${step} ran`, "call again");
}

/** The engine itself failed. */
export function broken(step: string, cause: unknown): CallError {
  if (cause instanceof RangeError) {
    return failure("misconfigured", `the script ${step} goes too deep`, "nest values and calls less");
  }
  return failure("internal", `the script ${step} crashed its engine`, "simplify the script", undefined, {
    cause,
  });
}

function failure(
  code: "timeout" | "misconfigured" | "internal",
  message: string,
  hint: string,
  source?: string,
  options?: ErrorOptions,
): CallError {
  return new CallError({ code, message, retryable: false, hint, ...(source ? { source } : {}) }, options);
}

function describe(error: unknown): { name: string; text: string; stack: string } {
  if (error !== null && typeof error === "object") {
    const { name, message, stack } = error as ThrownError;
    const kind = typeof name === "string" ? name : "Error";
    const text = typeof message === "string" ? message : "it threw an object without a message";
    return { name: kind, text: shortMessage(text), stack: typeof stack === "string" ? stack : "" };
  }
  return { name: "", text: shortMessage(`it threw ${String(error)}`), stack: "" };
}

function shortMessage(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}

/** The innermost place of a stack that is in a file of the author. */
function positionIn(stack: string, files: readonly string[]): string | undefined {
  for (const line of stack.split("\n")) {
    for (const file of files) {
      const at = line.lastIndexOf(`${file}:`);
      const position = at === -1 ? null : /^\d+(:\d+)?/.exec(line.slice(at + file.length + 1));
      if (position) return `${file}:${position[0]}`;
    }
  }
  return undefined;
}
