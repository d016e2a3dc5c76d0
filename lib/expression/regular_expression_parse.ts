/**
 * Reads a regular expression into a tree without references, which can be tried in linear time.
 *
 * @module
 */

/** A part of a pattern. */
export type Node =
  | { readonly kind: "one"; readonly is: (code: number) => boolean }
  | { readonly kind: "at"; readonly is: (text: string, at: number) => boolean }
  | { readonly kind: "sequence" | "either"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly least: number; readonly most: number };

/** A pattern that was read. */
export interface Pattern {
  readonly node: Node;
  /** The same pattern for the engine of the runtime. */
  readonly source: string;
  /** Its flags there, without `u`. */
  readonly flags: string;
  /** How many parts may repeat. */
  readonly repetitions: number;
  /** Whether it has groups or alternatives. */
  readonly branches: boolean;
}

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
  const node = parser.either(0);
  if (!parser.ended) throw new SyntaxError("a ) closes that never opened");
  return {
    node,
    source: parser.source,
    flags: ["i", "m", "s"].filter((flag) => all.includes(flag)).join(""),
    repetitions: parser.repetitions,
    branches: parser.branches,
  };
}

function oneCharacter(source: string, flags: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, flags);
  } catch {
    throw new SyntaxError(`${source} is not known`);
  }
}

class Parser {
  readonly #text: string;
  readonly #flags: string;
  #at = 0;
  source = "";
  repetitions = 0;
  branches = false;

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
  either(depth: number): Node {
    if (depth > MAX_DEPTH) throw new SyntaxError("its groups nest too deep");
    const parts = [this.#sequence(depth)];
    while (!this.ended && this.#text[this.#at] === "|") {
      this.#at++;
      this.source += "|";
      this.branches = true;
      parts.push(this.#sequence(depth));
    }
    return parts.length === 1 ? parts[0]! : { kind: "either", parts };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (!this.ended && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      parts.push(this.#quantified(this.#atom(depth)));
    }
    return { kind: "sequence", parts };
  }

  #quantified(part: Node): Node {
    QUANTIFIER.lastIndex = this.#at;
    const found = QUANTIFIER.exec(this.#text);
    if (!found) return part;
    const [text, low, comma, high] = found;
    if (part.kind === "at") throw new SyntaxError(`${text} repeats a place, and not a character`);
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
    if (least !== most) this.repetitions++;
    return { kind: "repeat", part, least, most };
  }

  #atom(depth: number): Node {
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

  #group(depth: number): Node {
    this.#at++;
    this.branches = true;
    if (this.#text[this.#at] === "?") {
      const named = this.#take(/\?(?::|<[A-Za-z_]\w*>)/y);
      if (named === undefined) throw new SyntaxError("it looks around, which cannot be tried in linear time");
    }
    this.source += "(?:";
    const node = this.either(depth + 1);
    if (this.ended) throw new SyntaxError("a ( is never closed");
    this.#at++;
    this.source += ")";
    return node;
  }

  #class(): Node {
    const text = this.#take(CLASS);
    if (text === undefined) throw new SyntaxError("a [ is never closed, or has another within");
    if (text.includes("&&")) throw new SyntaxError("&& in [ ] is not known");
    return this.#one(text);
  }

  #escape(): Node {
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

  #edge(edge: string): Node {
    this.#at++;
    this.source += edge;
    const lines = this.#flags.includes("m"), end = (c: string | undefined) => c === "\n" || c === "\r";
    return edge === "^"
      ? { kind: "at", is: (text, at) => at === 0 || (lines && end(text[at - 1])) }
      : { kind: "at", is: (text, at) => at === text.length || (lines && end(text[at])) };
  }

  #boundary(letter: string): Node {
    this.source += `\\${letter}`;
    const word = (c: string | undefined) => c !== undefined && /\w/.test(c);
    const is = (text: string, at: number) => word(text[at - 1]) !== word(text[at]);
    return { kind: "at", is: letter === "b" ? is : (text, at) => !is(text, at) };
  }

  /** One character, by the expression that the engine of the runtime has for it. */
  #one(source: string): Node {
    this.source += source;
    const expression = oneCharacter(source, this.#flags.includes("i") ? "iu" : "u");
    const ascii = new Uint8Array(128);
    for (let code = 0; code < 128; code++) ascii[code] = expression.test(String.fromCharCode(code)) ? 1 : 0;
    return {
      kind: "one",
      is: (code) => code < 128 ? ascii[code] === 1 : expression.test(String.fromCodePoint(code)),
    };
  }
}
