/**
 * The nonces of digest authentication: made without being remembered, used once per count.
 *
 * @module
 */

/** How long a nonce can be answered, in milliseconds. */
const NONCE_MS = 5 * 60_000;
/** How many nonces in use are remembered. */
const MAX_NONCES = 10_000;
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
 * Makes nonces: the time, chance, and a signature of both with a key of this process.
 *
 * @param now The time of day, in milliseconds.
 */
export async function makeNonces(now: () => number): Promise<Nonces> {
  const { createHmac, randomBytes, timingSafeEqual } = await import("node:crypto");
  const key = randomBytes(32), used = new Map<string, Set<number>>();
  // Nonces as old as this are ended early: what is remembered has a bound.
  let floor = 0;
  const signature = (head: string) => createHmac("sha256", key).update(head).digest().subarray(0, 16);
  const timeOf = (nonce: string) => parseInt(nonce.slice(0, 12), 16);
  return {
    make() {
      const head = now().toString(16).padStart(12, "0") + randomBytes(8).toString("hex");
      return head + signature(head).toString("hex");
    },
    isOurs(nonce) {
      if (!/^[0-9a-f]{60}$/.test(nonce)) return false;
      const made = timeOf(nonce);
      return timingSafeEqual(signature(nonce.slice(0, 28)), Uint8Array.fromHex(nonce.slice(28))) &&
        made > floor && made + NONCE_MS > now();
    },
    use(nonce, count) {
      let counts = used.get(nonce);
      if (!counts) {
        for (const old of used.keys()) {
          if (timeOf(old) + NONCE_MS > now() && used.size < MAX_NONCES) break;
          floor = Math.max(floor, timeOf(old));
          used.delete(old);
        }
        used.set(nonce, counts = new Set());
      }
      if (counts.has(count) || counts.size >= MAX_USES) return false;
      counts.add(count);
      return true;
    },
  };
}
