/**
 * Answers for the wire: valid ones, broken ones, and what the wire makes of them without a network.
 *
 * @module
 */
import { Deadline } from "../../lib/upstream/time/deadline.ts";
import { CallError } from "../../lib/upstream/error.ts";
import { BrokenConnection } from "../../lib/upstream/wire/broken.ts";
import { WireConnection } from "../../lib/upstream/wire/connection.ts";
import { Exchange } from "../../lib/upstream/wire/exchange.ts";
import { bytesOf, textOf } from "./bytes.ts";
import type { Parsed } from "./llhttp.ts";

/** A sequence of numbers from 0 to 1 that repeats. */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What the wire makes of the packets of a connection that ends after them. */
export async function readByWire(
  method: string,
  packets: readonly Uint8Array[],
): Promise<Parsed & { closed: boolean; hints?: string | undefined }> {
  let next = 0, closed = false, released = false;
  const socket = {
    address: "192.0.2.1",
    read(into: Uint8Array) {
      const packet = packets[next];
      if (packet === undefined) return Promise.resolve(null);
      const count = Math.min(into.length, packet.length);
      into.set(packet.subarray(0, count));
      if (count === packet.length) next++;
      else packets = packets.with(next, packet.subarray(count));
      return Promise.resolve(count);
    },
    write: (from: Uint8Array) => Promise.resolve(from.length),
    close() {
      closed = true;
    },
    keepAlive() {},
    secure: () => Promise.reject(new Error("no TLS here")),
  };
  const connection = new WireConnection(socket, {
    released: () => void (released = true),
    closed() {},
    again() {},
    asks: false,
    unasked() {},
  });
  const deadline = new Deadline({ deadline: performance.now() + 1e6 });
  const exchange = new Exchange({
    request: { method, body: undefined },
    target: "/",
    lines: "Host: 192.0.2.1\r\n",
    repeatable: false,
    deadline,
    otherwise: () => Promise.reject(new Error("no other way")),
  });
  try {
    connection.run(exchange);
    const response = await exchange.answered;
    const body = textOf(await response.bytes(1 << 30));
    return {
      outcome: "whole",
      status: response.status,
      headers: [...response.headers],
      body,
      closed: !released,
    };
  } catch (error) {
    if (error instanceof BrokenConnection) return { outcome: "unfinished", closed };
    // A length that nobody can hold is not waited for.
    if (error instanceof CallError && error.data.code === "response_too_large") {
      return { outcome: "unfinished", closed };
    }
    if (!(error instanceof CallError) || error.data.code !== "bad_response") throw error;
    return { outcome: "refused", reason: error.data.message, hints: error.data.operatorHint, closed };
  } finally {
    deadline.stop();
  }
}

const NAMES = ["Content-Type", "X-A", "Server", "Date", "ETag", "Set-Cookie", "x_y", "Via", "Vary", "1"];
const VALUES = ["text/plain", "a", "", "a b\tc", "\xe9\xff", 'W/"x"', "a=b; c", "close, x", "  padded \t"];
const REASONS = [" OK", " ", "", " Not  Found", " \xe9t\xe9", " I'm a teapot"];
const STATUSES = [200, 200, 200, 200, 201, 204, 206, 301, 304, 400, 404, 418, 500, 503, 599];
const EXTENSIONS = ["", "", "", ";a", ";a=b", ';a="b c"', ";a=b;c=d"];

/** An answer that is as RFC 9112 has it. */
export function validAnswer(random: () => number): { method: string; bytes: Uint8Array } {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const method = random() < 0.1 ? "HEAD" : random() < 0.3 ? "POST" : "GET", status = pick(STATUSES);
  let text = "";
  while (random() < 0.1) {
    text += `HTTP/1.1 ${pick([100, 102, 103])} X\r\n${random() < 0.5 ? "Link: </a>\r\n" : ""}\r\n`;
  }
  const body = Array.from({ length: Math.floor(random() ** 3 * 60) }, () => pick([..."ab{}\r\n\0 :05\xff"]))
    .join("");
  const lines = Array.from(
    { length: Math.floor(random() * 6) },
    () => `${pick(NAMES)}:${pick(["", " ", "\t "])}${pick(VALUES)}`,
  );
  const framing = pick(["length", "length", "chunked", "chunked", "close"]),
    old = random() < 0.1 && framing !== "chunked";
  if (random() < 0.2) lines.push(`Connection: ${pick(["close", "keep-alive", "Keep-Alive, X-A"])}`);
  if (framing === "length") lines.push(`${pick(["Content-Length", "content-length"])}: ${body.length}`);
  if (framing === "chunked") lines.push(`Transfer-Encoding: ${pick(["chunked", "Chunked", " chunked "])}`);
  lines.sort(() => random() - 0.5);
  text += `HTTP/1.${old ? 0 : 1} ${status}${pick(REASONS)}\r\n${
    lines.map((line) => `${line}\r\n`).join("")
  }\r\n`;
  if (method === "HEAD" || status === 204 || status === 304) return { method, bytes: bytesOf(text) };
  if (framing !== "chunked") return { method, bytes: bytesOf(text + body) };
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, 1 + Math.floor(random() * 20));
    const digits = size.toString(16).padStart(random() < 0.1 ? 4 : 1, "0");
    text += `${random() < 0.5 ? digits.toUpperCase() : digits}${pick(EXTENSIONS)}\r\n${
      body.slice(at, at + size)
    }\r\n`;
    at += size;
  }
  return {
    method,
    bytes: bytesOf(`${text}${pick(["0", "00", "0;x"])}\r\n${random() < 0.2 ? "X-T: 1\r\n" : ""}\r\n`),
  };
}

const PIECES = [
  ...'\r\n\0 \t:;,=0159afAF-+\x7f\x80\xff\x1f"()',
  ...[
    "\r\n",
    "\r\n\r\n",
    "\n\n",
    "\r",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0",
    "HTTP/2.0",
    "Content-Length: 3\r\n",
  ],
  ...["Content-Length: 3, 3\r\n", "Content-Length: +3\r\n", "Content-Length: 18446744073709551617\r\n"],
  ...[
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding: identity\r\n",
  ],
  ...[
    "Transfer-Encoding : chunked\r\n",
    " folded\r\n",
    "Connection: close\r\n",
    "Upgrade: x\r\n",
    "0\r\n\r\n",
    "0x3",
    " 3",
    "1 ",
  ],
];

/** The same answer with some bytes changed, taken out or put in. */
export function broken(bytes: Uint8Array, random: () => number): Uint8Array {
  let text = textOf(bytes);
  for (let changes = 1 + Math.floor(random() ** 2 * 4); changes > 0; changes--) {
    const at = Math.floor(random() * (text.length + 1));
    const piece = PIECES[Math.floor(random() * PIECES.length)]!;
    const kind = random();
    // Most mistakes that matter stand at the beginning or end of a line.
    const line = random() < 0.5 ? text.indexOf("\r\n", at) + 2 : at;
    if (kind < 0.3) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() ** 4 * 20));
    else if (kind < 0.6) text = text.slice(0, line) + piece + text.slice(line);
    else if (kind < 0.9) text = text.slice(0, at) + piece + text.slice(at + piece.length);
    else text = text.slice(0, at);
  }
  return bytesOf(text);
}

/** Some bytes cut into packets. */
export function packets(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const out: Uint8Array[] = [], size = random() < 0.3 ? 1 : 1 + Math.floor(random() * bytes.length);
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + Math.floor(random() * size);
    out.push(bytes.subarray(at, end));
    at = end;
  }
  return out;
}
