/**
 * The lines of a connection over stdio.
 *
 * @module
 */
import type { InputReader } from "../../../surface/surface_type.ts";

/** The longest line that is read, in bytes. */
const MAX_LINE = 16 * (1 << 20);

/** What cannot be a line: why it cannot. */
export class BadLine {
  readonly code: number;
  readonly message: string;

  /**
   * @param code The JSON-RPC code.
   * @param message What is wrong with it.
   */
  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

const TOO_LONG = new BadLine(-32600, `The line is longer than ${MAX_LINE} bytes.`);
const NOT_UTF8 = new BadLine(-32700, "Parse error: the line is not UTF-8 text");

/** Splits a stream of bytes into lines. */
export async function* lines(
  input: Pick<InputReader, "read">,
): AsyncGenerator<string | BadLine> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let held: Uint8Array[] = [], size = 0, skipping = false;
  const decode = (bytes: Uint8Array): string | BadLine => {
    try {
      return decoder.decode(bytes);
    } catch {
      return NOT_UTF8;
    }
  };
  const take = (last: Uint8Array): string | BadLine => {
    if (held.length === 0) return decode(last);
    const all = new Uint8Array(size + last.length);
    let at = 0;
    for (const piece of held) {
      all.set(piece, at);
      at += piece.length;
    }
    all.set(last, at);
    held = [];
    size = 0;
    return decode(all);
  };
  for (let read = await input.read(); !read.done; read = await input.read()) {
    const chunk = read.value;
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      from = end + 1;
      if (skipping) {
        skipping = false;
        yield TOO_LONG;
      } else yield take(piece);
    }
    const rest = chunk.subarray(from);
    if (skipping || rest.length === 0) continue;
    held.push(rest.slice());
    size += rest.length;
    if (size > MAX_LINE) {
      held = [];
      size = 0;
      skipping = true;
    }
  }
  if (skipping) yield TOO_LONG;
  else if (size > 0) yield take(new Uint8Array());
}
