/**
 * Answers that are not HTTP as it is written down: never guessed at.
 *
 * @module
 */
import { CallError } from "../error.ts";

/** The first bytes of what TLS sends, and the kind of the first frame of HTTP/2. */
const TLS_ALERT = 0x15, TLS_HANDSHAKE = 0x16, SETTINGS = 4;

const WRONG_ANSWER =
  "tell the operator of the API, or of the proxy before it; with --wire=fetch, the runtime reads the answer, which is " +
  "less strict and less safe";

/**
 * An answer that breaks the rules of HTTP, which may hide an answer in another. Its connection is closed.
 *
 * @param what What is wrong with it.
 * @param operatorHint What the operator can do, where more is known than that the server answers wrongly.
 */
export function oddAnswer(what: string, operatorHint: string = WRONG_ANSWER): CallError {
  return new CallError({
    code: "bad_response",
    message: `the answer is not valid HTTP: ${what}`,
    retryable: false,
    hint: "the API, or a proxy before it, answers wrongly: tell its operator",
    operatorHint,
  });
}

/**
 * What answers is no server of HTTP/1.1.
 *
 * @param bytes What came, from its first byte.
 * @param to How much came.
 */
export function notHttp(bytes: Uint8Array, to: number): CallError {
  const [first, second, , kind] = bytes;
  if ((first === TLS_ALERT || first === TLS_HANDSHAKE) && (to === 1 || second === 3)) {
    return oddAnswer(
      "it is TLS",
      "write https instead of http in baseUri, or the port of the API without TLS",
    );
  }
  if (first === 0 && to >= 9 && kind === SETTINGS) {
    return oddAnswer(
      "it is HTTP/2 without TLS, which Capstan does not speak",
      "write an https address of the API in baseUri, or one where it speaks HTTP/1.1",
    );
  }
  return oddAnswer(
    `it begins with ${showBytes(bytes, 0, to)}, not with HTTP/`,
    "check the scheme and the port in baseUri: something other than this API may listen there",
  );
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
