/**
 * Cookies of a request.
 *
 * @module
 */
import { percentEncode } from "../value.ts";

/** One cookie. What would end it or its header is percent-encoded; blanks inside a value stay. */
export function cookiePair(name: string, value: string): string {
  const safeName = name.replace(/[^!#$%&'*+\-.^_`|~0-9A-Za-z[\]:]/gu, percentEncode);
  const safeValue = value.replace(/^ +| +$|[^\x20-\x7e]+|[";,\\]/gu, percentEncode);
  return `${safeName}=${safeValue}`;
}

/**
 * The cookies of a Cookie header that a caller gave, without those that a credential fills.
 *
 * @param header The header's value.
 * @param taken Names, in small letters, that are left out.
 */
export function cookiesIn(header: string | undefined, taken: ReadonlySet<string>): string {
  if (header === undefined) return "";
  if (taken.size === 0) return header;
  return header.split(";").map((pair) => pair.trim())
    .filter((pair) => pair !== "" && !taken.has(pair.split("=", 1)[0]!.trim().toLowerCase()))
    .join("; ");
}
