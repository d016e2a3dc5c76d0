/**
 * When a call is tried again, and after how long.
 *
 * @module
 */

/** How often a call is tried at most. */
export const ATTEMPTS = 3;

const RETRIED = new Set([429, 502, 503, 504]);

/** Whether an answer of this status may be followed by another try. */
export function isRetried(status: number): boolean {
  return RETRIED.has(status);
}

/** A date as HTTP writes it, in its own form or one of the two obsolete ones. */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? [\w :+-]+$/;

/** What an API asks to wait is at most a year: a longer time means nothing, and has no digits of its own in the end. */
const LONGEST_SECONDS = 366 * 24 * 3600;

/**
 * Seconds that the Retry-After header of an answer asks to wait; undefined without a usable one.
 *
 * @param headers Of the answer. A date is counted from the server's own clock, where it tells it.
 * @param now Milliseconds since the epoch.
 */
export function retryAfter(headers: Pick<Headers, "get">, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text), LONGEST_SECONDS);
  const date = HTTP_DATE.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(date)) return undefined;
  const theirs = Date.parse(headers.get("date") ?? "");
  const seconds = Math.ceil((date - (Number.isNaN(theirs) ? now : theirs)) / 1000);
  return Math.max(0, Math.min(seconds, LONGEST_SECONDS));
}

/**
 * Milliseconds to wait before the next try: doubling, and never in step with others.
 *
 * @param attempt How many tries there were.
 * @param random From 0 to 1.
 */
export function backoff(attempt: number, random: number = Math.random()): number {
  return 200 * 2 ** (attempt - 1) * (0.5 + random / 2);
}
