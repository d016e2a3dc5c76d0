/**
 * Regular expressions that a document, or the data itself, gives for data: I-Regexp (RFC 9485) and what people add to
 * it. Whatever the pattern and the text, trying takes time in proportion to their lengths, never more: there is no
 * backtracking. References to groups and looking around cannot be tried so, and are refused.
 *
 * @module
 */
import { compilePattern, UnsupportedPattern } from "../data/pattern/mod.ts";
import { parseRegularExpression } from "./regular_expression_parse.ts";

/** How a pattern is tried. */
export interface RegularExpressionOptions {
  /** Letters of `i` (case does not matter), `s` (the dot is any character), `m` (`^` and `$` at lines). */
  readonly flags?: string | undefined;
  /** The whole text has to match, not a part of it. */
  readonly whole: boolean;
}

/**
 * Compiles a pattern.
 *
 * @param source The pattern, without delimiters.
 * @param options How it is tried.
 * @returns Whether a text matches.
 * @throws {SyntaxError} When the pattern cannot be read, or cannot be tried in linear time.
 */
export function compileRegularExpression(
  source: string,
  options: RegularExpressionOptions,
): (text: string) => boolean {
  const { whole, flags = "" } = options, tree = parseRegularExpression(source, flags);
  // With the flag m, ^ and $ would be the ends of lines here as well.
  const all = !whole
    ? tree.source
    : tree.flags.includes("m")
    ? `(?<![^])(?:${tree.source})(?![^])`
    : `^(?:${tree.source})$`;
  try {
    return compilePattern(all, tree.flags);
  } catch (error) {
    if (error instanceof UnsupportedPattern) throw new SyntaxError(`it has ${error.message}`);
    throw error;
  }
}
