/**
 * Keys and entries of lists with nothing behind them.
 *
 * @module
 */
import type { Report } from "../diagnostics/report.ts";
import type { Raw } from "./raw.ts";

/** Keys of words for people, and of what may be left open while a document is written. */
const UNMISSED: ReadonlySet<string> = new Set([
  "display",
  "description",
  "version",
  "created",
  "modified",
  "email",
]);
/** Keys whose absence is reported anyway, by what needs them. */
const TELLING: ReadonlySet<string> = new Set(["name", "namespace", "call", "baseUri", "uri", "type"]);

/** Reports an entry of a list with nothing behind its dash. */
export function reportEmptyEntry(report: Report, list: object, i: number, key: string | number): void {
  report.add(
    "warning",
    "empty-value",
    `entry ${i + 1} of ${typeof key === "number" ? "this list" : key} is empty and is left out`,
    report.locate(list, i),
    "remove it, or write what it should be",
  );
}

/** Reports a key with nothing behind its colon; of words for people and of collections only to those who ask. */
export function reportEmptyKey(report: Report, raw: Raw, key: string, said: string): void {
  const message = `${key} has no value and is left out`, fix = "remove it, or give it a value";
  if (UNMISSED.has(key) || /^[A-Z[{<]/.test(said)) {
    report.lenient("empty-value", key, message, [raw, key], fix);
  } else if (!TELLING.has(key)) {
    report.once(key, "warning", "empty-value", message, report.locate(raw, key, "key"), fix);
  }
}
