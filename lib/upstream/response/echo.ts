/**
 * Answers that echo a credential: an API that repeats what it was sent must not tell it to whoever called.
 *
 * An answer is searched once, for the pieces of credentials that no writing changes; only one that holds such a piece is
 * looked through value by value.
 *
 * @module
 */
import { encodeBase64, encodeHex } from "../../data/base64.ts";
import { Secret } from "../../expression/secret.ts";
import { createRedactor, escapesNeedlessly, type Redactor } from "../../telemetry/redact.ts";
import { isCredentialName } from "../credential_name.ts";
import type { DecodedResponse, Operation } from "../operation.ts";
import { fixedText, isData, reveal } from "../value.ts";

/** A shorter secret would be found in what has nothing to do with it. */
const SHORTEST = 6;
/** The name of a field may be a word that is a secret elsewhere: only a longer one is taken out of names. */
const SHORTEST_IN_NAMES = 10;

/** Looks for credentials in answers. */
export interface Echo {
  /** Whether a text may hold a credential. */
  mayHold(text: string): boolean;
  /** Whether a text somewhere in a decoded value may, where a format can take apart what it writes. */
  mayHoldWithin(value: unknown): boolean;
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
    const letters = encodeBase64(whole), first = Math.ceil(before * 8 / 6);
    return stablePiece(letters.slice(first, Math.floor(whole.length * 8 / 6)).replace(/[+/=]/g, " "));
  });
}

function masked(
  value: unknown,
  redact: (text: string) => string,
  redactName: (text: string) => string,
): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, redact, redactName));
  if (!isData(value)) return value;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const named = redactName(key);
    let name = named;
    // Fields that are called alike now are all kept.
    for (let i = 2; name !== key && Object.hasOwn(out, name); i++) name = `${named} ${i}`;
    Object.defineProperty(out, name, {
      value: masked(value[key], redact, redactName),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return out;
}

/** Bytes with a `*` for each byte of a secret, so that what counts on their length still holds. */
function maskedBytes(
  bytes: Uint8Array<ArrayBuffer>,
  secrets: readonly string[],
  redact: Redactor,
): Uint8Array<ArrayBuffer> {
  // One letter for each byte, so that places in the text are places in the bytes.
  const text = new TextDecoder("windows-1252").decode(bytes), out = bytes.slice();
  for (const [from, to] of redact.find(text) ?? []) out.fill(STAR, from, to);
  // Of UTF-16, whichever of its two bytes is first.
  for (const secret of secrets) {
    const wide = [...secret].join("\0");
    for (let at = text.indexOf(wide); at >= 0; at = text.indexOf(wide, at + 1)) {
      out.fill(STAR, at, at + wide.length);
    }
  }
  return out;
}

/** A piece as it is, and in the cases and the digits that the redactor finds it in too. */
function writingsOf(text: string): string[] {
  const piece = stablePiece(text),
    bytes = new TextEncoder().encode(text).subarray(0, 4),
    hex = encodeHex(bytes);
  return [piece, piece.toLowerCase(), piece.toUpperCase(), hex, hex.toUpperCase(), [...piece].join("\0")];
}

/** How long the pieces are that are looked for where lines break. */
const LINE_PIECE = 8;

/**
 * Two pieces of a text that stand side by side: where it is broken over lines, one of them stays whole. None for a text
 * that is too short for two.
 */
function linePieces(text: string): string[] {
  const piece = stablePiece(text);
  return piece.length < 2 * LINE_PIECE
    ? []
    : [piece.slice(0, LINE_PIECE), piece.slice(LINE_PIECE, 2 * LINE_PIECE)];
}

const STAR = 42;

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
  const pieces = [...new Set(own.flatMap((text) => [...writingsOf(text), ...base64Pieces(text)]))]
    .filter((piece) => piece.length >= 4);
  // Only a text with line breaks is looked through for them.
  const ofLines = [
    ...new Set(own.flatMap((text) => [text, ...base64Pieces(text)]).flatMap(linePieces)),
  ];
  const mayHoldOverLines = (text: string): boolean =>
    ofLines.length > 0 && (text.includes("\n") || text.includes("\\n") || text.includes("\r")) &&
    ofLines.some((piece) => text.includes(piece));
  // What has no piece of its own is looked for value by value.
  const unsearchable = own.some((text) => stablePiece(text).length < 4);
  const now = () => (live?.() ?? []).filter((text) => text.length >= SHORTEST);
  const mayHold = (text: string): boolean =>
    unsearchable || pieces.some((piece) => text.includes(piece)) || escapesNeedlessly(text) ||
    mayHoldOverLines(text) ||
    (live !== undefined &&
      now().some((token) => writingsOf(token).some((piece) => piece.length >= 4 && text.includes(piece))));
  const mayHoldWithin = (value: unknown): boolean => {
    if (typeof value === "string") return mayHold(value);
    if (Array.isArray(value)) return value.some(mayHoldWithin);
    return isData(value) && Object.keys(value).some((key) => mayHold(key) || mayHoldWithin(value[key]));
  };
  return {
    mayHold,
    mayHoldWithin,
    mask(answer) {
      const secrets = [...own, ...now()], redact = createRedactor(secrets);
      const redactName = createRedactor(secrets.filter((text) => text.length >= SHORTEST_IN_NAMES));
      const { value, bytes } = answer;
      return {
        ...answer,
        ...(bytes === undefined ? {} : { bytes: maskedBytes(bytes, secrets, redact) }),
        value: value === bytes ? value : masked(value, redact, redactName),
      };
    },
  };
}
