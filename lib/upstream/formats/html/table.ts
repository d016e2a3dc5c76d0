/**
 * One table of a page as records: cells that span several rows or columns stand in each of them.
 *
 * @module
 */
import type { Budget } from "../budget.ts";
import { setEntry } from "../entry.ts";
import { type HtmlNode, htmlText, isTag, walk } from "./text.ts";

interface Cell {
  readonly header: boolean;
  readonly text: string;
}

type Row = readonly Cell[];

const NO_CELL: Cell = { header: false, text: "" };
const MAX_SPAN = 100;

/**
 * Reads a table. Rows of header cells at its top name the columns. Where every row begins with a header cell and has
 * others beside it, the table lies on its side: each column is a record. Without header cells the first row names the
 * columns; a single row has columns called 1, 2, 3.
 *
 * @param table The `table` element; tables inside it are not part of it.
 * @param budget What may be made of the page.
 * @returns Its rows; undefined when it has no cells.
 * @throws {CallError} `response_too_large` when it has too many cells.
 */
export function readTable(table: HtmlNode, budget: Budget): Record<string, string>[] | undefined {
  const rows = rowsOf(table, budget).filter((row) => row.some((cell) => cell.text !== "" || cell.header));
  if (rows.length === 0) return undefined;
  const heads = rows.findIndex((row) => !isHead(row));
  if (heads !== 0) {
    const count = heads < 0 ? rows.length : heads;
    return records(columnsOf(rows.slice(0, count)), rows.slice(count).filter((row) => !isHead(row)), budget);
  }
  if (rows.every((row) => row[0]!.header)) {
    const width = Math.max(...rows.map((row) => row.length));
    const sides = Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? NO_CELL));
    return records(columnsOf(sides.slice(0, 1)), sides.slice(1), budget);
  }
  const first = rows.findIndex(isHead);
  // A caption or a note may stand in a row of its own above the header.
  if (first > 0 && rows.slice(0, first).every((row) => new Set(row).size === 1)) {
    return records(columnsOf([rows[first]!]), rows.slice(first + 1).filter((row) => !isHead(row)), budget);
  }
  if (rows.length === 1) return records(rows[0]!.map((_, i) => `${i + 1}`), rows, budget);
  return records(columnsOf(rows.slice(0, 1)), rows.slice(1), budget);
}

/** Whether all cells of a row are header cells; an empty corner may be an ordinary one. */
function isHead(row: Row): boolean {
  return row.some((cell) => cell.header) && row.every((cell) => cell.header || cell.text === "");
}

/** Names of columns from the rows above them: different texts above one another are joined, none is there twice. */
function columnsOf(heads: readonly Row[]): string[] {
  const taken = new Set<string>(), width = Math.max(...heads.map((row) => row.length));
  return Array.from({ length: width }, (_, i) => {
    const texts = new Set(heads.map((row) => row[i]?.text ?? "").filter((text) => text !== ""));
    const name = [...texts].join(" ") || `${i + 1}`;
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name} ${n}`;
    taken.add(unique);
    return unique;
  });
}

function records(columns: readonly string[], rows: readonly Row[], budget: Budget): Record<string, string>[] {
  return rows.map((row) => {
    const record: Record<string, string> = {};
    budget.spend(columns.length + 1);
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
      const cell = { header, text: htmlText(child, budget) };
      const wide = spanOf(child, "colspan"), high = spanOf(child, "rowspan");
      for (let i = 0; i < wide; i++) {
        take();
        if (high > 1) below[row.length] = { cell, rows: high - 1 };
        row.push(cell);
      }
    }
    take();
    // A short row below a cell further right: the gap is empty.
    while (row.length < reaching.length) {
      row.push(NO_CELL);
      take();
    }
    budget.spend(row.length + 1, row.reduce((length, cell) => length + cell.text.length, 0));
    reaching = below;
    rows.push(row);
  }
  return rows;
}

function spanOf(cell: HtmlNode, name: "colspan" | "rowspan"): number {
  const span = Number.parseInt(cell.attribs?.[name] ?? "1", 10);
  return span >= 1 ? Math.min(span, MAX_SPAN) : 1;
}
