/**
 * The head of an answer: its status line and headers, read as they come, byte for byte as RFC 9112 has them.
 *
 * @module
 */
import {
  connectionOptions,
  contentLength,
  fieldValue,
  isTextByte,
  isTokenByte,
  isWord,
  latin1,
  repeatedText,
} from "../../data/http/head_bytes.ts";
import { Slab } from "../../data/slab.ts";
import type { ResponseHeaders } from "../upstream_response.ts";
import { MAX_FIELDS, MAX_HEAD_BYTES } from "./limits.ts";
import { notHttp, oddAnswer, showBytes } from "./odd.ts";

const CR = 13, LF = 10, SPACE = 32, TAB = 9, COLON = 58;

/** How the end of a body is known. */
export type Framing = "none" | "length" | "chunked" | "close";

/** The heads of answers, kept while somebody may ask for a header. */
const heads = new Slab();

/** The status and headers of an answer. Texts are made of those that somebody asks for. */
export class AnswerHead implements ResponseHeaders {
  readonly #bytes: Uint8Array;
  /** Where the head begins in the bytes. */
  readonly #at: number;
  /** For each header where its name and its value begin and end, from the beginning of the head on. */
  readonly #fields: readonly number[];
  /** The status, 100 to 999. */
  readonly status: number;
  /** How the end of the body is known. */
  readonly framing: Framing;
  /** Whether an answer of this status to this method never has a body. */
  readonly bodyless: boolean;
  /** The length of the body, where it is said; 0 without a body. */
  readonly length: number;
  /** Whether the connection may be used again once the body was read. */
  readonly reusable: boolean;
  /** How long the server keeps the connection open, in milliseconds, where it says so. */
  readonly keptFor: number | undefined;

  /** @param parts What a `HeadReader` has found. */
  constructor(parts: {
    bytes: Uint8Array;
    at: number;
    fields: readonly number[];
    status: number;
    framing: Framing;
    bodyless: boolean;
    length: number;
    reusable: boolean;
    keptFor: number | undefined;
  }) {
    this.#bytes = parts.bytes;
    this.#at = parts.at;
    this.#fields = parts.fields;
    this.status = parts.status;
    this.framing = parts.framing;
    this.bodyless = parts.bodyless;
    this.length = parts.length;
    this.reusable = parts.reusable;
    this.keptFor = parts.keptFor;
  }

  /** The value of a header, several joined; null where there is none. */
  get(name: string): string | null {
    return fieldValue(this.#bytes, this.#at, this.#fields, name);
  }

  /** The headers whose names begin with one of some small letters; no texts are made of the others. */
  beginning(letters: string): [name: string, value: string][] {
    const fields = this.#fields, bytes = this.#bytes, base = this.#at, out: [string, string][] = [];
    for (let i = 0; i < fields.length; i += 4) {
      const first = bytes[base + fields[i]!]!, letter = first >= 65 && first <= 90 ? first | 32 : first;
      for (let at = 0; at < letters.length; at++) {
        if (letters.charCodeAt(at) !== letter) continue;
        const name = latin1(bytes, base + fields[i]!, base + fields[i + 1]!).toLowerCase();
        out.push([name, latin1(bytes, base + fields[i + 2]!, base + fields[i + 3]!)]);
        break;
      }
    }
    return out;
  }

  /** All headers as they came, names in small letters. */
  *[Symbol.iterator](): Generator<[name: string, value: string]> {
    const fields = this.#fields, bytes = this.#bytes, at = this.#at;
    for (let i = 0; i < fields.length; i += 4) {
      yield [
        latin1(bytes, at + fields[i]!, at + fields[i + 1]!).toLowerCase(),
        latin1(bytes, at + fields[i + 2]!, at + fields[i + 3]!),
      ];
    }
  }
}

/** Reads heads, one after the other, from a buffer in which each begins at the first byte. */
export class HeadReader {
  #method = "GET";
  /** Where the line that is being read begins, and how far it was looked through. */
  #line = 0;
  #scanned = 0;
  #status = 0;
  #minor = 1;
  #fields: number[] = [];
  #length = -1;
  #chunked = false;
  #encoded = false;
  #close = false;
  #keepAlive = false;
  #keptFor: number | undefined;
  /** Where the head ends, once it was read. */
  end = 0;

  /** Begins a new head. @param method The method of the request that is answered. */
  begin(method: string): void {
    this.#method = method;
    this.#line = this.#scanned = this.#status = 0;
    this.#fields = [];
    this.#length = -1;
    this.#chunked =
      this.#encoded =
      this.#close =
      this.#keepAlive =
        false;
    this.#keptFor = undefined;
  }

  /**
   * Reads on.
   *
   * @param bytes What came so far, from the first byte of the head on.
   * @param to How much of it came.
   * @returns The head; undefined while it is not there as a whole.
   * @throws {CallError} `bad_response`, for anything that is not as RFC 9112 has it.
   */
  read(bytes: Uint8Array, to: number): AnswerHead | undefined {
    let at = this.#scanned;
    for (;;) {
      while (at < to && bytes[at] !== CR && bytes[at] !== LF) at++;
      if (at + 1 >= to) {
        if (at < to && bytes[at] === LF) throw this.#bareLineFeed(bytes, to);
        this.#scanned = at;
        if (to > MAX_HEAD_BYTES) throw oddAnswer(`its head is larger than ${MAX_HEAD_BYTES >> 10} KiB`);
        // What is no HTTP at all may never send a line.
        if (this.#status === 0) checkBeginning(bytes, to);
        return undefined;
      }
      if (bytes[at] === LF) throw this.#bareLineFeed(bytes, to);
      if (bytes[at + 1] !== LF) throw oddAnswer("there is a carriage return inside a line of its head");
      const from = this.#line;
      this.#line = this.#scanned = at + 2;
      if (at > MAX_HEAD_BYTES) throw oddAnswer(`its head is larger than ${MAX_HEAD_BYTES >> 10} KiB`);
      if (this.#status === 0 && at === from) throw oddAnswer("it begins with an empty line");
      if (this.#status === 0) this.#statusLine(bytes, from, at);
      else if (at === from) return this.#finish(bytes, at + 2);
      else this.#field(bytes, from, at);
      at += 2;
    }
  }

  #bareLineFeed(bytes: Uint8Array, to: number): Error {
    if (this.#status === 0) checkBeginning(bytes, to);
    return oddAnswer("a line of its head ends without a carriage return");
  }

  #statusLine(bytes: Uint8Array, from: number, to: number): void {
    checkBeginning(bytes, to);
    // HTTP/1.x SP 3DIGIT [ SP reason ]
    const digit = (at: number) => at < to && bytes[at]! >= 48 && bytes[at]! <= 57 ? bytes[at]! - 48 : -1;
    const minor = digit(from + 7);
    if (digit(from + 5) !== 1 || bytes[from + 6] !== 46 || (minor !== 0 && minor !== 1)) {
      throw oddAnswer(
        `its version is ${showBytes(bytes, from, Math.min(to, from + 9))}, and HTTP/1.1 was asked for`,
      );
    }
    const a = digit(from + 9), b = digit(from + 10), c = digit(from + 11);
    if (
      bytes[from + 8] !== SPACE || a < 1 || b < 0 || c < 0 || (to > from + 12 && bytes[from + 12] !== SPACE)
    ) {
      throw oddAnswer(`its status line is ${showBytes(bytes, from, to)}`);
    }
    for (let i = from + 13; i < to; i++) {
      if (!isTextByte(bytes[i]!)) throw oddAnswer("its status line has a control character in it");
    }
    this.#minor = minor;
    this.#status = a * 100 + b * 10 + c;
  }

  #field(bytes: Uint8Array, from: number, to: number): void {
    let colon = from;
    while (colon < to && isTokenByte(bytes[colon]!)) colon++;
    if (colon === to || bytes[colon] !== COLON || colon === from) throw oddField(bytes, from, colon, to);
    let start = colon + 1, end = to;
    while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
    while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte < 0x20 ? byte !== TAB : byte === 0x7f) {
        throw oddAnswer(`the header ${showBytes(bytes, from, colon)} has a control character in it`);
      }
    }
    const fields = this.#fields;
    if (fields.length >= MAX_FIELDS * 4) throw oddAnswer(`it has more than ${MAX_FIELDS} headers`);
    fields.push(from, colon, start, end);
    switch (colon - from) {
      case 10:
        if (isWord(bytes, from, colon, "connection")) this.#connection(repeatedText(bytes, start, end));
        else if (isWord(bytes, from, colon, "keep-alive")) {
          this.#keepAliveFor(repeatedText(bytes, start, end));
        }
        break;
      case 14:
        if (isWord(bytes, from, colon, "content-length")) {
          refuseTab(bytes, end, to, "Content-Length");
          this.#contentLength(bytes, start, end);
        }
        break;
      case 17:
        if (isWord(bytes, from, colon, "transfer-encoding")) {
          refuseTab(bytes, end, to, "Transfer-Encoding");
          this.#transferEncoding(bytes, start, end);
        }
    }
  }

  #contentLength(bytes: Uint8Array, from: number, to: number): void {
    if (this.#length >= 0) throw oddAnswer("it has two Content-Length headers");
    if (from === to) throw oddAnswer("its Content-Length is empty");
    const length = contentLength(bytes, from, to);
    if (length === undefined) throw oddAnswer(`its Content-Length is ${showBytes(bytes, from, to)}`);
    this.#length = length;
  }

  #transferEncoding(bytes: Uint8Array, from: number, to: number): void {
    if (this.#encoded) throw oddAnswer("it has two Transfer-Encoding headers");
    this.#encoded = true;
    this.#chunked = isWord(bytes, from, to, "chunked");
    if (!this.#chunked) {
      throw oddAnswer(`its Transfer-Encoding is ${showBytes(bytes, from, to)}, not chunked`);
    }
  }

  #connection(value: string): void {
    const { close, keepAlive } = connectionOptions(value);
    this.#close ||= close;
    this.#keepAlive ||= keepAlive;
  }

  #keepAliveFor(value: string): void {
    const seconds = /(?:^|[\s,;])timeout\s*=\s*"?(\d{1,6})/i.exec(value)?.[1];
    if (seconds !== undefined) this.#keptFor = Number(seconds) * 1000;
  }

  #finish(bytes: Uint8Array, end: number): AnswerHead {
    this.end = end;
    const status = this.#status, length = this.#length;
    if (this.#encoded && length >= 0) {
      throw oddAnswer("it has both a Content-Length and a Transfer-Encoding");
    }
    if (this.#encoded && this.#minor === 0) throw oddAnswer("it is HTTP/1.0 and has a Transfer-Encoding");
    if (status === 101) throw oddAnswer("it changes to another protocol (101), which nobody asked for");
    const bodyless = status < 200 || status === 204 || status === 304 || this.#method === "HEAD";
    const framing = bodyless || length === 0
      ? "none"
      : this.#chunked
      ? "chunked"
      : length > 0
      ? "length"
      : "close";
    return new AnswerHead({
      at: heads.take(bytes, 0, end),
      bytes: heads.bytes,
      fields: this.#fields,
      status,
      framing,
      bodyless,
      length: framing === "length" ? length : 0,
      reusable: framing !== "close" && !this.#close && (this.#minor === 1 || this.#keepAlive) &&
        // A body that must not be there may come all the same, when nobody looks for it.
        (status !== 204 || (length <= 0 && !this.#encoded)),
      keptFor: this.#keptFor,
    });
  }
}

/** Some parsers take a tab behind a word for a part of it, and so find the end of the body elsewhere. */
function refuseTab(bytes: Uint8Array, from: number, to: number, name: string): void {
  if (from < to && bytes.subarray(from, to).includes(TAB)) {
    throw oddAnswer(`there is a tab after its ${name}`);
  }
}

const HTTP = "HTTP/";

function checkBeginning(bytes: Uint8Array, to: number): void {
  for (let i = 0; i < HTTP.length && i < to; i++) {
    if (bytes[i] !== HTTP.charCodeAt(i)) throw notHttp(bytes, to);
  }
}

/** What is wrong with the line of a header that is none. */
export function oddField(bytes: Uint8Array, from: number, stop: number, to: number): Error {
  if (bytes[from] === SPACE || bytes[from] === TAB) return oddAnswer("a header continues on the next line");
  if (stop === to) return oddAnswer(`${showBytes(bytes, from, to)} is among its headers, without a colon`);
  if (bytes[stop] === COLON) return oddAnswer("a header has no name");
  return bytes[stop] === SPACE || bytes[stop] === TAB
    ? oddAnswer(`the header ${showBytes(bytes, from, stop)} has a space in or after its name`)
    : oddAnswer(
      `the name of the header ${showBytes(bytes, from, to)} has a character that is not allowed in a name`,
    );
}
