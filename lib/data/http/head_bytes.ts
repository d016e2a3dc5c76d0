/**
 * The bytes that heads of requests and answers are made of: which may stand where, words among them, and text of them.
 *
 * @module
 */

/** 1 for the bytes of a token (RFC 9110, 5.6.2). */
const TOKEN: Uint8Array = new Uint8Array(256);
for (const c of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[c.charCodeAt(0)] = 1;
}

/** Whether a byte may stand in the name of a header. */
export function isTokenByte(byte: number): boolean {
  return TOKEN[byte] === 1;
}

/** Whether a byte may stand in the value of a header, a reason or an extension. */
export function isTextByte(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 9;
}

/** Whether some bytes are a word in small letters, whatever the size of the bytes' letters. */
export function isWord(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[from + i]!;
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether some bytes are a text, letter by letter. */
export function isText(bytes: Uint8Array, from: number, to: number, text: string): boolean {
  if (to - from !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[from + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** The most bytes that one call takes as arguments. */
const PIECE = 4096;

/** Bytes as text, one character for each. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  if (to - from < PIECE) {
    return String.fromCharCode.apply(null, bytes.subarray(from, to) as unknown as number[]);
  }
  let text = "";
  for (let at = from; at < to; at += PIECE) {
    text += String.fromCharCode.apply(
      null,
      bytes.subarray(at, Math.min(to, at + PIECE)) as unknown as number[],
    );
  }
  return text;
}

const REMEMBERED = 256, LONGEST = 64;
const remembered: (string | undefined)[] = new Array(REMEMBERED).fill(undefined);

/**
 * Bytes as a text that is likely to have been made before, such as a media type: comparing costs a fifth of making it.
 * Nothing that could be a secret is read this way, since it stays in memory.
 */
export function repeatedText(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from;
  if (length === 0) return "";
  if (length > LONGEST) return latin1(bytes, from, to);
  const middle = bytes[(from + to) >> 1]!;
  const slot = (length * 31 + bytes[from]! * 7 + middle * 17 + bytes[to - 1]! * 13) % REMEMBERED;
  const text = remembered[slot];
  if (text !== undefined && isText(bytes, from, to, text)) return text;
  return remembered[slot] = latin1(bytes, from, to);
}

/** Headers whose values come again and again, and hold no secret; names in small letters. */
const REPEATED: ReadonlySet<string> = new Set([
  "accept",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "mcp-method",
  "mcp-name",
  "mcp-protocol-version",
]);

/**
 * The value of a header among the fields of a head, several joined; null where there is none.
 *
 * @param bytes What holds the head.
 * @param at Where the head begins.
 * @param fields For each header where its name and its value begin and end, from the beginning of the head on.
 * @param name The header, in letters of any size.
 */
export function fieldValue(
  bytes: Uint8Array,
  at: number,
  fields: readonly number[],
  name: string,
): string | null {
  const { length } = name;
  let word: string | undefined, value: string | null = null;
  for (let i = 0; i < fields.length; i += 4) {
    if (fields[i + 1]! - fields[i]! !== length) continue;
    if (!isWord(bytes, at + fields[i]!, at + fields[i + 1]!, word ??= name.toLowerCase())) continue;
    const read = REPEATED.has(word) ? repeatedText : latin1;
    const text = read(bytes, at + fields[i + 2]!, at + fields[i + 3]!);
    // A request may bring its cookies in several lines (RFC 9113, 8.2.3); everything else is joined by commas.
    value = value === null ? text : value + (word === "cookie" ? "; " : ", ") + text;
  }
  return value;
}

interface ConnectionOptions {
  readonly close: boolean;
  readonly keepAlive: boolean;
}

const KEEP_ALIVE: ConnectionOptions = { close: false, keepAlive: true };

/** What a Connection header says: that the connection ends behind this message, or that it stays. */
export function connectionOptions(value: string): ConnectionOptions {
  if (value === "keep-alive") return KEEP_ALIVE;
  let close = false, keepAlive = false;
  for (const word of value.toLowerCase().split(",")) {
    const option = word.trim();
    if (option === "close") close = true;
    else if (option === "keep-alive") keepAlive = true;
  }
  return { close, keepAlive };
}

/** A number of bytes as Content-Length has it; undefined where it is none, or larger than numbers are exact. */
export function contentLength(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (from === to) return undefined;
  let length = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return undefined;
    length = length * 10 + digit;
  }
  return length > Number.MAX_SAFE_INTEGER ? undefined : length;
}
