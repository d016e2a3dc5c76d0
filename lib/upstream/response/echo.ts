/**
 * Answers that echo a credential: an API that repeats what it was sent must not tell it to whoever called.
 *
 * An answer is searched once, for the pieces of credentials that no writing changes; only one that holds such a piece is
 * looked through value by value.
 *
 * @module
 */
import { Secret } from "../../expression/secret.ts";
import { createRedactor } from "../../telemetry/redact.ts";
import { isCredentialName } from "../credential_name.ts";
import type { DecodedResponse, Operation } from "../operation.ts";
import { fixedText, isData, reveal } from "../value.ts";

/** A shorter secret would be found in what has nothing to do with it. */
const SHORTEST = 6;

/** Looks for credentials in answers. */
export interface Echo {
  /** Whether a text may hold a credential. */
  mayHold(text: string): boolean;
  /** The answer with `***` for each credential in its values. */
  mask(answer: DecodedResponse): DecodedResponse;
}

/** The credentials an operation sends whatever is called: those of its API, and variables under names that say so. */
function credentialsOf(operation: Operation): string[] {
  const out: string[] = [];
  for (const credential of operation.credentials) {
    switch (credential.type) {
      case "bearer":
        out.push(fixedText(credential.token, reveal));
        break;
      case "basic":
      case "digest": {
        const password = fixedText(credential.password, reveal);
        out.push(password, `${fixedText(credential.username, reveal)}:${password}`);
        break;
      }
      case "apikey":
        // One that brings its scheme along is looked for without it.
        out.push(fixedText(credential.value, reveal).replace(/^(?:basic|bearer|token) +/i, ""));
        break;
      case "oauth2":
        for (const text of [credential.clientSecret, credential.refreshToken]) {
          if (text !== undefined) out.push(fixedText(text, reveal));
        }
    }
  }
  for (const { name, value } of [...operation.fixedHeaders, ...operation.base.query ?? []]) {
    if (isCredentialName(name)) out.push(fixedText(value, reveal).replace(/^(?:basic|bearer|token) +/i, ""));
  }
  for (const { name, get } of [...operation.headers, ...operation.query, ...operation.cookies]) {
    if (!isCredentialName(name)) continue;
    try {
      // What needs nothing of a call is a variable of the document.
      const value = get({ args: {} });
      if (value instanceof Secret) out.push(value.reveal());
    } catch {
      // It comes with the call: it is the caller's own.
    }
  }
  return out.filter((text) => text.length >= SHORTEST);
}

/** The longest piece of a text that neither JSON, XML nor an address writes in another way. */
function stablePiece(text: string): string {
  return (text.match(/[\w.~-]+/g) ?? []).reduce((a, b) => b.length > a.length ? b : a, "");
}

/** The pieces that base64 of a text holds wherever it stands, with anything before it. */
function base64Pieces(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  return [0, 1, 2].map((before) => {
    const whole = new Uint8Array(before + bytes.length);
    whole.set(bytes, before);
    const letters = whole.toBase64(), first = Math.ceil(before * 8 / 6);
    return stablePiece(letters.slice(first, Math.floor(whole.length * 8 / 6)).replace(/[+/=]/g, " "));
  });
}

function masked(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, redact));
  if (!isData(value)) return value;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    Object.defineProperty(out, key, {
      value: masked(value[key], redact),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return out;
}

/** Bytes with a `*` for each byte of a secret, so that what counts on their length still holds. */
function maskedBytes(bytes: Uint8Array<ArrayBuffer>, secrets: readonly string[]): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder("latin1").decode(bytes), out = bytes.slice();
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
      out.fill(0x2a, at, at + secret.length);
    }
  }
  return out;
}

/**
 * Makes what looks for the credentials of an operation in its answers.
 *
 * @param operation The operation.
 * @param live Credentials that come into being while calls run, such as access tokens; undefined where there are none.
 * @returns Undefined where nothing is to be looked for.
 */
export function compileEcho(
  operation: Operation,
  live: (() => readonly string[]) | undefined,
): Echo | undefined {
  const own = [...new Set(credentialsOf(operation))];
  if (own.length === 0 && live === undefined) return undefined;
  const pieces = [...new Set(own.flatMap((text) => [stablePiece(text), ...base64Pieces(text)]))]
    .filter((piece) => piece.length >= 4);
  // What has no piece of its own is looked for value by value.
  const unsearchable = own.some((text) => stablePiece(text).length < 4);
  const now = () => (live?.() ?? []).filter((text) => text.length >= SHORTEST);
  return {
    mayHold: (text) =>
      unsearchable || pieces.some((piece) => text.includes(piece)) ||
      (live !== undefined && now().some((token) => text.includes(token))),
    mask(answer) {
      const secrets = [...own, ...now()], redact = createRedactor(secrets);
      const { value, bytes } = answer;
      return {
        ...answer,
        ...(bytes === undefined ? {} : { bytes: maskedBytes(bytes, secrets) }),
        value: value === bytes ? value : masked(value, redact),
      };
    },
  };
}
