/**
 * Answers in rows of fields, separated by commas, tabs or bars: an array with one object per row, keyed by the
 * header row. Every field is text.
 *
 * @module
 */
import { CsvError, parse } from "csv-parse/sync";
import { badResponse } from "./bad_response.ts";
import { Budget } from "./budget.ts";
import { setEntry } from "./entry.ts";

const DELIMITER = { csv: ",", tsv: "\t", psv: "|" } as const;
const OPTIONS = {
  record_delimiter: ["\r\n", "\n", "\r"],
  relax_column_count: true,
  relax_quotes: true,
  // A line without a field is no row.
  skip_empty_lines: true,
};
/** What columns are separated by in files of another kind, as people name it. */
const SEPARATORS: readonly (readonly [string, string])[] = [
  [";", "semicolons"],
  ["\t", "tabs"],
  ["|", "bars"],
  [",", "commas"],
];

/** What csv-parse tells of a row. */
interface RowInfo {
  readonly lines: number;
}

/**
 * Reads rows. A row may have fewer fields than the header, never more. Lines without any field are left out.
 *
 * @param text The rows, the header first.
 * @param format Which delimiter separates the fields. TSV has no quotes: a quote is a character like any other.
 * @param budget What may be made of it; notes columns of one name, and a header that is not split.
 * @throws {CallError} `bad_response`, saying where; `response_too_large` for too many fields.
 */
export function decodeDelimited(
  text: string,
  format: "csv" | "tsv" | "psv",
  budget: Budget = new Budget(format.toUpperCase()),
): unknown {
  const name = format.toUpperCase(), records: Record<string, string>[] = [];
  let keys: readonly string[] | undefined;
  const takeRow = (fields: string[], { lines }: RowInfo): null => {
    budget.spend(fields.length + 1);
    if (keys === undefined) {
      keys = fields.map((key) => key.trim());
      noteHeader(keys, format, budget);
      return null;
    }
    if (fields.length > keys.length) {
      throw badResponse(
        name,
        `a row has ${fields.length} fields where the header has ${keys.length}`,
        { text, line: lines, column: 0 },
        "check the delimiter, and that the first row names the columns",
      );
    }
    const record: Record<string, string> = {};
    for (let k = 0; k < fields.length; k++) setEntry(record, keys[k]!, fields[k]!);
    records.push(record);
    return null;
  };
  try {
    parse(text, {
      ...OPTIONS,
      delimiter: DELIMITER[format],
      ...(format === "tsv" ? { quote: false } : {}),
      // Rows are taken as they are read: a list of them beside the records would double what a large answer costs.
      on_record: takeRow as never,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? error["lines"] : 1;
    const reason = error.code === "CSV_QUOTE_NOT_CLOSED"
      ? "a quoted field is not closed"
      : "a row cannot be read";
    throw badResponse(name, reason, { text, line, column: 0 });
  }
  return records;
}

function noteHeader(keys: readonly string[], format: "csv" | "tsv" | "psv", budget: Budget): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) {
      budget.note(`several columns are called ${JSON.stringify(key)}; the last of them is kept`);
    }
    seen.add(key);
  }
  if (keys.length > 1 && seen.has("")) budget.note('a column has no name in the header; its key is ""');
  const [only = ""] = keys;
  if (keys.length > 1) return;
  const other = SEPARATORS.find(([separator]) => separator !== DELIMITER[format] && only.includes(separator));
  if (!other) return;
  budget.note(
    `the first row is one column, ${JSON.stringify(only.slice(0, 80))}: the columns seem to be separated by ${
      other[1]
    }, and ${format.toUpperCase()} separates them by ${
      SEPARATORS.find(([separator]) => separator === DELIMITER[format])![1]
    }`,
  );
}
