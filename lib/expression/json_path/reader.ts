/**
 * Reads the characters of a path, and knows where it stands.
 *
 * @module
 */
import { JsonPathError } from "./syntax.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  "/": "/",
  "\\": "\\",
};
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /-?\d+/y;

/** Deeper expressions than any person writes are refused, so that reading one cannot exhaust the stack. */
const MAX_DEPTH = 100;

/** A cursor in a text. */
export class Reader {
  readonly text: string;
  /** Offset of the next character. */
  at = 0;
  #depth = 0;

  /** @param text The path. */
  constructor(text: string) {
    this.text = text;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.text[this.at] ?? "";
  }

  /** Skips blanks. */
  blank(): void {
    while (" \t\r\n".includes(this.next) && this.at < this.text.length) this.at++;
  }

  /** Whether a text comes next. */
  sees(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Takes a text, if it comes next. */
  take(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  /** Takes what a sticky expression matches here. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Takes a text that has to come next. */
  expect(text: string, why: string): void {
    if (!this.take(text)) {
      throw this.error(this.at >= this.text.length ? `${why}, and the path ends` : why);
    }
  }

  /** Reads what nests, not too deep. */
  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.error(`the path nests more than ${MAX_DEPTH} levels deep`);
    const out = read();
    this.#depth--;
    return out;
  }

  /** An error at the place reached, or at another. */
  error(message: string, at: number = this.at, fix?: string): JsonPathError {
    return new JsonPathError(message, Math.min(at, this.text.length), fix);
  }

  /**
   * The arguments of a function, in parentheses.
   *
   * @param read Reads one; it is given how many stand before it.
   */
  argumentList<T>(read: (position: number) => T): T[] {
    const out: T[] = [];
    this.blank();
    this.expect("(", "a ( is expected");
    this.blank();
    while (!this.take(")")) {
      if (out.length > 0) {
        this.expect(",", "a comma or ) is expected");
        this.blank();
      }
      out.push(read(out.length));
      this.blank();
    }
    return out;
  }

  /** A whole number that can be an index. */
  integer(): number | undefined {
    const start = this.at, text = this.match(INTEGER);
    if (text === undefined) return undefined;
    if (/^-?0\d|^-0/.test(text)) {
      throw this.error(`${text} has a leading zero or a sign that has no effect`, start);
    }
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw this.error(`${text} is too large for an index`, start);
    return value;
  }

  /** A number as JSON writes it. */
  number(): number | bigint | undefined {
    const start = this.at, text = this.match(NUMBER);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.error(`the number ${text} is too large`, start);
    return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value;
  }

  /** A text in single or double quotes; undefined when none begins here. */
  quoted(): string | undefined {
    const quote = this.next, start = this.at;
    if (quote !== "'" && quote !== '"') return undefined;
    let out = "";
    for (this.at++; this.at < this.text.length; this.at++) {
      const c = this.next;
      if (c === quote) {
        this.at++;
        return out;
      }
      out += c === "\\" ? this.#escape(quote) : c;
    }
    throw this.error(`a ${quote} is never closed; it opens`, start, `close it with ${quote}`);
  }

  /** The character an escape stands for; stops at its last character. */
  #escape(quote: string): string {
    const start = this.at++, c = this.next;
    if (c === quote) return c;
    if (c === "u") {
      const unit = this.#unit(start);
      if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
      if (unit < 0xdc00 && this.text.startsWith("\\u", this.at + 1)) {
        this.at += 2;
        const low = this.#unit(start);
        if (low >= 0xdc00 && low <= 0xdfff) return String.fromCharCode(unit, low);
      }
      throw this.error("half of a surrogate pair is alone", start);
    }
    const plain = ESCAPES[c];
    if (plain === undefined) {
      throw this.error(
        `\\${c} is not an escape`,
        start,
        `write \\\\${c} for a backslash and ${c || "what follows"}`,
      );
    }
    return plain;
  }

  #unit(start: number): number {
    const hex = this.text.slice(this.at + 1, this.at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.error("\\u needs four hexadecimal digits", start);
    this.at += 4;
    return parseInt(hex, 16);
  }
}
