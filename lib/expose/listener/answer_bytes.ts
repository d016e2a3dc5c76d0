/**
 * Answers as bytes: the status line, the headers, and what frames the body.
 *
 * @module
 */
import { reasonPhrase } from "../../data/http/status.ts";
import { isToken } from "../../data/http/token.ts";
import type { AnswerInit } from "./text_answer.ts";

const encoder = new TextEncoder();

/** How the end of the body is marked: its length in bytes, chunks, by closing, or there is none. */
export type AnswerFraming = number | "chunked" | "close" | "none";

/** What is said of the connection: it stays, it ends, or it stays for a client that has to hear so. */
export type Stays = "" | "connection: close\r\n" | "connection: keep-alive\r\n";

const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Said by the listener, who knows. */
const OWN = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "date", "upgrade"]);

/** A line of a head. @throws {TypeError} For a name or value that could be read as another line. */
function lineOf(name: string, value: string): string {
  if (!isToken(name) || !VALUE.test(value)) {
    throw new TypeError(`the header ${JSON.stringify(name)} cannot be sent`);
  }
  return `${name}: ${value}\r\n`;
}

/** The status line and the headers that a surface gives. */
export function headLines(status: number, headers: Iterable<readonly [string, string]>): string {
  let lines = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
  for (const [name, value] of headers) if (!OWN.has(name.toLowerCase())) lines += lineOf(name, value);
  return lines;
}

const written = new WeakMap<AnswerInit["headers"], Map<number, string>>();

/** The same of an answer of text, remembered where the headers are the same object again. */
export function textHeadLines({ status, headers }: AnswerInit): string {
  let known = written.get(headers);
  if (!known) written.set(headers, known = new Map());
  let lines = known.get(status);
  if (lines === undefined) known.set(status, lines = headLines(status, Object.entries(headers)));
  return lines;
}

let second = 0, date = "";

/** The Date header, made once a second. */
function dateLine(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    date = `date: ${new Date(now * 1000).toUTCString()}\r\n`;
  }
  return date;
}

/** The end of a head. */
export function headEnd(framing: AnswerFraming, stays: Stays): string {
  const length = typeof framing === "number"
    ? `content-length: ${framing}\r\n`
    : framing === "chunked"
    ? "transfer-encoding: chunked\r\n"
    : "";
  return `${dateLine()}${length}${stays}\r\n`;
}

/** The bytes of a head, one for each character. */
export function headBytes(head: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length);
  writeHead(head, bytes, 0);
  return bytes;
}

function writeHead(head: string, into: Uint8Array, at: number): void {
  // Almost every head is plain text, which takes one byte for each character.
  const { read, written } = encoder.encodeInto(head, into.subarray(at, at + head.length));
  if (read === head.length && written === head.length) return;
  for (let i = 0; i < head.length; i++) into[at + i] = head.charCodeAt(i);
}

/** Room for a head before the text whose length it tells. */
const HEAD_ROOM = 1024;

/**
 * A whole answer of text in one piece.
 *
 * @param lines Its status line and headers.
 * @param text The text.
 * @param stays What is said of the connection.
 * @param room Bytes that may be written to, if they are enough.
 */
export function wholeAnswer(
  lines: string,
  text: string,
  stays: Stays,
  room: Uint8Array<ArrayBuffer> | undefined,
): Uint8Array<ArrayBuffer> {
  const fits = room !== undefined && text.length * 3 + HEAD_ROOM <= room.length;
  // Text is mostly ASCII: a little more than a byte for each character is enough, else it is encoded once more.
  let bytes = fits ? room : new Uint8Array(HEAD_ROOM + text.length + (text.length >> 3));
  let { read, written: length } = encoder.encodeInto(text, bytes.subarray(HEAD_ROOM));
  if (read < text.length) {
    bytes = new Uint8Array(HEAD_ROOM + text.length * 3);
    ({ read, written: length } = encoder.encodeInto(text, bytes.subarray(HEAD_ROOM)));
  }
  const head = lines + headEnd(length, stays), start = HEAD_ROOM - head.length;
  if (start < 0) {
    const whole = new Uint8Array(head.length + length);
    writeHead(head, whole, 0);
    whole.set(bytes.subarray(HEAD_ROOM, HEAD_ROOM + length), head.length);
    return whole;
  }
  writeHead(head, bytes, start);
  return bytes.subarray(start, HEAD_ROOM + length);
}

/** Two pieces as one. */
export function inOnePiece(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}
