/**
 * Takes secrets out of a text, however they were written into it.
 *
 * @module
 */

/** What stands where a secret stood. */
const MASK = "***";

/** A secret shorter than this is only taken out where it is a token of its own. */
const SHORT = 4;

/** A secret of this length is found in any case: a shorter one may be a word that others use. */
const ANY_CASE = 8;

/** A base64 fragment shorter than this would be found in innocent text. */
const FRAGMENT = 8;

/** What may stand beside a short secret: anything that separates words in prose, JSON, URLs and headers. */
const SEPARATOR = "\\s\"'`=:,;&?<>()\\[\\]{}|/\\\\@#";

/** One way a secret can stand in a text. */
interface Form {
  /** Letters that stand in this form as they are: without them there is nothing to look for. */
  readonly core: string;
  /** The core is in small letters, and found in any case. */
  readonly anyCase: boolean;
  readonly pattern: RegExp;
  /** Finds it too where letters and digits are escaped, which nothing needs and anybody can do. */
  readonly escaped?: RegExp;
}

/** The code of a letter, a digit or one of `-._~` in hexadecimal, which no writing has to escape. */
const NEEDLESS = "(?:2[de]|3[0-9]|[46][1-9a-f]|5[0-9af]|7[0-9ae])";

/** What shows that a text escapes what does not need it. */
const NEEDLESS_ESCAPE = new RegExp(
  `\\\\(?:u00|x|U000000)${NEEDLESS}|\\\\u\\{0*${NEEDLESS}\\}|%(?:25){0,3}${NEEDLESS}|&(?:amp;)?#(?:x0*${NEEDLESS}|0*(?:4[56]|4[89]|5[0-7]|6[5-9]|[78]\\d|9[057-9]|1[01]\\d|12[0-26]));`,
  "i",
);

/**
 * Whether a text escapes letters and digits, as JSON, addresses and XML let it: what is looked for in it may not stand
 * there as it is.
 */
export function escapesNeedlessly(text: string): boolean {
  return (text.includes("\\") || text.includes("%") || text.includes("#")) && NEEDLESS_ESCAPE.test(text);
}

/** Takes secrets out of texts. */
export interface Redactor {
  /** The text with `***` for each secret; the very same text when there was none. */
  (text: string): string;
  /**
   * A piece of a text. A secret that only reaches into the piece goes as a whole: cut first, its visible part would
   * not be recognised any more.
   */
  piece(text: string, from: number, to: number): string;
  /** Where secrets stand in a text, as offsets; undefined where there are none. */
  find(text: string): readonly (readonly [from: number, to: number])[] | undefined;
}

/** How much longer the longest writing of a secret may be than the secret. */
const LONGEST_WRITING = 30;

/**
 * Makes the function that takes secrets out of a text: as they are, percent-encoded, JSON- and XML-escaped
 * (also in part, also twice), as the numbers of its bytes, and in base64 or base64url, alone or inside a longer encoded
 * text; those of eight characters and more in any case, those of twelve and more over several lines too. What overlaps goes
 * as a whole, so that no piece of a longer secret stays.
 *
 * @param secrets The texts to hide. Pairs that are encoded together, such as `user:password`, are texts of their own.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const texts = [...new Set(secrets)].filter((s) => s !== ""), forms = texts.flatMap(formsOf);
  if (forms.length === 0) {
    return Object.assign((text: string) => text, {
      piece: (text: string, from: number, to: number) => text.slice(from, to),
      find: () => undefined,
    });
  }
  let formsOfLines: readonly Form[] | undefined;
  const find = (text: string): [number, number][] | undefined => {
    const found = findForms(text, forms), lines = joinLines(text);
    if (!lines) return found;
    formsOfLines ??= texts.map((secret) => secret.replace(LINE_BREAK, ""))
      .filter((secret) => secret.length >= OVER_LINES).flatMap(formsOf);
    const over = findForms(lines.text, formsOfLines)?.map((
      [from, to],
    ): [number, number] => [lines.at(from), lines.at(to - 1) + 1]);
    return over ? [...found ?? [], ...over] : found;
  };
  const around = LONGEST_WRITING * Math.max(...texts.map((text) => text.length));
  return Object.assign((text: string) => {
    const found = find(text);
    return found ? mask(text, found, 0, text.length) : text;
  }, {
    piece(text: string, from: number, to: number): string {
      const start = Math.max(0, from - around), near = text.slice(start, to + around), found = find(near);
      return found ? mask(near, found, from - start, to - start) : text.slice(from, to);
    },
    find,
  });
}

/** Where forms stand in a text, as offsets; undefined where there are none. */
function findForms(text: string, forms: readonly Form[]): [number, number][] | undefined {
  let found: [number, number][] | undefined, small: string | undefined;
  const isEscaped = escapesNeedlessly(text);
  for (const { core, anyCase, pattern: written, escaped } of forms) {
    const pattern = isEscaped && escaped ? escaped : written;
    if (pattern === written && !(anyCase ? small ??= text.toLowerCase() : text).includes(core)) continue;
    pattern.lastIndex = 0;
    for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
      (found ??= []).push([m.index, m.index + m[0].length]);
      // The same secret may begin again inside itself.
      pattern.lastIndex = m.index + 1;
    }
  }
  return found;
}

/** A secret of this length is found too where a text breaks it over lines. */
const OVER_LINES = 12;

/** A line break, as it is or escaped as in JSON, and the indentation behind it. */
const LINE_BREAK = /(?:\r?\n|\r|\\{1,3}r\\{1,3}n|\\{1,3}n)[ \t]*/g;

/** A text without its line breaks. */
interface JoinedLines {
  readonly text: string;
  /** Where something stood before: the offset of a character in the whole text. */
  at(offset: number): number;
}

/** Joins the lines of a text; undefined where it has only one. */
function joinLines(text: string): JoinedLines | undefined {
  if (!text.includes("\n") && !text.includes("\r") && !text.includes("\\")) return undefined;
  const starts: number[] = [0], ends: number[] = [];
  let out = "", from = 0;
  for (const { 0: cut, index } of text.matchAll(LINE_BREAK)) {
    out += text.slice(from, index);
    ends.push(index);
    starts.push(from = index + cut.length);
  }
  if (ends.length === 0) return undefined;
  // Where each line begins in the joined text.
  const begins: number[] = [0];
  for (let i = 0; i < ends.length; i++) begins.push(begins[i]! + ends[i]! - starts[i]!);
  return {
    text: out + text.slice(from),
    at(offset) {
      let low = 0, high = begins.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (begins[middle]! <= offset) low = middle;
        else high = middle - 1;
      }
      return starts[low]! + offset - begins[low]!;
    },
  };
}

/** The text between two offsets, every range that reaches into it masked. */
function mask(text: string, ranges: [number, number][], from: number, to: number): string {
  ranges.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let out = "", at = from, end = -1;
  for (const [first, last] of ranges) {
    if (last <= from || first >= to) continue;
    // What touches the last range belongs to it only when it overlaps.
    if (first >= end) {
      out += text.slice(at, first) + MASK;
      end = last;
    } else if (last > end) end = last;
    at = end;
  }
  return out + text.slice(at, to);
}

function formsOf(secret: string): Form[] {
  const short = secret.length < SHORT;
  const anyCase = secret.length >= ANY_CASE;
  const letters = [...secret],
    written = form(longestRun(secret), letters.map(escapesOf).join(""), short, anyCase);
  const forms: Form[] = [
    short ? written : {
      ...written,
      escaped: new RegExp(letters.map(everyEscapeOf).join(""), written.pattern.flags),
    },
  ];
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length >= HEX_BYTES) forms.push(hexForm(bytes));
  if (bytes.length >= DECIMAL_BYTES) forms.push(decimalForm(bytes));
  forms.push(...base64Forms(bytes, short));
  const units = Array.from(secret, (c) => c.codePointAt(0)!);
  if (units.some((u) => u > 0x7f) && units.every((u) => u <= 0xff)) {
    // Old clients encode credentials as Latin-1.
    forms.push(...base64Forms(Uint8Array.from(units), short));
  }
  return forms;
}

function form(core: string, source: string, short: boolean, anyCase = false): Form {
  const pattern = short ? `(?<![^${SEPARATOR}])(?:${source})(?![^${SEPARATOR}])` : source;
  return {
    core: anyCase ? core.toLowerCase() : core,
    anyCase,
    pattern: new RegExp(pattern, anyCase ? "gi" : "g"),
  };
}

/** Hexadecimal of fewer bytes would be found in innocent numbers. */
const HEX_BYTES = 5;

/** Numbers of fewer bytes would be found in innocent lists. */
const DECIMAL_BYTES = 8;

/** The numbers of its bytes, as lists of JSON have them. */
function decimalForm(bytes: Uint8Array): Form {
  const source = `(?<!\\d)${Array.from(bytes).join(",\\s{0,9}")}(?!\\d)`;
  return form(String(bytes[0]), source, false);
}

/** Hexadecimal, in any case, its bytes side by side or parted as dumps, fingerprints and lists do. */
function hexForm(bytes: Uint8Array): Form {
  const pairs = Array.from(bytes, (byte) => hex(byte, 2));
  return form(pairs[0]!, pairs.join("(?:,? ?(?:0x|\\\\x)|[ :,-])?"), false, true);
}

/** The longest piece that no encoding changes. */
function longestRun(text: string): string {
  return (text.match(/[A-Za-z0-9]+/g) ?? []).reduce((a, b) => b.length > a.length ? b : a, "");
}

/** A pattern for one character, in each escape it may come in. */
function escapesOf(character: string): string {
  return /^[A-Za-z0-9]$/.test(character) ? character : everyEscapeOf(character);
}

function everyEscapeOf(character: string): string {
  const code = character.codePointAt(0)!;
  const percent = (prefix: string) =>
    Array.from(new TextEncoder().encode(character), (b) => prefix + anyCase(hex(b, 2))).join("");
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  const ways = [
    literal(character),
    percent("%(?:25){0,3}"),
    `&#0*${code};`,
    `&#[xX]0*${anyCase(code.toString(16))};`,
    units.map((u) => `\\\\{1,4}u${anyCase(hex(u, 4))}`).join(""),
  ];
  if (code < 0x80) ways.push(`\\\\{1,4}(?:x|U000000)${anyCase(hex(code, 2))}`, `&amp;#0*${code};`);
  // As JavaScript and mail write them.
  ways.push(`\\\\{1,4}u\\{0*${anyCase(code.toString(16))}\\}`);
  if (code < 0x80) ways.push(`=${anyCase(hex(code, 2))}`);
  const named = NAMED[character];
  if (named) ways.push(`&(?:amp;)?${named};`);
  if (character === " ") ways.push("\\+");
  if (character === "\\") ways.push("\\\\{2}", "\\\\{4}");
  const letter = JSON_LETTERS[character];
  if (letter) ways.push(`\\\\{1,3}${letter}`);
  // The longest writing first: `\\` is one backslash, not the first of two.
  return `(?:${ways.reverse().join("|")})`;
}

const NAMED: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};
const JSON_LETTERS: Readonly<Record<string, string>> = {
  '"': '"',
  "/": "/",
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\b": "b",
  "\f": "f",
};

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}

/** Hexadecimal digits are written in either case. */
function anyCase(digits: string): string {
  return digits.replace(/[a-f]/g, (d) => `[${d}${d.toUpperCase()}]`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/**
 * Base64 of the bytes alone, and as it stands when one or two bytes (modulo three) go before them:
 * then the letters at either end depend on the neighbours and are left out.
 */
function base64Forms(bytes: Uint8Array, short: boolean): Form[] {
  const forms: Form[] = [];
  for (const before of [0, 1, 2]) {
    const whole = new Uint8Array(before + bytes.length);
    whole.set(bytes, before);
    const letters = base64(whole);
    const first = Math.ceil(before * 8 / 6);
    const inner = letters.slice(first, Math.floor((whole.length * 8) / 6));
    if (inner.length >= FRAGMENT && !short) forms.push(base64Form(inner, "", short));
    // Too short to look for in other text, but known when it stands alone.
    else if (before === 0) {
      forms.push(base64Form(letters.replace(/(?<!=)=+$/, ""), "(?:=|%3[dD]){0,2}", true));
    }
    if (before === 0 && inner.length >= FRAGMENT && !short) {
      // The whole encoded text, with its last letter and padding.
      forms.push(base64Form(letters.replace(/(?<!=)=+$/, ""), "(?:=|%3[dD]){0,2}", short));
    }
  }
  return forms;
}

function base64Form(letters: string, tail: string, short: boolean): Form {
  const source = letters.replace(/[+/]/g, (c) => c === "+" ? "(?:[+-]|%2[bB])" : "(?:[/_]|\\\\/|%2[fF])");
  return form(longestRun(letters), source + tail, short);
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
}
