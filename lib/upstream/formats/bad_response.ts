/**
 * The error of an answer that is not what its format promises: what, where, and the text around it.
 *
 * @module
 */
import { CallError } from "../error.ts";

/** Where reading stopped. */
export type Place =
  /** An offset into the text; line and column are counted from it. */
  | { readonly text: string; readonly offset: number }
  /** A line and a column, both from 1, as a parser told them; 0 where it did not. */
  | { readonly text: string; readonly line: number; readonly column: number }
  /** A byte of a binary format. */
  | { readonly bytes: Uint8Array; readonly byte: number };

const AROUND = 30;

/** Gives a piece of a text, with what must not be seen taken out. */
export type Piece = (text: string, from: number, to: number) => string;

const asItIs: Piece = (text, from, to) => text.slice(from, to);

/** An answer that is not what its format promises. */
export class BadResponse extends CallError {
  readonly #told: (piece: Piece) => string;

  /**
   * @param told The message, for a way of showing pieces of the answer.
   * @param hint What to do.
   */
  constructor(told: (piece: Piece) => string, hint: string) {
    super({ code: "bad_response", message: told(asItIs), retryable: false, hint });
    this.#told = told;
  }

  /** The message, where the answer may hold what must not be seen. */
  told(piece: Piece): string {
    return this.#told(piece);
  }
}

/**
 * Makes a `bad_response` error.
 *
 * @param format The format as people write it, such as `JSON`.
 * @param reason What is wrong, without a full stop.
 * @param place Where; undefined when it concerns the whole answer.
 * @param hint What to do; by default to compare the declared format with the answer.
 */
export function badResponse(
  format: string,
  reason: string,
  place?: Place,
  hint: string = `the API did not answer well-formed ${format}: check the answer and outputRawFormat`,
): BadResponse {
  return new BadResponse(
    (piece) => `the answer is not valid ${format}: ${reason}${place ? describe(place, piece) : ""}`,
    hint,
  );
}

/** A `misconfigured` error: what is wrong is the schema or selector the author wrote. */
export function badSchema(reason: string, hint: string, options?: ErrorOptions): CallError {
  return new CallError({ code: "misconfigured", message: reason, retryable: false, hint }, options);
}

function describe(place: Place, piece: Piece): string {
  if ("bytes" in place) {
    const from = Math.max(0, place.byte - 8);
    const near = Array.from(place.bytes.subarray(from, from + 16), (b) => b.toString(16).padStart(2, "0"));
    return ` at byte ${place.byte} of ${place.bytes.length}, near ${near.join(" ") || "the end"}`;
  }
  const { line, column, offset } = "offset" in place
    ? lineColumn(place.text, place.offset)
    : place.line < 1
    ? { line: 1, column: 1, offset: 0 }
    : { line: place.line, column: place.column, offset: offsetOf(place.text, place.line, place.column) };
  const at = column > 0 ? `line ${line}, column ${column}` : `line ${line}`;
  const near = excerpt(place.text, offset, piece);
  return ` at ${at}${near === "" ? "" : `, near ${JSON.stringify(near)}`}`;
}

function lineColumn(text: string, offset: number): { line: number; column: number; offset: number } {
  let line = 1, start = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1, offset };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  return Math.min(text.length, start + Math.max(0, column - 1));
}

function excerpt(text: string, offset: number, piece: Piece): string {
  const from = Math.max(0, offset - AROUND), to = Math.min(text.length, offset + AROUND);
  const cut = piece(text, from, to).replace(/\s+/g, " ");
  return `${from > 0 ? "…" : ""}${cut.trim()}${to < text.length ? "…" : ""}`;
}
