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

/**
 * Seconds a Retry-After header asks to wait; undefined without a usable one.
 *
 * @param value Seconds or a date.
 * @param now Milliseconds since the epoch.
 */
export function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
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
