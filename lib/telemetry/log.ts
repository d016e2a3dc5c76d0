/**
 * The lines of the log: what they hold, and how they are written.
 *
 * @module
 */

/** How important a line is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** The levels, least important first. */
export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** One line of the log. Secrets are out of it. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly level: LogLevel;
  /** What it is about: `call`, `event`, `missed`, `script`, `drift`, or `capstan` itself. */
  readonly logger: string;
  /** One line for a person. */
  readonly message: string;
  /** More, for a machine. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** A line for a program: one JSON object. */
export function jsonLine({ time, level, logger, message, data }: LogRecord): string {
  return JSON.stringify({ time: new Date(time).toISOString(), level, logger, message, ...data });
}

let second = NaN, secondText = "";

/** A second in UTC, such as `2026-11-28T12:03:11`, which is the same for many lines. */
function secondAt(time: number): string {
  const now = Math.floor(time / 1000);
  if (now !== second) {
    secondText = new Date(now * 1000).toISOString().slice(0, 19);
    second = now;
  }
  return secondText;
}

/** A moment as `toISOString` writes it. */
export function isoTime(time: number): string {
  const milliseconds = Math.floor(time) - Math.floor(time / 1000) * 1000;
  return `${secondAt(time)}.${milliseconds < 10 ? "00" : milliseconds < 100 ? "0" : ""}${milliseconds}Z`;
}

/** The time of day with which a line for a person begins, in UTC: `12:03:11Z`. */
export function timeOfDay(time: number): string {
  return `${secondAt(time).slice(11)}Z`;
}

/** A line for a person: the time of day in UTC, and the message. */
export function textLine({ time, level, message }: LogRecord): string {
  return `${timeOfDay(time)} ${level === "info" ? "" : `${level}: `}${message}`;
}

/** Whether a line is at least as important as a level. */
export function isAtLeast(record: LogRecord, level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(record.level) >= LOG_LEVELS.indexOf(level);
}
