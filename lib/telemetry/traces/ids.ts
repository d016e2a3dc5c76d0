/**
 * Random identifiers of traces and spans, cut from one long text of random digits: made one by one they would cost more
 * than a span, and those that are kept share the text.
 *
 * @module
 */

const POOL = new Uint8Array(4096);
const NO_TRACE = "0".repeat(32), NO_SPAN = "0".repeat(16);
let digits = "", at = 0;

/** Bytes as digits; the runtime's own way is not there in every Node.js. */
function hexOf(bytes: Uint8Array): string {
  return "toHex" in bytes
    ? bytes.toHex()
    : Array.from(bytes as Iterable<number>, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function next(length: number): string {
  if (at + length > digits.length) {
    digits = hexOf(crypto.getRandomValues(POOL));
    at = 0;
  }
  return digits.slice(at, at += length);
}

/** A new trace: 32 hexadecimal digits. */
export function newTraceId(): string {
  const id = next(32);
  // All zeros mean that there is none.
  return id === NO_TRACE ? newTraceId() : id;
}

/** A new span: 16 hexadecimal digits. */
export function newSpanId(): string {
  const id = next(16);
  return id === NO_SPAN ? newSpanId() : id;
}
