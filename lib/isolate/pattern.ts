/**
 * Regular expressions that authors write, tried on values that callers send.
 *
 * A pattern that seems harmless, such as `^(\w+\s?)*$`, can take for ever on a value that is made for it, and nothing
 * stops the engine of this process meanwhile. So a pattern is weighed when it is compiled: where even the worst value
 * of some length costs little, it runs here; a longer value, or a pattern that has no such length, is tried in the
 * engine of script steps, which can be stopped.
 *
 * @module
 */
import type { PatternEngine } from "./pattern_engine.ts";

/** How many steps of the engine are little. */
const LITTLE = 1e7;
/** A repetition of at least so many times counts as one without end. */
const MANY = 10;
/** Texts of this length are safe for a pattern whose steps double with each character. */
const DOUBLING = 20;

/** What a pattern can cost: steps grow with the length to this power; Infinity when they multiply. */
export function costOf(pattern: string): number {
  let repetitions = 0, multiplies = false, alternatives = false;
  const groups: { varies: boolean }[] = [{ varies: false }];
  const quantifier = /[*+?]|\{(\d+)(,?)(\d*)\}/y;
  let last: { varies: boolean } | undefined;
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at]!, top = groups.at(-1)!;
    if (c === "\\") {
      // A reference to a group tries every text the group can have.
      if (/[1-9k]/.test(pattern[at + 1] ?? "")) multiplies = true;
      at++;
      last = { varies: false };
    } else if (c === "[") {
      for (at++; at < pattern.length && pattern[at] !== "]"; at++) if (pattern[at] === "\\") at++;
      last = { varies: false };
    } else if (c === "(") {
      groups.push({ varies: false });
      if (pattern[at + 1] === "?") {
        at += pattern[at + 2] === "<" && !/[=!]/.test(pattern[at + 3] ?? "") ? 2 : 1;
      }
      last = undefined;
    } else if (c === ")") {
      last = groups.length > 1 ? groups.pop() : undefined;
      if (last?.varies) groups.at(-1)!.varies = true;
    } else if (c === "|") {
      top.varies = true;
      if (groups.length === 1) alternatives = true;
      last = undefined;
    } else {
      quantifier.lastIndex = at;
      const found = last && quantifier.exec(pattern);
      if (!found) {
        last = { varies: false };
        continue;
      }
      const [text, least, comma, most] = found;
      at += text.length - 1;
      if (pattern[at + 1] === "?") at++;
      const many = text === "*" || text === "+" || (comma === "," && most === "") ||
        Number(most || least || 0) >= MANY;
      if (many && last!.varies) multiplies = true;
      if (many && least === undefined || many && comma === ",") repetitions++;
      if (least === undefined || comma === ",") top.varies = true;
      last = undefined;
    }
  }
  if (multiplies) return Infinity;
  return repetitions + (pattern.startsWith("^") && !alternatives ? 0 : 1);
}

let engine: PatternEngine | undefined, loading: Promise<void> | undefined, awaited: Promise<void> | undefined;

function load(): Promise<void> {
  return loading ??= import("./pattern_engine.ts").then(async (m) => {
    engine = await m.loadPatternEngine();
  });
}

/** Resolves when every pattern compiled so far can be used. At once, unless one of them needs the other engine. */
export function patternsReady(): Promise<void> {
  return awaited ?? Promise.resolve();
}

/**
 * Compiles a pattern.
 *
 * @param pattern A regular expression as JSON Schema reads it.
 * @returns Whether a text matches. A text that takes too long to try does not.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const expression = new RegExp(pattern, "u"), cost = costOf(pattern);
  if (cost <= 1) return (text) => expression.test(text);
  const most = cost === Infinity ? DOUBLING : Math.floor(LITTLE ** (1 / cost));
  // One that multiplies is needed for values of every length, any other only for long ones.
  if (cost === Infinity) awaited = load();
  else load().catch(() => {});
  return (text) => text.length <= most ? expression.test(text) : engine?.matches(pattern, text) ?? false;
}
