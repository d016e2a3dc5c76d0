/**
 * Values on their way into a request: as text, and with their secrets shown or hidden.
 *
 * @module
 */
import { writeJson } from "../data/json.ts";
import { MediaBytes } from "../data/media_bytes.ts";
import { Secret } from "../expression/secret.ts";
import { textOf as plainText } from "../expression/text.ts";
import type { FixedText } from "./operation.ts";

/** What stands for a secret: its text in a request, `***` in a preview. */
export type Show = (secret: Secret) => string;

/** Shows a secret; for requests alone. */
export const reveal: Show = (secret) => secret.reveal();

/** Hides a secret. */
export const mask: Show = () => "***";

/**
 * The text of a value. Objects and arrays are compact JSON; absent and null values are empty text.
 *
 * @param value Any value.
 * @param show What stands for a secret.
 */
export function shownText(value: unknown, show: Show): string {
  if (typeof value !== "object" || value === null || value instanceof MediaBytes) return plainText(value);
  return value instanceof Secret ? show(value) : writeJson(withSecretsShown(value, show));
}

/**
 * The values a field of a query, header or form has: an array gives several, absent and null give none.
 *
 * @param value Any value.
 * @param show What stands for a secret.
 */
export function shownTexts(value: unknown, show: Show): string[] {
  if (!Array.isArray(value)) return [shownText(value, show)];
  return value.filter((item) => item !== undefined && item !== null).map((item) => shownText(item, show));
}

function holdsSecretValue(value: unknown): boolean {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  if (value instanceof Secret) return true;
  return Array.isArray(value) ? value.some(holdsSecretValue) : Object.values(value).some(holdsSecretValue);
}

/** Whether a value is an object of data, and none that stands for a text, a number or bytes. */
export function isData(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object") return false;
  const kind = Object.getPrototypeOf(value);
  return kind === Object.prototype || kind === null;
}

/** JSON-like data with every secret in it shown; the very same data where there is none. */
export function withSecretsShown(value: unknown, show: Show): unknown {
  return holdsSecretValue(value) ? unwrap(value, show) : value;
}

function unwrap(value: unknown, show: Show): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return show(value);
  if (Array.isArray(value)) return value.map((item) => unwrap(item, show));
  if (!isData(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item, show)]));
}

/** The text of a fixed text. */
export function fixedText(text: FixedText, show: Show): string {
  if (typeof text === "string") return text;
  if (text instanceof Secret) return show(text);
  return text.map((piece) => typeof piece === "string" ? piece : show(piece)).join("");
}

/** Whether a fixed text holds a secret. */
export function holdsSecret(text: FixedText): boolean {
  if (typeof text === "string") return false;
  return text instanceof Secret || text.some((piece) => typeof piece !== "string");
}

/** Percent-encodes everything that is not unreserved. A lone surrogate becomes U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed());
}
