/**
 * Answers in rows of fields, separated by commas, tabs or bars: an array with one object per row, keyed by the
 * header row. Every field is text.
 *
 * @module
 */
import { CsvError, parse } from "csv-parse/sync";
import { badResponse } from "./bad_response.ts";
import { setEntry } from "./entry.ts";

const DELIMITER = { csv: ",", tsv: "\t", psv: "|" } as const;
const OPTIONS = {
  record_delimiter: ["\r\n", "\n", "\r"],
  relax_column_count: true,
  relax_quotes: true,
};

/**
 * Reads rows. A row may have fewer fields than the header, never more.
 *
 * @param text The rows, the header first.
 * @param format Which delimiter separates the fields.
 * @throws {CallError} `bad_response`, saying where.
 */
export function decodeDelimited(text: string, format: "csv" | "tsv" | "psv"): unknown {
  const name = format.toUpperCase();
  const options = { ...OPTIONS, delimiter: DELIMITER[format] };
  let rows: string[][];
  try {
    rows = parse(trimEnd(text), options);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? error["lines"] : 1;
    const reason = error.code === "CSV_QUOTE_NOT_CLOSED" ? "a quoted field is not closed" : error.message;
    throw badResponse(name, reason, { text, line, column: 0 });
  }
  const [header, ...records] = rows;
  if (!header) return [];
  const keys = header.map((key) => key.trim());
  return records.map((fields, i) => {
    if (fields.length > keys.length) {
      throw badResponse(
        name,
        `a row has ${fields.length} fields where the header has ${keys.length}`,
        { text, line: lineOf(text, options, i + 1), column: 0 },
        "check the delimiter, and that the first row names the columns",
      );
    }
    const record: Record<string, string> = {};
    for (let k = 0; k < fields.length; k++) setEntry(record, keys[k]!, fields[k]!);
    return record;
  });
}

/** The line a row ends on. Only asked for when something is wrong. */
function lineOf(text: string, options: typeof OPTIONS & { delimiter: string }, row: number): number {
  const rows = parse(text, { ...options, info: true, to: row + 1 }) as unknown as {
    info: { lines: number };
  }[];
  return rows[row]?.info.lines ?? 0;
}

/** Blank lines at the end are no rows. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return text.slice(0, end);
}
