/**
 * Answers that are not HTTP as it is written down: never guessed at.
 *
 * @module
 */
import { CallError } from "../error.ts";

/**
 * An answer that breaks the rules of HTTP, which may hide an answer in another. Its connection is closed.
 *
 * @param what What is wrong with it.
 */
export function oddAnswer(what: string): CallError {
  return new CallError({
    code: "bad_response",
    message: `the answer is not valid HTTP: ${what}`,
    retryable: false,
    hint: "the API, or a proxy before it, answers wrongly: tell its operator",
    operatorHint:
      "tell the operator of the API, or of the proxy before it; with --wire=fetch, the runtime reads the " +
      "answer, which is less strict and less safe",
  });
}

/** A piece of an answer as it may be shown: short, and without anything that is no plain character. */
export function showBytes(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to && i < from + 40; i++) {
    const byte = bytes[i]!;
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?";
  }
  return JSON.stringify(to - from > 40 ? `${text}...` : text);
}
