/**
 * The error of an answer that is not what its format promises: what, where, and the text around it.
 *
 * @module
 */
import { CallError } from "../error.ts";

/** Where reading stopped. */
export type StopPosition =
  /** An offset into the text; line and column are counted from it. */
  | { readonly text: string; readonly offset: number }
  /** A line and a column, both from 1, as a parser gave them; 0 where it did not. */
  | { readonly text: string; readonly line: number; readonly column: number }
  /** A byte of a binary format. */
  | { readonly bytes: Uint8Array; readonly byte: number };

/** How much of the text around a fault is shown. */
const AROUND = 30;
/** How much of it is kept: what must not be seen is found in it even where it begins before what is shown. */
const KEPT = 4096;

/** Gives a piece of a text, with what must not be seen taken out. */
export type Piece = (text: string, from: number, to: number) => string;

const asItIs: Piece = (text, from, to) => text.slice(from, to);

/** A `BadResponse` as data, so that it can come from the isolate. */
export interface BadResponseData {
  /** The format as people write it. */
  readonly format: string;
  /** What is wrong, without a full stop. */
  readonly reason: string;
  readonly hint: string;
  /** Where, in words; empty where it concerns the whole answer. */
  readonly where: string;
  /** The text around the fault. */
  readonly near?: {
    readonly text: string;
    readonly offset: number;
    /** Whether there is more text before and after it. */
    readonly more: readonly [boolean, boolean];
  };
}

/** An answer that is not what its format promises. */
export class BadResponse extends CallError {
  /** The error as data. */
  readonly wire: BadResponseData;

  /** @param data The error as data. */
  constructor(data: BadResponseData) {
    super({ code: "bad_response", message: messageOf(data, asItIs), retryable: false, hint: data.hint });
    this.wire = data;
  }

  /** The message, where the answer may hold what must not be seen. */
  describe(piece: Piece): string {
    return messageOf(this.wire, piece);
  }
}

function messageOf({ format, reason, where, near }: BadResponseData, piece: Piece): string {
  const excerpt = near === undefined ? "" : excerptOf(near, piece);
  return `the answer is not valid ${format}: ${reason}${where}${
    excerpt === "" ? "" : `, near ${JSON.stringify(excerpt)}`
  }`;
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
  place?: StopPosition,
  hint: string = `the API did not answer well-formed ${format}: check the answer and outputRawFormat`,
): BadResponse {
  return new BadResponse({ format, reason, hint, ...(place ? describe(place) : { where: "" }) });
}

/** The answer has more in it than is read. */
export function tooMuch(format: string, what: string): CallError {
  return new CallError({
    code: "response_too_large",
    message: `the answer has ${what} in ${format}, which is more than Capstan reads`,
    retryable: false,
    hint: "ask the API for less at once: a page, a filter, fewer fields",
  });
}

/** A `misconfigured` error: what is wrong is the schema or selector the author wrote. */
export function badSchema(reason: string, hint: string, options?: ErrorOptions): CallError {
  return new CallError({ code: "misconfigured", message: reason, retryable: false, hint }, options);
}

function describe(place: StopPosition): Pick<BadResponseData, "where" | "near"> {
  if ("bytes" in place) {
    const from = Math.max(0, place.byte - 8);
    const near = Array.from(place.bytes.subarray(from, from + 16), (b) => b.toString(16).padStart(2, "0"));
    return {
      where: ` at byte ${place.byte} of ${place.bytes.length}, near ${near.join(" ") || "the end"}`,
    };
  }
  const { line, column, offset } = "offset" in place
    ? lineColumn(place.text, place.offset)
    : place.line < 1
    ? { line: 1, column: 1, offset: 0 }
    : { line: place.line, column: place.column, offset: offsetOf(place.text, place.line, place.column) };
  const from = Math.max(0, offset - KEPT), to = Math.min(place.text.length, offset + KEPT);
  return {
    where: column > 0 ? ` at line ${line}, column ${column}` : ` at line ${line}`,
    near: {
      text: place.text.slice(from, to),
      offset: offset - from,
      more: [from > 0, to < place.text.length],
    },
  };
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

function excerptOf({ text, offset, more }: NonNullable<BadResponseData["near"]>, piece: Piece): string {
  const from = Math.max(0, offset - AROUND), to = Math.min(text.length, offset + AROUND);
  const cut = piece(text, from, to).replace(/\s+/g, " ").trim();
  return `${more[0] || from > 0 ? "…" : ""}${cut}${more[1] || to < text.length ? "…" : ""}`;
}
