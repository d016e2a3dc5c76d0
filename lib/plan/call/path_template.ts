/**
 * The path of an operation: literal text and placeholders, in whatever notation their author knows.
 *
 * `{x}` and `{{x}}` fill one segment; `{+x}`, `{x+}`, `{proxy+}` and `{x:path}` keep the slashes of their value. What
 * other tools write, `:x`, `<x>`, `{x:regex}`, `{?a,b}`, is read as what it means there.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";

/** A placeholder of a path. */
export interface PathPlaceholder {
  /** The name. */
  readonly word: string;
  /** What stands between the braces: a parameter may be called so as a whole. */
  readonly written: string;
  /** The slashes of the value stay. */
  readonly segments: boolean;
}

/** A path, taken apart. */
export interface PathTemplate {
  readonly parts: readonly (string | PathPlaceholder)[];
  /** What stands behind a `?`, as it is written. */
  readonly query: string | undefined;
  /** Names that travel in the query, of `{?a,b}`. */
  readonly names: readonly string[];
  /** Notations of other tools, as they are written, each with what it is read as. */
  readonly foreign: readonly (readonly [written: string, meaning: string])[];
}

/** A place of a request. */
export type RequestPlace = "path" | "query" | "header" | "cookie" | "body" | "formData";

/** A path without its fragment, and the query that is written into it. A mark inside braces is none. */
function split(text: string): { path: string; query: string | undefined } {
  let depth = 0, query = -1, end = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "{") depth++;
    else if (c === "}") depth--;
    else if (depth <= 0 && c === "?" && query < 0) query = i;
    else if (depth <= 0 && c === "#") {
      end = i;
      break;
    }
  }
  return query < 0
    ? { path: text.slice(0, end), query: undefined }
    : { path: text.slice(0, query), query: text.slice(query + 1, end) };
}

/** The end of a brace that opens at a place; braces inside, as of a regular expression, are passed over. */
function closing(text: string, open: number): number {
  for (let i = open, depth = 0; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  return -1;
}

/** Placeholders of frameworks: `/:id`, and `<id>`, `<int:id>`, `<path:rest>`. */
const FRAMEWORK = /(\/):([A-Za-z_]\w*)(?=$|[/.])|<(?:([a-z]+):)?([A-Za-z_]\w*)>/g;
const DOUBLE = /\{\{\{?\s*([^{}]+?)\s*\}?\}\}/y;

class Reader {
  readonly parts: (string | PathPlaceholder)[] = [];
  readonly names: string[] = [];
  readonly foreign: (readonly [string, string])[] = [];

  literal(text: string): void {
    let from = 0;
    for (const m of text.matchAll(FRAMEWORK)) {
      const before = text.slice(from, m.index) + (m[1] ?? ""), word = (m[2] ?? m[4])!;
      if (before !== "") this.parts.push(before);
      this.#add(word, word, m[3] === "path");
      this.foreign.push([m[0].replace(/^\//, ""), `{${word}${m[3] === "path" ? "+" : ""}}`]);
      from = m.index + m[0].length;
    }
    if (from < text.length) this.parts.push(text.slice(from));
  }

  #add(word: string, written: string, segments: boolean): void {
    this.parts.push({ word, written, segments });
  }

  /** What stands between two braces. */
  placeholder(inner: string): void {
    const written = inner.trim(), sign = written[0]!, rest = written.slice(1);
    const names = () => rest.split(",").map((name) => name.trim().replace(/\*$/, "")).filter(Boolean);
    const means = (meaning: string) => this.foreign.push([`{${inner}}`, meaning]);
    if (sign === "?" || sign === "&") {
      this.names.push(...names());
      means(`the query parameters ${names().join(", ")}`);
    } else if (sign === "#") means("a fragment, which is not sent");
    else if (sign === "/" || sign === "." || sign === ";") {
      for (const name of names()) {
        this.parts.push(sign === ";" ? `;${name}=` : sign);
        this.#add(name, written, false);
      }
      means(names().map((name) => `${sign === ";" ? `;${name}=` : sign}{${name}}`).join(""));
    } else if (sign === "+") this.#add(rest, written, true);
    else if (written.endsWith("+")) this.#add(written.slice(0, -1), written, true);
    else if (sign === "*") {
      const word = written.replace(/^\*+/, "");
      this.#add(word, written, true);
      means(`{${word}+}`);
    } else {
      const mark = /^([\w.$-]+)\s*([:=])(.*)$/s.exec(written);
      if (!mark) return this.#add(written, written, false);
      const [, word = "", separator, kind = ""] = mark, segments = kind === "path" || separator === "=";
      this.#add(word, written, segments);
      if (kind !== "path") means(segments ? `{${word}+}` : `{${word}}`);
    }
  }
}

/**
 * Takes a path apart.
 *
 * @param text The path, as its author wrote it.
 */
export function readPath(text: string): PathTemplate {
  const { path, query } = split(text), reader = new Reader();
  let from = 0;
  for (let at = path.indexOf("{"); at >= 0; at = path.indexOf("{", at)) {
    DOUBLE.lastIndex = at;
    const double = DOUBLE.exec(path), end = double ? at + double[0].length - 1 : closing(path, at);
    if (end < 0) break;
    const inner = double?.[1] ?? path.slice(at + 1, end);
    if (inner.trim() === "") {
      at = end + 1;
      continue;
    }
    reader.literal(path.slice(from, at));
    if (double) reader.parts.push({ word: inner, written: inner, segments: false });
    else reader.placeholder(inner);
    at = from = end + 1;
  }
  reader.literal(path.slice(from));
  return { parts: reader.parts, query, names: reader.names, foreign: reader.foreign };
}

/** Where a parameter travels: where it says, else in the path that names it, else in the query. */
export function placeOf(parameter: InputParameter, template: PathTemplate): RequestPlace | "environment" {
  const { in: place, name } = parameter;
  const inPath = () =>
    template.parts.some((part) => typeof part !== "string" && (part.word === name || part.written === name));
  if (place === "path") return template.names.includes(name) && !inPath() ? "query" : place;
  return place ?? (inPath() ? "path" : "query");
}
