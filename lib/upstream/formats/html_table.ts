/**
 * One table of a page: rows keyed by the header row, cells that span several rows or columns in each of them.
 *
 * @module
 */
import { badResponse } from "./bad_response.ts";
import { setEntry } from "./entry.ts";
import { type HtmlNode, isTag, textOf, walk } from "./html_text.ts";

/** How many cells may still be made. */
export interface Budget {
  cells: number;
}

interface Cell {
  readonly header: boolean;
  readonly text: string;
}

const NO_CELL: Cell = { header: false, text: "" };
const MAX_SPAN = 100;

/**
 * Reads a table. The first row with a header cell names the columns; other rows with one are left out.
 *
 * @param table The `table` element; tables inside it are not part of it.
 * @param budget What is left of the cells a page may have.
 * @returns Its rows; undefined when it has no header.
 * @throws {CallError} `bad_response` when it has too many cells.
 */
export function readTable(table: HtmlNode, budget: Budget): Record<string, string>[] | undefined {
  const rows = rowsOf(table, budget);
  const headed = rows.findIndex((row) => row.some((cell) => cell.header));
  if (headed === -1) return undefined;
  const columns = rows[headed]!.map((cell) => cell.text);
  const body = rows.filter((row) => row.length > 0 && !row.some((cell) => cell.header));
  spend(budget, body.length * columns.length);
  return body.map((row) => {
    const record: Record<string, string> = {};
    columns.forEach((column, i) => setEntry(record, column, row[i]?.text ?? ""));
    return record;
  });
}

function rowsOf(table: HtmlNode, budget: Budget): Cell[][] {
  const rows: Cell[][] = [];
  /** By column, the cells of rows above that reach into the next one. */
  let reaching: ({ cell: Cell; rows: number } | undefined)[] = [];
  for (const tr of walk(table, (node) => isTag(node, "table"))) {
    if (!isTag(tr, "tr")) continue;
    const row: Cell[] = [], below: typeof reaching = [];
    const take = () => {
      for (let above = reaching[row.length]; above; above = reaching[row.length]) {
        if (above.rows > 1) below[row.length] = { cell: above.cell, rows: above.rows - 1 };
        row.push(above.cell);
      }
    };
    for (const child of tr.children ?? []) {
      const header = isTag(child, "th");
      if (!header && !isTag(child, "td")) continue;
      const cell = { header, text: textOf(child) };
      const wide = spanOf(child, "colspan"), high = spanOf(child, "rowspan");
      for (let i = 0; i < wide; i++) {
        take();
        if (high > 1) below[row.length] = { cell, rows: high - 1 };
        row.push(cell);
      }
    }
    take();
    if (row.length < reaching.length) {
      // A short row below a cell further right: the gap is empty.
      while (row.length < reaching.length) {
        row.push(NO_CELL);
        take();
      }
    }
    spend(budget, row.length + 1);
    reaching = below;
    rows.push(row);
  }
  return rows;
}

function spanOf(cell: HtmlNode, name: "colspan" | "rowspan"): number {
  const span = Number.parseInt(cell.attribs?.[name] ?? "1", 10);
  return span >= 1 ? Math.min(span, MAX_SPAN) : 1;
}

function spend(budget: Budget, cells: number): void {
  budget.cells -= cells;
  if (budget.cells < 0) throw badResponse("HTML", "its tables have too many cells");
}
