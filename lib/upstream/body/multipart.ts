/**
 * A body of parts, `multipart/form-data`.
 *
 * @module
 */
import { Secret } from "../../expression/secret.ts";
import type { Scope } from "../../expression/scope.ts";
import { invalidArgument } from "../invalid.ts";
import type { Body, FormPart } from "../operation.ts";
import { type Show, shownText, shownTexts } from "../value.ts";
import type { BodyKey, MakeBody } from "./content.ts";
import { fileBytes, typeOfDataUrl } from "./file.ts";
import { entriesOf, isWhole } from "./form.ts";

const encoder = new TextEncoder();

/** A body of more characters and bytes than this is not put together in memory. */
const LARGE = 1 << 20;

const ESCAPED: Readonly<Record<string, string>> = { '"': "%22", "\r": "%0D", "\n": "%0A", "\0": "%00" };

/** A name or file name inside quotes, escaped as browsers do. */
function quoted(text: string): string {
  // NUL would end the name for some servers.
  return text.toWellFormed().replace(/["\r\n\0]/g, (c) => ESCAPED[c]!);
}

/** A Content-Type that cannot end its line. */
function mediaType(text: string | undefined): string | undefined {
  return text !== undefined && /^[\x21-\x7e][\x20-\x7e]*$/.test(text) ? text : undefined;
}

/** The media type a part is given; one that no header carries is refused, since the part would be taken for another. */
function givenType(part: FormPart, scope: Scope, show: Show): string | undefined {
  const given = part.contentType?.(scope);
  if (given === undefined || given === null) return undefined;
  const text = shownText(given, show).trim(), type = mediaType(text);
  if (text === "" || type !== undefined) return type;
  throw invalidArgument(
    `the content type of ${part.name}`,
    "a media type",
    "one with other characters in it",
  );
}

/** The parts of a body, as text and bytes in order. */
class Assembly {
  readonly #chunks: (string | Uint8Array)[] = [];
  readonly #delimiter: string;

  constructor(boundary: string) {
    this.#delimiter = `--${boundary}\r\n`;
  }

  get empty(): boolean {
    return this.#chunks.length === 0;
  }

  add(name: string, content: string | Uint8Array, type: string | undefined, filename?: string): void {
    let head = `${this.#delimiter}Content-Disposition: form-data; name="${quoted(name)}"`;
    if (filename !== undefined) head += `; filename="${quoted(filename)}"`;
    if (type !== undefined) head += `\r\nContent-Type: ${type}`;
    this.#chunks.push(`${head}\r\n\r\n`, content, "\r\n");
  }

  /** The whole body: in one piece of memory, or, where it is large, in pieces that are sent one after the other. */
  finish(boundary: string): Uint8Array<ArrayBuffer> | Blob {
    const last = `--${boundary}--\r\n`;
    if (this.#chunks.reduce((sum, c) => sum + c.length, 0) > LARGE) {
      return new Blob([...this.#chunks as BlobPart[], last]);
    }
    const chunks = [...this.#chunks, last].map((c) => typeof c === "string" ? encoder.encode(c) : c);
    const bytes = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }
}

function addPart(assembly: Assembly, part: FormPart, scope: Scope, show: Show): void {
  const value = part.get(scope);
  if (value === undefined || value === null) return;
  const given = part.filename?.(scope);
  const type = givenType(part, scope, show);
  if (part.file || part.base64 || (given !== undefined && given !== null)) {
    const filename = given === undefined || given === null ? undefined : shownText(given, show);
    const shown = value instanceof Secret ? show(value) : value;
    for (const item of Array.isArray(shown) ? shown : [shown]) {
      const { name, base64 = false } = part;
      assembly.add(
        name,
        fileBytes(item, { name, base64, show }),
        type ?? (base64 ? mediaType(typeOfDataUrl(item)) : undefined) ?? "application/octet-stream",
        // Bytes in a field without a file name are a field all the same.
        part.file || filename !== undefined ? filename ?? name : undefined,
      );
    }
    return;
  }
  const isObject = typeof value === "object" && !Array.isArray(value) && !(value instanceof Secret) &&
    !(value instanceof Uint8Array);
  for (const text of shownTexts(value, show)) {
    assembly.add(part.name, text, type ?? (isObject ? "application/json" : undefined));
  }
}

/**
 * Compiles a multipart body. Arrays repeat the part, objects are JSON, files are bytes; absent and null values are
 * left out. The boundary is drawn anew for each request, so that no value can hold it.
 *
 * @param body What the operation says.
 * @param keys Fields that credentials add.
 * @param show What stands for a secret.
 */
export function compileMultipart(
  body: Extract<Body, { type: "multipart" }>,
  keys: readonly BodyKey[],
  show: Show,
): MakeBody {
  const { parts } = body;
  const taken = new Set(keys.map(([name]) => name));
  const partsFor = isWhole(parts)
    ? (scope: Scope): readonly FormPart[] => {
      const entries = entriesOf(parts(scope), show);
      if (typeof entries === "string") return [{ name: "body", get: () => entries }];
      return (entries ?? []).map(([name, value]) => ({ name, get: () => value }));
    }
    : () => parts;
  return (scope) => {
    const boundary = `capstan-${crypto.randomUUID()}`;
    const assembly = new Assembly(boundary);
    for (const part of partsFor(scope)) if (!taken.has(part.name)) addPart(assembly, part, scope, show);
    for (const [name, value] of keys) assembly.add(name, value, undefined);
    if (assembly.empty) return undefined;
    return {
      data: assembly.finish(boundary),
      contentType: `multipart/form-data; boundary=${boundary}`,
      forced: true,
    };
  };
}
