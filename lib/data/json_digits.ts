/**
 * Giving numbers their digits back: the text of a value is walked beside the value that was read from it, and what is
 * too long for a number is put in its place. The walk makes nothing but what it replaces, so that one long number in
 * a large text costs little more than none.
 *
 * @module
 */
import { ownValue } from "./own.ts";
import { LongDecimal } from "./long_decimal.ts";

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, COLON = 0x3a;
const OPEN_LIST = 0x5b, CLOSE_LIST = 0x5d, OPEN_OBJECT = 0x7b, CLOSE_OBJECT = 0x7d;

/** Shorter numbers lose nothing. */
const MANY_CHARACTERS = 16;

/** Where the walk is inside one list or object. */
interface Level {
  readonly isList: boolean;
  /** The index of a list; of an object, where its key begins and ends in the text. */
  at: number;
  keyEnd: number;
  /** The list or object itself, once something in it had to be looked at; null where it is not what the text says. */
  node: object | null | undefined;
}

/** The end of the string that begins here. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1);; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
}

function isOfNumber(code: number): boolean {
  return code >= 48 && code <= 57 || code === 0x2e || code === 0x2d || code === 0x2b || code === 0x65 ||
    code === 0x45;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint" || value instanceof LongDecimal;
}

/** Whether a short number has an exponent: that alone can take it out of reach. */
function hasExponent(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((text.charCodeAt(at) | 0x20) === 0x65) return true;
  return false;
}

/**
 * Puts numbers into a value that was read without all of their digits.
 *
 * @param text Well-formed JSON.
 * @param root What `JSON.parse` made of it; changed in place.
 * @param read Reads one number with all of its digits; a number that is one already is given back as such.
 * @returns The value; a new one where the text is a single number.
 */
export function restoreDigits(text: string, root: unknown, read: (text: string) => unknown): unknown {
  const levels: Level[] = [],
    keyOf = ({ isList, at, keyEnd }: Level): string | number =>
      isList ? at : JSON.parse(text.slice(at, keyEnd));
  /** The innermost list or object, found from the outside in. */
  const innermost = (): object | null => {
    let parent: Level | undefined;
    for (const level of levels) {
      if (level.node === undefined) {
        const node = parent === undefined ? root : parent.node ? ownValue(parent.node, keyOf(parent)) : null;
        // Of two entries of one name the first is gone from the value.
        level.node = typeof node === "object" && Array.isArray(node) === level.isList ? node : null;
      }
      parent = level;
    }
    return parent!.node!;
  };
  const place = (source: string): unknown => {
    // Most long numbers were written by programs that write no digit more than a number holds.
    if (String(Number(source)) === source) return root;
    const value = read(source);
    if (typeof value === "number") return root;
    const level = levels.at(-1);
    if (!level) return value;
    const node = innermost();
    if (node === null) return root;
    const key = keyOf(level);
    const there = ownValue(node, key);
    if (isNumber(there) && Number(there) === Number(source)) {
      Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return root;
  };

  for (let at = 0, isKey = false; at < text.length;) {
    const code = text.charCodeAt(at), level = levels.at(-1);
    switch (code) {
      case QUOTE: {
        const end = endOfString(text, at);
        if (isKey) {
          level!.at = at;
          level!.keyEnd = end;
        }
        at = end;
        break;
      }
      case OPEN_LIST:
      case OPEN_OBJECT:
        levels.push({ isList: code === OPEN_LIST, at: 0, keyEnd: 0, node: undefined });
        isKey = code === OPEN_OBJECT;
        at++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        levels.pop();
        isKey = false;
        at++;
        break;
      case COMMA:
        if (level!.isList) level!.at++;
        else isKey = true;
        at++;
        break;
      case COLON:
        isKey = false;
        at++;
        break;
      default: {
        if (code !== 0x2d && !(code >= 48 && code <= 57)) {
          at++;
          break;
        }
        let end = at + 1;
        while (isOfNumber(text.charCodeAt(end))) end++;
        if (end - at >= MANY_CHARACTERS || hasExponent(text, at, end)) root = place(text.slice(at, end));
        at = end;
      }
    }
  }
  return root;
}
