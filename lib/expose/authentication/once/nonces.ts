/**
 * The nonces of digest authentication: made without being remembered, used once per count.
 *
 * @module
 */

import { UsedOnce } from "./used_once.ts";

/** How long a nonce can be answered, in milliseconds. */
const NONCE_MS = 5 * 60_000;
/** How often one nonce can be used: then the client gets another. */
const MAX_USES = 4096;

/** Makes nonces, and knows its own. */
export interface Nonces {
  /** A new nonce. Nothing is kept of it. */
  make(): string;
  /** Whether a nonce was made here and has not ended. */
  isOurs(nonce: string): boolean;
  /** Uses a nonce with a count; false where it was used with that count before, or too often. */
  use(nonce: string, count: number): boolean;
}

/**
 * Makes nonces: the time, chance, and a signature of both with a key that the workers of a capability share, so that any
 * of them knows the nonces of all.
 *
 * @param now The time of day, in milliseconds.
 * @param memory Where it is remembered what was used.
 * @param realm The name of the surface.
 */
export async function makeNonces(
  now: () => number,
  memory: SharedArrayBuffer,
  realm: string,
): Promise<Nonces> {
  const { createHmac, randomBytes, timingSafeEqual } = await import("node:crypto");
  const used = await UsedOnce.open(memory, `digest ${realm}`), { key } = used;
  const signature = (head: string) => createHmac("sha256", key).update(head).digest().subarray(0, 16);
  const timeOf = (nonce: string) => parseInt(nonce.slice(0, 12), 16);
  return {
    make() {
      const head = now().toString(16).padStart(12, "0") + randomBytes(8).toString("hex");
      return head + signature(head).toString("hex");
    },
    isOurs(nonce) {
      if (!/^[0-9a-f]{60}$/.test(nonce)) return false;
      return timingSafeEqual(signature(nonce.slice(0, 28)), Uint8Array.fromHex(nonce.slice(28))) &&
        timeOf(nonce) + NONCE_MS > now();
    },
    use: (nonce, count) =>
      count <= MAX_USES &&
      used.take(`${nonce} ${count}`, (timeOf(nonce) + NONCE_MS) / 1000, now() / 1000),
  };
}
