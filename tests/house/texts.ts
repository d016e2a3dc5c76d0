/**
 * The texts of the sources: every string and template literal, without comments and regular expressions.
 *
 * @module
 */

/** A literal. What a template puts in is `…`. */
export interface Text {
  readonly text: string;
  readonly line: number;
  /** The code right before it on its line and the line above. */
  readonly before: string;
}

/** Whether a slash after this code begins a regular expression. */
function beginsPattern(code: string): boolean {
  return /(?:^|[=(,:[!&|?{};+\-*%<>~^\n]|\b(?:return|typeof|case|of|in|await|throw))\s*$/.test(code);
}

/** The end of a regular expression that begins here. */
function endOfPattern(source: string, at: number): number {
  let inClass = false;
  for (let i = at + 1; i < source.length; i++) {
    const c = source[i];
    if (c === "\\") i++;
    else if (c === "\n") return at + 1;
    else if (c === "[") inClass = true;
    else if (c === "]") inClass = false;
    else if (c === "/" && !inClass) return i + 1;
  }
  return source.length;
}

/** Reads the literals of one module. */
class Scanner {
  readonly out: Text[] = [];
  readonly #source: string;
  #at = 0;
  #code = "";

  constructor(source: string) {
    this.#source = source;
  }

  /** Reads code until its closing brace, or the end. */
  code(inTemplate: boolean): void {
    let depth = 0;
    while (this.#at < this.#source.length) {
      const c = this.#source[this.#at]!, next = this.#source[this.#at + 1];
      if (c === "/" && next === "/") this.#skipTo("\n", 0);
      else if (c === "/" && next === "*") this.#skipTo("*/", 2);
      else if (c === "/" && beginsPattern(this.#code)) {
        this.#at = endOfPattern(this.#source, this.#at);
        this.#code += "//";
      } else if (c === '"' || c === "'") this.#quoted(c);
      else if (c === "`") this.#template();
      else {
        if (c === "{") depth++;
        if (c === "}" && depth-- === 0 && inTemplate) return;
        this.#code += c;
        this.#at++;
      }
    }
  }

  #skipTo(end: string, more: number): void {
    const found = this.#source.indexOf(end, this.#at + 2);
    this.#at = found < 0 ? this.#source.length : found + more;
  }

  #add(text: string, start: number): void {
    const line = this.#source.slice(0, start).split("\n").length;
    this.out.push({ text, line, before: this.#code.slice(-160) });
    this.#code += '""';
  }

  #quoted(quote: string): void {
    const start = this.#at;
    for (this.#at++; this.#source[this.#at] !== quote && this.#at < this.#source.length; this.#at++) {
      if (this.#source[this.#at] === "\\") this.#at++;
    }
    this.#add(this.#source.slice(start + 1, this.#at), start);
    this.#at++;
  }

  #template(): void {
    const start = this.#at;
    let text = "";
    for (this.#at++; this.#source[this.#at] !== "`" && this.#at < this.#source.length;) {
      const c = this.#source[this.#at]!;
      if (c === "$" && this.#source[this.#at + 1] === "{") {
        this.#at += 2;
        this.code(true);
        this.#at++;
        text += "…";
        continue;
      }
      if (c === "\\") text += this.#source[++this.#at] ?? "";
      else text += c;
      this.#at++;
    }
    this.#add(text, start);
    this.#at++;
  }
}

/**
 * The literals of a module.
 *
 * @param source Its text.
 * @returns Each with where it begins; those inside a template come before it.
 */
export function textsOf(source: string): Text[] {
  const scanner = new Scanner(source);
  scanner.code(false);
  return scanner.out;
}
