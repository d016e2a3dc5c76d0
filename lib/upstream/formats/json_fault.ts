/**
 * Where a text stops being JSON. Engines word and place this differently, or not at all; this runs only after a
 * parse failed.
 *
 * @module
 */

import { MAX_JSON_DEPTH } from "../../data/json.ts";

/** The first place where a text is not JSON. */
export interface JsonFault {
  readonly offset: number;
  readonly reason: string;
}

const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found ? at + found[0].length : -1;
}

/** The end of the string that begins here, or -1. Long strings are walked, not matched: that costs no stack. */
function endOfString(text: string, at: number): number {
  if (text[at] !== '"') return -1;
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code < 0x20) return -1;
    if (code === 0x5c) {
      i = match(ESCAPE, text, i) - 1;
      if (i < 0) return -1;
    }
  }
  return -1;
}

/**
 * Finds the fault of a text that is not JSON. Nesting costs no stack.
 *
 * @param text The text that did not parse.
 */
export function jsonFault(text: string): JsonFault {
  const open: ("{" | "[")[] = [];
  let at = 0;
  /** What may come next: a value, a value or the end of an empty collection, a key, or what follows a value. */
  let next: "value" | "value or ]" | "key" | "key or }" | "after" = "value";
  for (;;) {
    at = match(SPACE, text, at);
    const c = text[at];
    if (next === "after") {
      const inside = open.at(-1);
      if (inside === undefined) return { offset: at, reason: "there is more text after the value" };
      if (c === ",") next = inside === "{" ? "key" : "value";
      else if (c === (inside === "{" ? "}" : "]")) open.pop();
      else return fault(text, at, `, or ${inside === "{" ? "}" : "]"}`);
      at++;
    } else if (next === "key" || next === "key or }") {
      if (c === "}" && next === "key or }") {
        open.pop();
        next = "after";
        at++;
        continue;
      }
      const end = endOfString(text, at);
      if (end === -1) return fault(text, at, next === "key" ? "a quoted key" : "a quoted key or }");
      at = match(SPACE, text, end);
      if (text[at] !== ":") return fault(text, at, ":");
      next = "value";
      at++;
    } else if (c === "]" && next === "value or ]") {
      open.pop();
      next = "after";
      at++;
    } else if (c === "{" || c === "[") {
      if (open.push(c) > MAX_JSON_DEPTH) {
        return { offset: at, reason: `it is nested more than ${MAX_JSON_DEPTH} levels deep` };
      }
      next = c === "{" ? "key or }" : "value or ]";
      at++;
    } else {
      const digit = c === "-" || (c !== undefined && c >= "0" && c <= "9");
      const end = c === '"' ? endOfString(text, at) : match(digit ? NUMBER : WORD, text, at);
      if (end === -1) return fault(text, at, c === '"' ? "a well-formed string" : "a value");
      at = end;
      next = "after";
    }
  }
}

function fault(text: string, at: number, expected: string): JsonFault {
  if (at >= text.length) return { offset: at, reason: `the text ends where ${expected} is expected` };
  return { offset: at, reason: `expected ${expected}, got ${JSON.stringify(text.slice(at, at + 1))}` };
}
