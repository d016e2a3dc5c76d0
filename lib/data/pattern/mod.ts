/**
 * Regular expressions that authors write, tried on values that callers and APIs send.
 *
 * A pattern that seems harmless, such as `^(\w+\s?)*$`, takes a backtracking engine for ever on a value that is made
 * for it, and nothing stops that engine meanwhile. So the engine of the language tries only patterns that are proved to
 * be linear by their form; every other is tried by an automaton that is linear by its nature.
 *
 * @module
 */
import { buildAutomaton, matches } from "./automaton.ts";
import { parsePattern } from "./parse.ts";
import { isLinear } from "./proof.ts";
import type { Node } from "./syntax.ts";
import { UnsupportedPattern } from "./syntax.ts";

export { UnsupportedPattern };

/**
 * Why a pattern cannot be tried.
 *
 * @param source The pattern.
 * @returns The reason, for a sentence; undefined where it can.
 */
export function patternFault(source: string): string | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    return error instanceof UnsupportedPattern
      ? `it has ${error.message}, so checking it could take forever`
      : "it is not a regular expression";
  }
}

/**
 * Compiles a pattern.
 *
 * @param source A regular expression as JSON Schema reads it.
 * @param flags Its flags; `u` is always among them.
 * @returns Whether a text matches anywhere, in time that grows with the length of the text alone.
 * @throws {SyntaxError} When it is not a regular expression.
 * @throws {UnsupportedPattern} For one that no automaton can try: with references to groups, or with far too many states.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compilePattern } from "./mod.ts";
 *
 * const matches = compilePattern("^(\\w+\\s?)*$");
 * assert.equal(matches("many words "), true);
 * assert.equal(matches("a".repeat(100_000) + "!"), false);
 * ```
 */
export function compilePattern(source: string, flags = "u"): (text: string) => boolean {
  const all = flags.includes("u") ? flags : `${flags}u`;
  const expression = new RegExp(source, all.replace(/[gy]/g, ""));
  const node: Node = parsePattern(source, all);
  if (isLinear(node, all)) return (text) => expression.test(text);
  const automaton = buildAutomaton(node, all);
  return (text) => matches(automaton, text);
}
