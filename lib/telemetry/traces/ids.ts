/**
 * Random identifiers of traces and spans, cut from bytes that are fetched many at a time: one by one they would cost
 * more than a span.
 *
 * @module
 */

const POOL = new Uint8Array(4096);
const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
let at = POOL.length;

function hex(bytes: number): string {
  if (at + bytes > POOL.length) {
    crypto.getRandomValues(POOL);
    at = 0;
  }
  let out = "", any = 0;
  for (const end = at + bytes; at < end; at++) {
    any |= POOL[at]!;
    out += HEX[POOL[at]!]!;
  }
  // All zeros mean that there is none.
  return any === 0 ? hex(bytes) : out;
}

/** A new trace: 32 hexadecimal digits. */
export function newTraceId(): string {
  return hex(16);
}

/** A new span: 16 hexadecimal digits. */
export function newSpanId(): string {
  return hex(8);
}
