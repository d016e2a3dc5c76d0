/**
 * The state of a request that waits for input: what its person has answered so far. The client carries it, so that
 * nothing is kept here; a signature tells whether it comes back as it was given.
 *
 * @module
 */
import { parseJson, writeJson } from "../../../data/json.ts";
import { decodeBase64, encodeBase64 } from "../../../data/base64.ts";

/** How long a state is taken, in milliseconds. */
const VALID_MS = 3_600_000;
/** How long a state may be, in characters. */
const MAX_LENGTH = 100_000;

let key: Promise<CryptoKey> | undefined;

/** The key of this process. */
function signingKey(): Promise<CryptoKey> {
  return key ??= crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/**
 * What is signed: the answers, and for whom and what they are. Only the answers travel.
 *
 * @param purpose Whose request it is, and what it calls.
 */
const signed = (purpose: string, body: string) => new TextEncoder().encode(`${purpose}\n${body}`);

/**
 * Writes a state.
 *
 * @param purpose Whose request it is, and what it calls.
 * @param answers What has been answered.
 * @param now The time of day, in milliseconds.
 */
export async function writeState(
  purpose: string,
  answers: Readonly<Record<string, unknown>>,
  now: number = Date.now(),
): Promise<string> {
  const body = encodeBase64(new TextEncoder().encode(writeJson([now + VALID_MS, answers])));
  const signature = await crypto.subtle.sign("HMAC", await signingKey(), signed(purpose, body));
  return `${body}.${encodeBase64(new Uint8Array(signature))}`;
}

/**
 * Reads a state.
 *
 * @param purpose Whose request it is, and what it calls.
 * @param state What the client sent.
 * @param now The time of day, in milliseconds.
 * @returns What has been answered; undefined for a state that was not given for this, was changed, or is too old.
 */
export async function readState(
  purpose: string,
  state: unknown,
  now: number = Date.now(),
): Promise<Record<string, unknown> | undefined> {
  if (typeof state !== "string" || state.length > MAX_LENGTH) return undefined;
  const dot = state.lastIndexOf("."),
    body = state.slice(0, Math.max(dot, 0)),
    signature = state.slice(dot + 1);
  const bytes = decodeBase64(signature), content = decodeBase64(body);
  if (!bytes || !content) return undefined;
  const isOurs = await crypto.subtle.verify("HMAC", await signingKey(), bytes, signed(purpose, body));
  if (!isOurs) return undefined;
  const [until, answers] = parseJson(new TextDecoder().decode(content)) as [
    number,
    Record<string, unknown>,
  ];
  return until > now ? answers : undefined;
}
