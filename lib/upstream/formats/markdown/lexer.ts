/**
 * The blocks of a Markdown text, within a time.
 *
 * Some texts are made so that every sign of them is looked at again for every other. The parser asks its tokenizer
 * for each piece, so that is where it can be stopped.
 *
 * @module
 */
import { getDefaults, Lexer, type Token, Tokenizer } from "marked";
import { badResponse } from "../bad_response.ts";
import type { Budget } from "../budget.ts";

/** How long taking a text apart may take, in milliseconds, and how much longer for each character: far more than honest text needs. */
const PATIENCE_MS = 2_000, PATIENCE_MS_A_CHARACTER = 1 / 200;
/** How much of it one piece costs at most: a machine that is busy with something else stops the clock for longer. */
const MOST_OF_A_PIECE_MS = 10;

/** What is left of the time, and when it was last looked at. */
let left = Infinity, last = 0;

type Ask = (this: Tokenizer, ...args: unknown[]) => unknown;

/** Asks the clock before each piece. */
class Watched extends Tokenizer {
  static {
    for (const name of Object.getOwnPropertyNames(Tokenizer.prototype)) {
      if (name === "constructor") continue;
      const ask = (Tokenizer.prototype as unknown as Record<string, Ask>)[name]!;
      const watched: Ask = function (...args) {
        const now = performance.now();
        left -= Math.min(now - last, MOST_OF_A_PIECE_MS);
        last = now;
        if (left < 0) {
          throw badResponse("Markdown", "its marks are repeated or nested so that reading it would not end");
        }
        return ask.apply(this, args);
      };
      Object.defineProperty(Watched.prototype, name, { value: watched });
    }
  }
}

/** The line under the header of a table. */
const DELIMITER_ROW = /^[ \t|:-]+$/;

/** Spends the cells of every table: short rows are filled up to the width of the header. */
function spendCells(text: string, budget: Budget): void {
  let columns = 0;
  for (let at = 0; at <= text.length;) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const line = text.slice(at, end);
    if (line.trim() === "") columns = 0;
    else if (line.includes("|") && line.includes("-") && DELIMITER_ROW.test(line)) {
      columns = line.split("|").length;
    }
    budget.spend(columns);
    at = end + 1;
  }
}

/**
 * Takes a Markdown text apart.
 *
 * @param text The text, front matter removed.
 * @param budget What may be made of it.
 * @throws {CallError} `bad_response` for marks that are nested or repeated without end.
 */
export function blocksOf(text: string, budget: Budget): Token[] {
  spendCells(text, budget);
  left = PATIENCE_MS + text.length * PATIENCE_MS_A_CHARACTER;
  last = performance.now();
  try {
    return new Lexer({ ...getDefaults(), tokenizer: new Watched() }).lex(text);
  } catch (error) {
    // The parser recurses into quotes and lists.
    if (error instanceof RangeError) throw badResponse("Markdown", "its blocks are nested too deep");
    throw error;
  } finally {
    left = Infinity;
  }
}
