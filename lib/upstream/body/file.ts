/**
 * The bytes of a file or of a whole body: of base64 where the author says that a value is that, else of the text as it
 * stands. Nothing is guessed from what came, nor from a media type: some words are base64 by chance.
 *
 * @module
 */
import { decodeBase64 } from "../../data/base64.ts";
import { invalidArgument } from "../invalid.ts";
import { type Show, shownText } from "../value.ts";

const NOT_BASE64 = /[^A-Za-z0-9+/]/;
/** A `data:` URL says itself that it is base64, and of what. */
const DATA_URL = /^data:([^,;]{0,200})(?:;[^,;=]{1,100}=[^,;]{0,100}){0,5};base64,/i;
const encoder = new TextEncoder();

/** Bytes of base64 in either alphabet, with its padding or without; undefined for any other text. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  let compact = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  compact = compact.replace(/={1,2}$/, "").replaceAll("-", "+").replaceAll("_", "/");
  if (NOT_BASE64.test(compact)) return undefined;
  return decodeBase64(compact);
}

/** Whether a text is base64, or a `data:` URL of it. */
export function isBase64(text: string): boolean {
  const url = DATA_URL.exec(text);
  return fromBase64(url ? text.slice(url[0].length) : text) !== undefined;
}

/**
 * The bytes a value of base64 stands for; bytes themselves, as of a step that answered some, are taken as they are.
 *
 * @param name The input, for messages.
 * @param value Base64, a `data:` URL of base64, or bytes.
 * @throws {CallError} `invalid_arguments` for anything else.
 */
export function bytesOf(name: string, value: unknown): Uint8Array<ArrayBuffer> {
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  const text = typeof value === "string" ? value : undefined, url = text && DATA_URL.exec(text);
  const bytes = text === undefined ? undefined : fromBase64(url ? text.slice(url[0].length) : text);
  if (bytes) return bytes;
  throw invalidArgument(
    name,
    "bytes as base64",
    text === undefined ? Array.isArray(value) ? "an array" : typeof value : "text that is not base64",
  );
}

/** The media type that a `data:` URL gives. */
export function typeOfDataUrl(value: unknown): string | undefined {
  const type = typeof value === "string" ? DATA_URL.exec(value)?.[1] : undefined;
  return type === "" ? undefined : type;
}

/**
 * The bytes of a file part.
 *
 * @param value What came.
 * @param about Its name, whether it is base64, and what stands for a secret.
 */
export function fileBytes(
  value: unknown,
  about: { readonly name: string; readonly base64: boolean; readonly show: Show },
): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return about.base64 ? bytesOf(about.name, value) : encoder.encode(shownText(value, about.show));
}
