/**
 * JSON without losing digits: an integer too large for a number, such as an identifier, is read as a bigint, any other
 * number with more digits than a number holds as a `LongDecimal`; both are written with every digit again.
 *
 * @module
 */
import { restoreDigits } from "./json_digits.ts";
import { LongDecimal } from "./long_decimal.ts";

/** An integer of more digits is kept as text: reckoning with it would take ever longer. */
const MAX_INTEGER_DIGITS = 100;
const INTEGER = /^-?\d+$/;
const DECIMAL = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** A number of so many digits and more may be one that loses some. */
const MANY_DIGITS = 16;

const json = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * The integer a text of digits writes out: a number where that keeps every digit, else a bigint.
 *
 * @param digits Digits, perhaps with a minus.
 * @returns Undefined for a text that is no integer, or one of more than a hundred digits.
 */
export function integerOf(digits: string): number | bigint | undefined {
  if (!INTEGER.test(digits) || digits.length > MAX_INTEGER_DIGITS) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) || String(number) === digits ? number : BigInt(digits);
}

/** The digits of a decimal that count, and the power of ten of the first of them. */
function significant(text: string): { digits: string; power: number } | undefined {
  const found = DECIMAL.exec(text);
  if (!found) return undefined;
  const [, , whole = "", fraction = "", exponent = "0"] = found, all = whole + fraction;
  let from = 0, to = all.length;
  while (from < to && all.charCodeAt(from) === 48) from++;
  while (to > from && all.charCodeAt(to - 1) === 48) to--;
  return { digits: all.slice(from, to), power: from === to ? 0 : whole.length - from + Number(exponent) };
}

/**
 * The number a text of JSON writes out, with every digit that counts.
 *
 * @param text A number as JSON writes it.
 * @returns A number where it says the same, else a bigint for an integer and a `LongDecimal` for the rest.
 */
export function numberOf(text: string): number | bigint | LongDecimal {
  const integer = integerOf(text);
  if (integer !== undefined) return integer;
  const number = Number(text);
  const written = significant(text), held = significant(String(number));
  return written && written.digits === held?.digits && written.power === held.power
    ? number
    : new LongDecimal(text);
}

function isDigitOrPoint(code: number): boolean {
  return code >= 48 && code <= 57 || code === 46;
}

/** An exponent of three digits: what it makes may be beyond the reach of a number. */
const FAR = /\d[eE][+-]?\d{3}/;

/**
 * Whether a number that loses digits may stand in a text of JSON. A run of so many digits cannot hide between two
 * places that are so many characters apart, so only every sixteenth character is looked at.
 */
function mayLoseDigits(text: string): boolean {
  for (let at = MANY_DIGITS - 1; at < text.length; at += MANY_DIGITS) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let from = at;
    while (from > 0 && isDigitOrPoint(text.charCodeAt(from - 1))) from--;
    let to = at + 1;
    while (isDigitOrPoint(text.charCodeAt(to))) to++;
    // After a quote or a letter it is no number of its own.
    const before = text[from - 1] === "-" ? text[from - 2] : text[from - 1];
    if (to - from >= MANY_DIGITS && (before === undefined || "[:, \t\r\n".includes(before))) return true;
    at = to - 1;
  }
  return FAR.test(text);
}

/** Deeper values are refused: reading and writing them takes ever longer, and minutes for a few million levels. */
export const MAX_JSON_DEPTH = 1000;

/** A text of this length cannot be nested so deep that it matters. */
const SHALLOW = 64 * 1024;

/**
 * The most objects and arrays that a text may hold: sixty million characters of empty ones take half a minute and gigabytes
 * to be made.
 */
const MAX_JSON_CONTAINERS = 3_000_000;
/** The most keys that one object may have: each new one of a large object takes a microsecond. */
const MAX_KEYS = 1_000_000;

/** A text of JSON that stands for more than is made of one. */
export class JsonTooLarge extends SyntaxError {
  /** The name of its class. */
  override readonly name = "JsonTooLarge";
}

/**
 * Whether brackets outside of strings are nested too deep.
 *
 * @throws {JsonTooLarge} When there are too many.
 */
function nestsTooDeep(text: string): boolean {
  /** How many keys each open object has; an array has less than none. */
  const keys = new Int32Array(MAX_JSON_DEPTH + 1);
  for (let at = 0, depth = 0, containers = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2c) {
      if (depth > 0 && ++keys[depth]! >= MAX_KEYS) {
        throw new JsonTooLarge(`an object of JSON has more than ${MAX_KEYS} keys`);
      }
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) return true;
      if (++containers > MAX_JSON_CONTAINERS) {
        throw new JsonTooLarge(`JSON has more than ${MAX_JSON_CONTAINERS} objects and arrays`);
      }
      keys[depth] = code === 0x7b ? 0 : -0x80000000;
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x22) {
      // To the quote that no backslash stands before.
      for (at = text.indexOf('"', at + 1); at > 0; at = text.indexOf('"', at + 1)) {
        let slashes = 0;
        while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
        if (slashes % 2 === 0) break;
      }
      if (at < 0) return false;
    }
  }
  return false;
}

/**
 * Reads JSON. Numbers that would lose digits become bigints and `LongDecimal`s. The time it takes grows with the length
 * of the text alone.
 *
 * @param text The JSON.
 * @throws {SyntaxError} When it is none, or nested more than a thousand levels deep.
 * @throws {JsonTooLarge} When it has more than three million objects and arrays, or an object of a million keys.
 */
export function parseJson(text: string): unknown {
  if (text.length > SHALLOW && nestsTooDeep(text)) {
    throw new SyntaxError(`JSON is nested more than ${MAX_JSON_DEPTH} levels deep`);
  }
  const value: unknown = JSON.parse(text);
  return mayLoseDigits(text) ? restoreDigits(text, value, numberOf) : value;
}

/**
 * Writes JSON with every digit of bigints and `LongDecimal`s.
 *
 * @param value Data: what JSON has, bigints and `LongDecimal`s.
 * @param indent How many spaces a level is indented by; everything on one line where it is absent.
 * @returns The text; undefined for what JSON does not write, such as undefined itself.
 * @throws {TypeError} For what refers to itself.
 *
 * @example
 * ```ts
 * import { writeJson } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * assert.equal(writeJson({ id: 12345678901234567890n }), '{"id":12345678901234567890}');
 * ```
 */
export function writeJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    // A bigint; what is wrong with anything else is wrong here too.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(
      value,
      (_key, inner) => typeof inner === "bigint" ? json.rawJSON(inner.toString()) : inner,
      indent,
    );
  }
}
