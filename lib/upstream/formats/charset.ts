/**
 * From bytes to text: byte order marks, the charset of the Content-Type, and what the text says of itself.
 *
 * @module
 */

const utf8 = new TextDecoder();
const decoders = new Map<string, TextDecoder>();

/**
 * Decodes text. A byte order mark decides, then the charset, then UTF-8; malformed sequences become U+FFFD.
 *
 * @param bytes The body.
 * @param charset A label such as `iso-8859-1`; an unknown one counts as UTF-8.
 */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const mark = markOf(bytes);
  if (mark === undefined && charset === undefined) return utf8.decode(bytes);
  return decoderFor(mark ?? charset!).decode(bytes);
}

/**
 * Decodes text, and tells what is lost by it.
 *
 * @param bytes The body.
 * @param charset As for `decodeText`.
 * @param note Hears of characters that are no text in the charset, and of a charset that is not known.
 */
export function decodeTextAloud(
  bytes: Uint8Array,
  charset: string | undefined,
  note: (message: string) => void,
): string {
  const text = decodeText(bytes, charset);
  const mark = markOf(bytes);
  if (charset !== undefined && mark === undefined && charset !== "utf-8" && decoderFor(charset) === utf8) {
    note(
      `the charset ${JSON.stringify(charset.slice(0, 40))} of the answer is not known; it is read as UTF-8`,
    );
  }
  if (text.includes("\ufffd") && !isWhole(bytes, mark ?? charset ?? "utf-8")) {
    const { encoding } = decoderFor(mark ?? charset ?? "utf-8");
    note(
      `some characters of the answer are not valid in ${encoding} and were lost; the API should name its charset in the Content-Type`,
    );
  }
  return text;
}

/** Whether nothing is lost as bytes are read: the replacement character may be a part of the text itself. */
function isWhole(bytes: Uint8Array, charset: string): boolean {
  try {
    new TextDecoder(decoderFor(charset).encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  return undefined;
}

function decoderFor(label: string): TextDecoder {
  let decoder = decoders.get(label);
  if (!decoder) {
    try {
      decoder = new TextDecoder(label);
    } catch {
      decoder = utf8;
    }
    // Labels come from upstreams: the memory of them is bounded.
    if (decoders.size < 64) decoders.set(label, decoder);
  }
  return decoder;
}

const XML_ENCODING = /^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;
const HTML_CHARSET = /<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._-]{1,40})/i;

/**
 * The charset an XML declaration or an HTML `meta` names in the first kilobyte.
 *
 * @param bytes The body.
 * @param kind Which of the two to look for.
 */
export function declaredCharset(bytes: Uint8Array, kind: "xml" | "html"): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 1024));
  const label = (kind === "xml" ? XML_ENCODING : HTML_CHARSET).exec(start)?.[1]?.toLowerCase();
  // A text that could be read as far as its declaration is not in UTF-16, whatever it says.
  return label?.startsWith("utf-16") ? undefined : label;
}
