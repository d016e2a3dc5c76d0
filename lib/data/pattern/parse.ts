/**
 * From the text of a regular expression to its tree. The expression is known to be well-formed: the engine of the
 * language has compiled it with the flag `u`.
 *
 * @module
 */
import { type CharacterSet, characterSet, type Node, UnsupportedPattern } from "./syntax.ts";

/** One atom that is an escape: a class, a property, a code, or a character. */
const ESCAPE =
  /\\(?:[pP]\{[^}]*\}|u\{[\da-fA-F]+\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[^])/y;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y;
const GROUP = /\((?:\?(?::|<?[=!]|<[^=!>][^>]*>))?/y;

/** How deep groups may be nested: reading them, and what is made of them, takes a call of a function for each level. */
const MAX_DEPTH = 200;

class Parser {
  readonly #text: string;
  readonly #flags: string;
  readonly #sets = new Map<string, CharacterSet>();
  #at = 0;

  #depth = 0;

  constructor(text: string, flags: string) {
    this.#text = text;
    this.#flags = flags;
  }

  /** The whole expression. */
  read(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new UnsupportedPattern(`something unknown at ${this.#at}`);
    return node;
  }

  #choice(): Node {
    const items = [this.#sequence()];
    while (this.#text[this.#at] === "|") {
      this.#at++;
      items.push(this.#sequence());
    }
    return items.length === 1 ? items[0]! : { kind: "choice", items };
  }

  #sequence(): Node {
    const items: Node[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== "|" && this.#text[this.#at] !== ")") {
      items.push(this.#quantified(this.#atom()));
    }
    return items.length === 1 ? items[0]! : { kind: "sequence", items };
  }

  #quantified(item: Node): Node {
    const found = this.#match(QUANTIFIER);
    if (!found) return item;
    const [, sign, least, comma, most] = found;
    if (sign !== undefined) {
      return { kind: "repeat", item, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
    }
    return {
      kind: "repeat",
      item,
      min: Number(least),
      max: comma === undefined ? Number(least) : most === "" ? Infinity : Number(most),
    };
  }

  #atom(): Node {
    const c = this.#text[this.#at]!;
    switch (c) {
      case "^":
      case "$":
        this.#at++;
        return { kind: "place", place: c === "^" ? "start" : "end" };
      case "(":
        return this.#group();
      case "[":
        return this.#set(this.#classEnd());
      case "\\":
        return this.#escape();
      default:
        return this.#set(this.#at + (this.#text.codePointAt(this.#at)! > 0xffff ? 2 : 1));
    }
  }

  #group(): Node {
    const found = this.#match(GROUP)!;
    if (this.#text.startsWith("?", this.#at)) throw new UnsupportedPattern("a group of an unknown kind");
    if (++this.#depth > MAX_DEPTH) throw new UnsupportedPattern(`groups nested more than ${MAX_DEPTH} deep`);
    const item = this.#choice();
    this.#depth--;
    this.#at++;
    const look = /^\(\?(<?)([=!])$/.exec(found[0]);
    return look ? { kind: "look", behind: look[1] === "<", negative: look[2] === "!", item } : item;
  }

  #escape(): Node {
    const next = this.#text[this.#at + 1]!;
    if (next === "b" || next === "B") {
      this.#at += 2;
      return { kind: "place", place: next === "b" ? "boundary" : "inside" };
    }
    if (/[1-9k]/.test(next)) throw new UnsupportedPattern("a reference to a group");
    const start = this.#at;
    this.#match(ESCAPE);
    const end = this.#at;
    this.#at = start;
    return this.#set(end);
  }

  /** Where a class of characters ends. */
  #classEnd(): number {
    let at = this.#at + 1;
    while (this.#text[at] !== "]") at += this.#text[at] === "\\" ? 2 : 1;
    return at + 1;
  }

  #set(end: number): Node {
    const source = this.#text.slice(this.#at, end);
    this.#at = end;
    let set = this.#sets.get(source);
    if (!set) this.#sets.set(source, set = characterSet(source, this.#flags));
    return set;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found;
  }
}

/**
 * Reads a regular expression.
 *
 * @param source Its text, well-formed with the flag `u`.
 * @param flags Its flags.
 * @throws {UnsupportedPattern} For references to groups, and what later versions of the language have added.
 */
export function parsePattern(source: string, flags: string): Node {
  if (flags.includes("v")) throw new UnsupportedPattern("sets of sets");
  return new Parser(source, flags).read();
}
