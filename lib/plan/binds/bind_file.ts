/**
 * The files of binds: JSON, YAML and dotenv, as names and the texts of their values.
 *
 * @module
 */
import { ownValue } from "../../data/own.ts";
import { compose } from "../../document/yaml/compose.ts";
import { Origins, SourceFile } from "../../document/diagnostics/location.ts";
import { parseDotenv, repeatedName, strangeLine } from "./dotenv.ts";

/** The file of a bind, read. */
export interface BindFile {
  /** The value of a name; undefined where the file has none. */
  get(name: string): string | undefined;
  /** The names it has. */
  names(): readonly string[];
  /** The first line that says nothing that can be read, from 1. */
  readonly strangeLine?: number;
  /** A name that is there twice, and which of its values counts. */
  readonly repeated?: { readonly name: string; readonly counts: "first" | "last" };
}

/** A file of binds that is none. Its message holds nothing of the file. */
export class BindFileError extends Error {
  override readonly name = "BindFileError";
}

/**
 * Reads the file of a bind. Its name says what it is, else its content does.
 *
 * Values are what the author wrote: a token `0123` or `1e5` that no quotes protect is that text, and no number.
 *
 * @param path The path, for its suffix.
 * @param text The content.
 * @returns The value by name; a name with dots also leads into nested mappings.
 * @throws {BindFileError} Where the content is none of the three; the message holds nothing of it.
 */
export function readBindFile(path: string, text: string): BindFile {
  if (/\.(json|ya?ml)$/i.test(path) || /^\ufeff?\s*\{/.test(text)) return structured(path, text);
  const values = parseDotenv(text);
  // A file without a telling name, and without any NAME=value, may be YAML.
  if (
    !/\.env(\.|$)/i.test(path) && Object.keys(values).length === 0 &&
    /^[ \t]*["']?[\w.-]+["']?[ \t]*:\s/m.test(text)
  ) {
    return structured(path, text);
  }
  const line = strangeLine(text), twice = repeatedName(text);
  return {
    get: (name) => values[name],
    names: () => Object.keys(values),
    ...(line === undefined ? {} : { strangeLine: line }),
    ...(twice === undefined ? {} : { repeated: { name: twice, counts: "last" } }),
  };
}

function structured(path: string, text: string): BindFile {
  const file = new SourceFile(path, text.replace(/^\ufeff/, "")), origins = new Origins();
  const { value: root, diagnostics } = compose(file, origins);
  const wrong = diagnostics.find((found) => found.severity === "error");
  if (wrong) {
    throw new BindFileError(
      `it is not valid ${/\.json$/i.test(path) ? "JSON" : "YAML"} (line ${wrong.location.line})`,
    );
  }
  if (root === null || typeof root !== "object" || Array.isArray(root)) {
    throw new BindFileError("it is not a mapping of names to values");
  }
  const at = (node: object, key: string): string | undefined => {
    const value = ownValue(node, key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    if (typeof value === "object") return JSON.stringify(value);
    const span = origins.get(node)?.entries?.get(key)?.value;
    return span ? file.text.slice(span[0], span[1]) : String(value);
  };
  const get = (name: string) => {
    const whole = at(root, name);
    if (whole !== undefined || !name.includes(".")) return whole;
    const keys = name.split("."), last = keys.pop()!;
    let node: unknown = root;
    for (const key of keys) node = ownValue(node, key);
    return node !== null && typeof node === "object" ? at(node, last) : undefined;
  };
  const twice = diagnostics.find(({ code }) => code === "duplicate-key")?.location;
  return {
    get,
    names: () => Object.keys(root),
    ...(twice === undefined ? {} : {
      repeated: {
        name: file.text.slice(twice.start, twice.end).replace(/^(["'])(.*)\1$/, "$2"),
        counts: "first",
      },
    }),
  };
}
