/**
 * The head of a request: its request line and headers, read as they come, byte for byte as RFC 9112 has them.
 *
 * @module
 */
import {
  connectionOptions,
  contentLength,
  isText,
  isTextByte,
  isTokenByte,
  isWord,
  latin1,
  repeatedText,
} from "../../data/http/head_bytes.ts";
import { Slab } from "../../data/slab.ts";
import { IncomingHeaders } from "./incoming_headers.ts";
import { MAX_METHOD_BYTES, MAX_REQUEST_FIELDS, MAX_REQUEST_HEAD_BYTES, MAX_TARGET_BYTES } from "./limits.ts";
import { badRequest, RequestFault } from "./request_fault.ts";
import { requestUrl } from "./request_target.ts";

const CR = 13, LF = 10, SPACE = 32, TAB = 9, COLON = 58;

/** The heads of requests, kept while somebody may ask for a header. */
const heads = new Slab();

/** How the end of a request's body is known. */
export type RequestFraming = "none" | "length" | "chunked";

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHeaders;
  /** 0 or 1: the client speaks HTTP/1.0 or HTTP/1.1. */
  readonly minor: number;
  readonly framing: RequestFraming;
  /** The length of the body, where it is said; 0 without one. */
  readonly length: number;
  /** Whether the client takes another answer over this connection. */
  readonly keeps: boolean;
  /** Whether the client sends its body only when it hears that it is wanted. */
  readonly expects: boolean;
}

/** Reads heads, one after the other, from a buffer in which each begins at the first byte. */
export class RequestReader {
  readonly #authority: string;
  /** Where the line that is being read begins, and how far it was looked through. */
  #line = 0;
  #scanned = 0;
  #hasLine = false;
  #method = "";
  #target = [0, 0];
  #minor = 1;
  #fields: number[] = [];
  #host: string | undefined;
  #length = -1;
  #encoded = false;
  #close = false;
  #keepAlive = false;
  #expects = false;
  /** Where the head ends, once it was read. */
  end = 0;

  /** @param authority The host of requests that name none, as HTTP/1.0 lets them. */
  constructor(authority: string) {
    this.#authority = authority;
  }

  /** Begins a new head. */
  begin(): void {
    this.#line = this.#scanned = 0;
    this.#fields = [];
    this.#host = undefined;
    this.#length = -1;
    this.#hasLine =
      this.#encoded =
      this.#close =
      this.#keepAlive =
      this.#expects =
        false;
  }

  /**
   * Reads on.
   *
   * @param bytes What came so far, from the first byte of the head on.
   * @param to How much of it came.
   * @returns The head; undefined while it is not there as a whole.
   * @throws {RequestFault} For anything that is not as RFC 9112 has it.
   */
  read(bytes: Uint8Array, to: number): RequestHead | undefined {
    let at = this.#scanned;
    for (;;) {
      while (at < to && bytes[at] !== CR && bytes[at] !== LF) at++;
      if (at < to && bytes[at] === LF) throw badRequest("A line of the head ends without a carriage return.");
      if (at + 1 >= to) {
        this.#scanned = at;
        this.#refuseLong(at);
        if (!this.#hasLine) checkBeginning(bytes, this.#line, to);
        return undefined;
      }
      if (bytes[at + 1] !== LF) throw badRequest("There is a carriage return inside a line of the head.");
      this.#refuseLong(at);
      const from = this.#line;
      this.#line = this.#scanned = at + 2;
      if (!this.#hasLine) {
        // Some clients send an empty line behind a body: it is passed over once (RFC 9112, 2.2).
        if (at > from) this.#requestLine(bytes, from, at);
        else if (from > 0) throw badRequest("The request begins with empty lines.");
      } else if (at === from) return this.#finish(bytes, at + 2);
      else this.#field(bytes, from, at);
      at += 2;
    }
  }

  #refuseLong(at: number): void {
    if (!this.#hasLine && at > MAX_TARGET_BYTES + MAX_METHOD_BYTES + 12) {
      throw new RequestFault(414, `The address of the request is longer than ${MAX_TARGET_BYTES} bytes.`);
    }
    if (at > MAX_REQUEST_HEAD_BYTES) {
      throw new RequestFault(431, `The head of the request is larger than ${MAX_REQUEST_HEAD_BYTES} bytes.`);
    }
  }

  #requestLine(bytes: Uint8Array, from: number, to: number): void {
    checkBeginning(bytes, from, to);
    let space = from;
    while (space < to && isTokenByte(bytes[space]!)) space++;
    if (space === from || bytes[space] !== SPACE || space - from > MAX_METHOD_BYTES) {
      throw badRequest("The request does not begin with a method and a space.");
    }
    const start = space + 1;
    let end = start;
    while (end < to && bytes[end]! > SPACE && bytes[end] !== 0x7f) end++;
    if (end === start || bytes[end] !== SPACE) {
      throw badRequest("The request line is not a method, an address and HTTP/1.1.");
    }
    if (end - start > MAX_TARGET_BYTES) {
      throw new RequestFault(414, `The address of the request is longer than ${MAX_TARGET_BYTES} bytes.`);
    }
    if (isText(bytes, end + 1, to, "HTTP/1.1")) this.#minor = 1;
    else if (isText(bytes, end + 1, to, "HTTP/1.0")) this.#minor = 0;
    else throw oddVersion(latin1(bytes, end + 1, Math.min(to, end + 20)));
    this.#method = methodOf(bytes, from, space);
    this.#target = [start, end];
    this.#hasLine = true;
  }

  #field(bytes: Uint8Array, from: number, to: number): void {
    let colon = from;
    while (colon < to && isTokenByte(bytes[colon]!)) colon++;
    if (bytes[colon] !== COLON || colon === from || colon === to) throw oddField(bytes, from, colon, to);
    let start = colon + 1, end = to;
    while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
    while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
    for (let i = start; i < end; i++) {
      if (!isTextByte(bytes[i]!)) {
        throw badRequest(
          `The header ${latin1(bytes, from, Math.min(colon, from + 40))} has a control character in it.`,
        );
      }
    }
    const fields = this.#fields;
    if (fields.length >= MAX_REQUEST_FIELDS * 4) {
      throw new RequestFault(431, `The request has more than ${MAX_REQUEST_FIELDS} headers.`);
    }
    fields.push(from, colon, start, end);
    switch (colon - from) {
      case 4:
        if (isWord(bytes, from, colon, "host")) this.#setHost(repeatedText(bytes, start, end));
        break;
      case 6:
        if (isWord(bytes, from, colon, "expect")) this.#expect(bytes, start, end);
        break;
      case 10:
        if (isWord(bytes, from, colon, "connection")) this.#connection(repeatedText(bytes, start, end));
        break;
      case 14:
        if (isWord(bytes, from, colon, "content-length")) {
          refuseTab(bytes, colon + 1, to, "Content-Length");
          this.#contentLength(bytes, start, end);
        }
        break;
      case 17:
        if (isWord(bytes, from, colon, "transfer-encoding")) {
          refuseTab(bytes, colon + 1, to, "Transfer-Encoding");
          this.#transferEncoding(bytes, start, end);
        }
    }
  }

  #setHost(host: string): void {
    if (this.#host !== undefined) throw badRequest("The request has two Host headers.");
    this.#host = host;
  }

  #expect(bytes: Uint8Array, from: number, to: number): void {
    if (!isWord(bytes, from, to, "100-continue")) {
      throw new RequestFault(417, "The only Expect that is understood here is 100-continue.");
    }
    this.#expects = true;
  }

  #connection(value: string): void {
    const { close, keepAlive } = connectionOptions(value);
    this.#close ||= close;
    this.#keepAlive ||= keepAlive;
  }

  #contentLength(bytes: Uint8Array, from: number, to: number): void {
    if (this.#length >= 0) throw badRequest("The request has two Content-Length headers.");
    const length = contentLength(bytes, from, to);
    if (length === undefined) throw badRequest("The Content-Length is not a number of bytes.");
    this.#length = length;
  }

  #transferEncoding(bytes: Uint8Array, from: number, to: number): void {
    if (this.#encoded) throw badRequest("The request has two Transfer-Encoding headers.");
    this.#encoded = true;
    if (!isWord(bytes, from, to, "chunked")) {
      throw new RequestFault(501, "The only Transfer-Encoding that is understood here is chunked.");
    }
  }

  #finish(bytes: Uint8Array, end: number): RequestHead {
    this.end = end;
    const length = this.#length, minor = this.#minor;
    if (this.#encoded && length >= 0) {
      throw badRequest("The request has both a Content-Length and a Transfer-Encoding.");
    }
    if (this.#encoded && minor === 0) {
      throw badRequest("The request is HTTP/1.0 and has a Transfer-Encoding.");
    }
    if (this.#host === undefined && minor === 1) throw badRequest("The request has no Host header.");
    const [from, to] = this.#target as [number, number], at = heads.take(bytes, 0, end);
    return {
      method: this.#method,
      url: requestUrl(bytes, from, to, this.#method, this.#host ?? this.#authority, this.#host !== undefined),
      headers: new IncomingHeaders(heads.bytes, at, this.#fields),
      minor,
      framing: this.#encoded ? "chunked" : length > 0 ? "length" : "none",
      length: length > 0 ? length : 0,
      keeps: !this.#close && (minor === 1 || this.#keepAlive),
      // A client of HTTP/1.0 waits for nothing.
      expects: this.#expects && minor === 1,
    };
  }
}

function oddVersion(version: string): RequestFault {
  return /^HTTP\/\d\.\d$/.test(version)
    ? new RequestFault(505, `This server speaks HTTP/1.1, not ${version}.`)
    : badRequest("The request line is not a method, an address and HTTP/1.1.");
}

function methodOf(bytes: Uint8Array, from: number, to: number): string {
  const isPost = to - from === 4 && bytes[from] === 80 && bytes[from + 1] === 79 && bytes[from + 2] === 83 &&
    bytes[from + 3] === 84;
  return isPost ? "POST" : latin1(bytes, from, to);
}

const PREFACE = "PRI * HTTP/2.0";

/** Refuses what is another protocol as soon as that shows, since it may never send a line. */
function checkBeginning(bytes: Uint8Array, from: number, to: number): void {
  const first = bytes[from];
  if (to > from && !isTokenByte(first!) && first !== CR) {
    throw badRequest(
      first === 22
        ? "This is TLS, and the server speaks plain HTTP: call it with http://."
        : "The request does not begin with a method.",
    );
  }
  if (to - from >= PREFACE.length && latin1(bytes, from, from + PREFACE.length) === PREFACE) {
    throw new RequestFault(505, "This server speaks HTTP/1.1, not HTTP/2.");
  }
}

/** Some parsers take a tab beside a word for a part of it, and so find the end of the body elsewhere. */
function refuseTab(bytes: Uint8Array, from: number, to: number, name: string): void {
  if (bytes.subarray(from, to).includes(TAB)) throw badRequest(`There is a tab beside the ${name}.`);
}

/** What is wrong with the line of a header that is none. */
function oddField(bytes: Uint8Array, from: number, stop: number, to: number): RequestFault {
  if (bytes[from] === SPACE || bytes[from] === TAB) return badRequest("A header continues on the next line.");
  if (stop === to) return badRequest("There is a line without a colon among the headers.");
  if (bytes[stop] === COLON) return badRequest("A header has no name.");
  return bytes[stop] === SPACE || bytes[stop] === TAB
    ? badRequest("A header has a space in or after its name.")
    : badRequest("The name of a header has a character that is not allowed in a name.");
}
