/**
 * The bytes of a file that came as text: base64, a `data:` URL, or the text itself.
 *
 * @module
 */
import { type Show, textOf } from "../value.ts";

/** A file's bytes, and the type a `data:` URL gave them. */
export interface FileBytes {
  readonly bytes: Uint8Array;
  readonly contentType?: string | undefined;
}

/** One character, and not a pattern of the whole: files are long, and a repeated group costs stack. */
const NOT_BASE64 = /[^A-Za-z0-9+/=]/;
const DATA_URL = /^data:([^,;]*(?:;[^,;=]+=[^,;]*)*)(;base64)?,/i;
const TEXTUAL_TYPE = /^text\/|[/+](?:json|xml|yaml|csv|javascript)\b/i;
const TEXTUAL_NAME = /\.(?:txt|csv|tsv|json|xml|html?|md|ya?ml|log|ini|sql|js|ts|css)$/i;
const encoder = new TextEncoder();

/** Bytes of canonical base64; undefined for any other text. */
function fromBase64(text: string): Uint8Array | undefined {
  const compact = /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, "") : text;
  if (compact === "" || compact.length % 4 !== 0 || NOT_BASE64.test(compact)) return undefined;
  try {
    return Uint8Array.fromBase64(compact);
  } catch {
    return undefined;
  }
}

function isText(bytes: Uint8Array): boolean {
  try {
    // deno-lint-ignore no-control-regex -- texts have none of these
    return !/[\u0000-\u0008\u000e-\u001f]/.test(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return false;
  }
}

/**
 * The bytes of a file part.
 *
 * Some words are base64 by chance. Where the name or the type says that the file is text, base64 is only taken for
 * such when there is text inside.
 *
 * @param value What came.
 * @param about The file's name and type.
 */
export function fileBytes(
  value: unknown,
  about: {
    readonly filename: string | undefined;
    readonly contentType: string | undefined;
    readonly show: Show;
  },
): FileBytes {
  if (value instanceof Uint8Array) return { bytes: value };
  const text = textOf(value, about.show);
  const url = DATA_URL.exec(text);
  if (url) {
    const rest = text.slice(url[0].length), contentType = url[1] === "" ? undefined : url[1];
    if (!url[2]) return { bytes: percentBytes(rest), contentType };
    const bytes = fromBase64(rest);
    if (bytes) return { bytes, contentType };
  }
  const bytes = fromBase64(text);
  const textual = about.contentType !== undefined
    ? TEXTUAL_TYPE.test(about.contentType)
    : TEXTUAL_NAME.test(about.filename ?? "");
  if (bytes && (!textual || isText(bytes))) return { bytes };
  return { bytes: encoder.encode(text) };
}

function percentBytes(text: string): Uint8Array {
  const bytes = encoder.encode(text), out = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i] === 0x25
      ? /^[0-9A-Fa-f]{2}$/.exec(String.fromCharCode(...bytes.subarray(i + 1, i + 3)))
      : null;
    if (code) {
      out[length++] = parseInt(code[0], 16);
      i += 2;
    } else out[length++] = bytes[i]!;
  }
  return out.subarray(0, length);
}
