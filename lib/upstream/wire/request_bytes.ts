/**
 * Writing a request: its head, and its body behind it where it is short.
 *
 * @module
 */
import { CONNECTION_HEADERS } from "../../data/http/header_names.ts";
import { isToken } from "../../data/http/token.ts";
import { readsBrotli } from "../response/content_encoding.ts";
import type { Header, Outgoing } from "../outgoing.ts";
import { EXPECT_BYTES, ONE_PIECE_BYTES } from "./limits.ts";

const NO_VALUE = /[^\t\u0020-\u007e\u0080-\u00ff]/;
/** What may stand in a request line. */
const TARGET = /^\/[\u0021-\u007e]*$/;
/** Headers that the wire writes itself. */
const OWN = new Set([...CONNECTION_HEADERS, "host", "content-length", "expect"]);

/** A body that is sent behind the head. */
export type Rest = Uint8Array | Blob | ReadableStream<Uint8Array>;

/** What is sent: a request as it was built, or one whose body comes as a stream. */
export interface SentRequest {
  readonly method: string;
  readonly body: Outgoing["body"] | ReadableStream<Uint8Array>;
  /** How long a stream is, in bytes; it goes out in chunks where nobody knows. */
  readonly length?: number | undefined;
}

/** A request in bytes. */
export interface RequestBytes {
  /** The head, and the body where it goes in one piece with it. */
  readonly first: Uint8Array;
  /** The body, where it goes out behind the head. */
  readonly rest: Rest | undefined;
  /** Whether the body waits until the server asks for it. */
  readonly expects: boolean;
}

const encoder = new TextEncoder();

/** Headers as they are written, each followed by a line break. */
export interface HeaderBlock {
  /** The headers that were written last. */
  headers?: readonly Header[] | undefined;
  /** Their lines. */
  lines?: string | undefined;
}

/**
 * The lines of headers, with what every request carries. The lines of the same array are written once.
 *
 * @param block Keeps them.
 * @param headers The headers.
 * @param userAgent What is sent where the headers say nothing else.
 * @param offered The content encodings that are asked for where the headers ask for none; left out, those that are undone
 *   when an answer is read as a whole, whatever the headers ask for.
 * @throws {TypeError} For what cannot be a header: the request builder has let something through.
 */
export function headerLines(
  block: HeaderBlock,
  headers: readonly Header[],
  userAgent: string,
  offered?: string,
): string {
  if (block.headers === headers) return block.lines!;
  let lines = "", accepts = false, agent = false, encoding = false;
  for (const [name, value] of headers) {
    if (!isToken(name) || NO_VALUE.test(value)) throw new TypeError(`the header ${name} cannot be sent`);
    const lower = name.toLowerCase();
    if (OWN.has(lower)) continue;
    if (lower === "accept-encoding") {
      if (offered === undefined) continue;
      encoding = true;
    }
    if (lower === "accept") accepts = true;
    else if (lower === "user-agent") agent = true;
    lines += `${name}: ${value}\r\n`;
  }
  if (!accepts) lines += "Accept: */*\r\n";
  if (!agent) lines += `User-Agent: ${userAgent}\r\n`;
  if (!encoding) lines += `Accept-Encoding: ${offered ?? (readsBrotli() ? "gzip, br" : "gzip")}\r\n`;
  block.headers = headers;
  return block.lines = lines;
}

/** Takes the bytes of one request after the other; those of one must be sent before the next is written. */
export class RequestWriter {
  #bytes = new Uint8Array(1024);

  /**
   * Writes a request.
   *
   * @param request The request.
   * @param target The path and query for the request line.
   * @param lines The Host line and the headers, each with its line break.
   * @param mayExpect Whether a large body may wait until the server asks for it.
   * @throws {TypeError} For what no request line can carry.
   */
  write(
    { method, body, length }: SentRequest,
    target: string,
    lines: string,
    mayExpect: boolean,
  ): RequestBytes {
    if (!isToken(method) || !TARGET.test(target)) throw new TypeError("the request line cannot be sent");
    const start = `${method} ${target} HTTP/1.1\r\n${lines}`;
    if (body === undefined) {
      const empty = method === "POST" || method === "PUT" || method === "PATCH";
      return {
        first: this.#head(empty ? `${start}Content-Length: 0\r\n\r\n` : `${start}\r\n`, 0),
        rest: undefined,
        expects: false,
      };
    }
    if (body instanceof ReadableStream) {
      const framing = length === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
      return { first: this.#head(`${start}${framing}\r\n\r\n`, 0), rest: body, expects: false };
    }
    if (typeof body === "string" && body.length * 3 <= ONE_PIECE_BYTES) return this.#inOnePiece(start, body);
    const rest = typeof body === "string" ? encoder.encode(body) : body;
    const size = rest instanceof Blob ? rest.size : rest.length, expects = mayExpect && size >= EXPECT_BYTES;
    const head = `${start}Content-Length: ${size}\r\n${expects ? "Expect: 100-continue\r\n" : ""}\r\n`;
    if (rest instanceof Blob || size > ONE_PIECE_BYTES) return { first: this.#head(head, 0), rest, expects };
    const first = this.#head(head, size);
    first.set(rest, first.length - size);
    return { first, rest: undefined, expects: false };
  }

  /** The length of a text in bytes is known once it is encoded: it is encoded first, and the head set before it. */
  #inOnePiece(start: string, body: string): RequestBytes {
    // The longest line that can say a length that goes in one piece, and the line break behind it.
    const at = start.length + "Content-Length: 00000\r\n\r\n".length;
    this.#reserve(at + body.length * 3);
    const { written } = encoder.encodeInto(body, this.#bytes.subarray(at));
    const head = `${start}Content-Length: ${written}\r\n\r\n`, from = at - head.length;
    writeLatin1(head, this.#bytes.subarray(from, at));
    return { first: this.#bytes.subarray(from, at + written), rest: undefined, expects: false };
  }

  /** A head as bytes, with room behind it. */
  #head(head: string, room: number): Uint8Array {
    this.#reserve(head.length + room);
    writeLatin1(head, this.#bytes);
    return this.#bytes.subarray(0, head.length + room);
  }

  #reserve(length: number): void {
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(Math.max(length, this.#bytes.length * 2));
  }
}

/** One byte for each character. Nearly always all of them are ASCII, which the encoder writes the same way. */
function writeLatin1(text: string, into: Uint8Array): void {
  const { read, written } = encoder.encodeInto(text, into);
  if (read === text.length && written === text.length) return;
  for (let i = 0; i < text.length; i++) into[i] = text.charCodeAt(i);
}
