/**
 * Dotenv files: one `NAME=value` a line.
 *
 * @module
 */

const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'|`([^`]*)`|([^\r\n]*))/gm;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * The first line of a dotenv file that is neither a value nor a comment; undefined where there is none.
 *
 * @param text The file.
 * @returns Its number, from 1.
 */
export function strangeLine(text: string): number | undefined {
  const left = text.replace(/^\uFEFF/, "").replace(LINE, (found) => found.replace(/[^\r\n]+/g, ""));
  const at = left.split(/\r?\n|\r/).findIndex((line) => /^\s*[^#\s]/.test(line));
  return at < 0 ? undefined : at + 1;
}

/**
 * The first name that a dotenv file gives twice, with another value; undefined where there is none.
 *
 * @param text The file.
 */
export function repeatedName(text: string): string | undefined {
  const seen = new Map<string, string>();
  for (const [, name, ...values] of text.replace(/^\uFEFF/, "").matchAll(LINE)) {
    const value = values.join("\0"), before = seen.get(name!);
    if (before !== undefined && before !== value) return name;
    seen.set(name!, value);
  }
  return undefined;
}

/**
 * Reads a dotenv file. Values may be quoted, and span lines then; double quotes know `\n`, `\r`, `\t` and take any
 * other escaped character as it is. A `#` after white space begins a comment where a value is not quoted.
 *
 * @param text The file.
 * @returns The values by name; of two with one name the last wins.
 */
export function parseDotenv(text: string): Record<string, string> {
  const out: Record<string, string> = Object.create(null);
  for (const [, name, double, single, back, plain] of text.replace(/^\uFEFF/, "").matchAll(LINE)) {
    out[name!] = double?.replace(/\\([\s\S])/g, (_, c: string) => ESCAPES[c] ?? c) ?? single ?? back ??
      plain!.replace(/(^|\s)#.*$/, "").trim();
  }
  return out;
}
