/**
 * Comparing what a caller shows with what is expected, in a time that says nothing about either.
 *
 * @module
 */
import type { FixedText } from "../../upstream/operation.ts";

/** Whether a text is the expected one. */
export type Matches = (claimed: string) => boolean;

/** Adds a text to a hash, secrets included. */
export function feed(hash: { update(text: string): unknown }, text: FixedText): void {
  if (typeof text === "string") hash.update(text);
  else if ("feed" in text) text.feed(hash);
  else for (const piece of text) feed(hash, piece);
}

/**
 * Makes comparisons. Both sides are hashed with a key nobody knows before they are compared: neither the length nor the
 * first letters of a secret can be found out by measuring, and what the digests have in common says nothing.
 *
 * @returns A function that takes the expected text, in pieces.
 */
export async function comparisons(): Promise<(...expected: readonly FixedText[]) => Matches> {
  const { createHash, hash, randomBytes } = await import("node:crypto");
  const key = randomBytes(32).toString("hex");
  // In one go it takes half the time; not every runtime has it.
  const digestOf: (text: string) => string = typeof hash === "function"
    ? (text) => hash("sha256", text, "hex")
    : (text) => createHash("sha256").update(text).digest("hex");
  return (...expected) => {
    const hash = createHash("sha256").update(key);
    for (const text of expected) feed(hash, text);
    const digest = hash.digest("hex");
    return (claimed) => digestOf(key + claimed) === digest;
  };
}
