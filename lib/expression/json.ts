/**
 * JSON without losing digits: an integer too large for a number, such as an identifier, is read as a bigint, and
 * written with every digit again.
 *
 * @module
 */

/** Beyond this an integer is no identifier; it is read as the number nearest to it, as ever. */
const MAX_DIGITS = 100;

/** A number of this many digits may be one that loses some. */
const MANY = 16;
const INTEGER = /^-?\d+$/;

/** What the third argument of a reviver and raw JSON look like; the library's own types do not know them yet. */
interface SourceJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
}
const json = JSON as unknown as SourceJson;

// A bigint has no JSON of its own: with this, whatever writes JSON writes it with its digits.
if (!("toJSON" in BigInt.prototype)) {
  Object.defineProperty(BigInt.prototype, "toJSON", {
    value(this: bigint) {
      return json.rawJSON(this.toString());
    },
    writable: true,
    configurable: true,
  });
}

/**
 * Whether a value is what a replacer of `JSON.stringify` sees of a bigint.
 *
 * @param value What the replacer was given.
 */
export function isRawJson(value: unknown): value is { readonly rawJSON: string } {
  return json.isRawJSON(value);
}

/**
 * The integer a text of digits writes out: a number where that keeps every digit, else a bigint.
 *
 * @param digits Digits, perhaps with a minus.
 * @returns Undefined for a text that is no integer, or one of more digits than any identifier has.
 */
export function integerOf(digits: string): number | bigint | undefined {
  if (!INTEGER.test(digits) || digits.length > MAX_DIGITS) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) || String(number) === digits ? number : BigInt(digits);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/**
 * Whether a number of many digits may stand in a text of JSON. A run of so many digits cannot hide between two places
 * that are so many characters apart, so only every sixteenth character is looked at.
 */
function hasManyDigits(text: string): boolean {
  for (let at = MANY - 1; at < text.length; at += MANY) {
    if (!isDigit(text, at)) continue;
    let from = at;
    while (from > 0 && isDigit(text, from - 1)) from--;
    let to = at + 1;
    while (isDigit(text, to)) to++;
    // After a quote, a point or a letter it is no integer of its own.
    const before = text[from - 1] === "-" ? text[from - 2] : text[from - 1];
    if (to - from >= MANY && (before === undefined || "[:, \t\r\n".includes(before))) return true;
    at = to - 1;
  }
  return false;
}

/** Deeper values are refused: reading and writing them takes ever longer, and minutes for a few million levels. */
export const MAX_JSON_DEPTH = 1000;

/** A text of this length cannot be nested so deep that it matters. */
const SHALLOW = 64 * 1024;

/** Whether brackets outside of strings are nested too deep. */
function nestsTooDeep(text: string): boolean {
  for (let at = 0, depth = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) return true;
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
 * Reads JSON. Integers that a number would change become bigints.
 *
 * @param text The JSON.
 * @throws {SyntaxError} When it is none, or nested more than a thousand levels deep.
 */
export function parseJson(text: string): unknown {
  if (text.length > SHALLOW && nestsTooDeep(text)) {
    throw new SyntaxError(`JSON is nested more than ${MAX_JSON_DEPTH} levels deep`);
  }
  if (!hasManyDigits(text)) return JSON.parse(text);
  return json.parse(
    text,
    (_key, value, { source }) =>
      typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined
        ? integerOf(source) ?? value
        : value,
  );
}
