/**
 * A body on its way through, without the secrets in it: none of it is kept but what could be the beginning of one.
 *
 * @module
 */

import { joined } from "./response.ts";

/** A secret shorter than this would be found in innocent bytes. */
const SHORTEST = 8;
const STAR = 42;

/** One letter for each byte, so that places in the text are places in the bytes. */
const letters = new TextDecoder("windows-1252");

/**
 * Makes what takes secrets out of a stream: each of their bytes becomes `*`, so that nothing else changes its place.
 *
 * @param secrets The texts to hide; those shorter than eight bytes are left.
 * @returns Undefined where there is nothing to hide.
 */
export function masking(secrets: Iterable<string>): TransformStream<Uint8Array, Uint8Array> | undefined {
  const encoder = new TextEncoder();
  const words = [...new Set(secrets)].map((secret) => letters.decode(encoder.encode(secret)))
    .filter((word) => word.length >= SHORTEST);
  if (words.length === 0) return undefined;
  const longest = Math.max(...words.map((word) => word.length));
  /** What is held back, as it came and as it leaves: a secret may begin inside of another. */
  let heldRaw: Uint8Array<ArrayBuffer> = new Uint8Array(0), heldOut: Uint8Array<ArrayBuffer> = heldRaw;
  /** How many of the last letters could be the beginning of a secret. */
  const open = (text: string): number => {
    for (let count = Math.min(longest - 1, text.length); count > 0; count--) {
      const end = text.slice(text.length - count);
      if (words.some((word) => word.startsWith(end))) return count;
    }
    return 0;
  };
  return new TransformStream({
    transform(chunk, controller) {
      const raw = joined([heldRaw, chunk], heldRaw.length + chunk.length);
      const out = joined([heldOut, chunk], raw.length), text = letters.decode(raw);
      for (const word of words) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
          out.fill(STAR, at, at + word.length);
        }
      }
      const ready = raw.length - open(text);
      heldRaw = raw.slice(ready);
      heldOut = out.slice(ready);
      if (ready > 0) controller.enqueue(out.subarray(0, ready));
    },
    flush(controller) {
      if (heldOut.length > 0) controller.enqueue(heldOut);
    },
  });
}
