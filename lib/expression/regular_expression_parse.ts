/**
 * Reads a regular expression as people write it, and writes it as the language does: without references and without
 * looking around, so that it can be tried in linear time.
 *
 * @module
 */

/** A pattern that was read. */
export interface Pattern {
  /** The same pattern as the language itself writes it. */
  readonly source: string;
  /** Its flags there, without `u`. */
  readonly flags: string;
}

/** What a part is: only characters and groups of them can be repeated. */
type Part = "place" | "characters";

const QUANTIFIER = /[*+?]|\{(\d+)(?:(,)(\d*))?\}/y;
const CLASS = /\[\^?(?:\\[\s\S]|[^\]\\[])*\]/y;
const PROPERTY = /\\[pP]\{[A-Za-z_=]+\}/y;
const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|c[A-Za-z]|[\s\S])/y;
const LETTER = /[A-Za-z0-9]/;
/** What `.` is: any character that ends no line (RFC 9485, section 5). */
const DOT = "[^\\n\\r]";
const MAX_REPEAT = 1000;
const MAX_DEPTH = 50;

/**
 * Reads a pattern.
 *
 * @param text The pattern.
 * @param flags Of `i`, `m`, `s`, `u`.
 * @throws {SyntaxError} When it cannot be read.
 */
export function parseRegularExpression(text: string, flags: string): Pattern {
  const leading = /^\(\?([ims]+)\)/.exec(text);
  const all = flags + (leading?.[1] ?? "");
  const parser = new Parser(leading ? text.slice(leading[0].length) : text, all);
  parser.either(0);
  if (!parser.ended) throw new SyntaxError("there is no ( for a )");
  return {
    source: parser.source,
    flags: ["i", "m", "s"].filter((flag) => all.includes(flag)).join(""),
  };
}

function assertCharacter(source: string): void {
  try {
    new RegExp(source, "u");
  } catch {
    throw new SyntaxError(`${source} is not known`);
  }
}

class Parser {
  readonly #text: string;
  readonly #flags: string;
  #at = 0;
  source = "";

  constructor(text: string, flags: string) {
    this.#text = text;
    this.#flags = flags;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  get #next(): string {
    return String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
  }

  #take(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Alternatives, up to a closing parenthesis or the end. */
  either(depth: number): Part {
    if (depth > MAX_DEPTH) throw new SyntaxError("its groups nest too deep");
    this.#sequence(depth);
    while (!this.ended && this.#text[this.#at] === "|") {
      this.#at++;
      this.source += "|";
      this.#sequence(depth);
    }
    return "characters";
  }

  #sequence(depth: number): void {
    while (!this.ended && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      this.#quantified(this.#atom(depth));
    }
  }

  #quantified(part: Part): void {
    QUANTIFIER.lastIndex = this.#at;
    const found = QUANTIFIER.exec(this.#text);
    if (!found) return;
    const [text, low, comma, high] = found;
    if (part === "place") throw new SyntaxError(`${text} repeats a position, not a character`);
    this.#at += text.length;
    this.source += text;
    // Whether as much or as little as possible is taken makes no difference to whether it matches.
    if (this.#text[this.#at] === "?") this.#at++;
    else if (/[*+{]/.test(this.#text[this.#at] ?? "")) throw new SyntaxError("it repeats a repetition");
    const least = low !== undefined ? Number(low) : text === "+" ? 1 : 0;
    const most = low !== undefined
      ? comma === undefined ? least : high === "" ? Infinity : Number(high)
      : text === "?"
      ? 1
      : Infinity;
    if (most < least) throw new SyntaxError(`${text} ends before it begins`);
    if (least > MAX_REPEAT || (most !== Infinity && most > MAX_REPEAT)) {
      throw new SyntaxError("it repeats too much");
    }
  }

  #atom(depth: number): Part {
    const next = this.#next;
    switch (next) {
      case "(":
        return this.#group(depth);
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case ".":
        this.#at++;
        return this.#one(this.#flags.includes("s") ? "[\\s\\S]" : DOT);
      case "^":
      case "$":
        return this.#edge(next);
      case "*":
      case "+":
      case "?":
        throw new SyntaxError(`there is nothing that ${next} could repeat`);
      case "{":
      case "}":
      case "]":
        this.#at++;
        return this.#one(`\\${next}`);
    }
    this.#at += next.length;
    return this.#one(next === "/" ? "\\/" : next);
  }

  #group(depth: number): Part {
    this.#at++;
    if (this.#text[this.#at] === "?") {
      const named = this.#take(/\?(?::|<[A-Za-z_]\w*>)/y);
      if (named === undefined) throw new SyntaxError("it looks around, which cannot be tried in linear time");
    }
    this.source += "(?:";
    const part = this.either(depth + 1);
    if (this.ended) throw new SyntaxError("a ( is never closed");
    this.#at++;
    this.source += ")";
    return part;
  }

  #class(): Part {
    const text = this.#take(CLASS);
    if (text === undefined) throw new SyntaxError("a [ is never closed, or contains another");
    if (text.includes("&&")) throw new SyntaxError("&& in [ ] is not known");
    return this.#one(text);
  }

  #escape(): Part {
    const property = this.#take(PROPERTY);
    if (property !== undefined) return this.#one(property);
    const text = this.#take(ESCAPE);
    if (text === undefined) throw new SyntaxError("it ends with a backslash");
    const letter = text[1]!;
    if (text.length > 2 || "dDwWsSnrtfv0".includes(letter)) return this.#one(text);
    if (letter === "b" || letter === "B") return this.#boundary(letter);
    if (/[1-9k]/.test(letter)) {
      throw new SyntaxError(`${text} refers to a group, which cannot be tried in linear time`);
    }
    if (LETTER.test(letter)) throw new SyntaxError(`${text} is not known`);
    // The engine of the runtime knows no escape of a character that needs none.
    return this.#one(/[\^$\\.*+?()[\]{}|/]/.test(letter) ? text : letter);
  }

  #edge(edge: string): Part {
    this.#at++;
    this.source += edge;
    return "place";
  }

  #boundary(letter: string): Part {
    this.source += `\\${letter}`;
    return "place";
  }

  /** One character, as the language writes it. */
  #one(source: string): Part {
    assertCharacter(source);
    this.source += source;
    return "characters";
  }
}
