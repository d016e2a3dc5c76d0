/**
 * HTML answers: the tables of the page, `{ "tables": [[row, …], …] }`, each row an object keyed by the header row.
 *
 * @module
 */
import { compile, selectAll } from "css-select";
import { badSchema } from "./bad_response.ts";
import { readTable } from "./html_table.ts";
import { parsePage } from "./html_page.ts";
import { type HtmlNode, isTag, walk } from "./html_text.ts";

type Select = (node: HtmlNode) => boolean;
/** Spans and missing cells make a small page large; real tables stay far below. */
const MAX_CELLS = 2_000_000;

const selectors = new Map<string, Select>();

/**
 * Reads the tables of a page. A table without header cells is left out.
 *
 * @param text The page.
 * @param selector A CSS selector: only tables it matches, and tables inside what it matches, are read.
 * @throws {CallError} `misconfigured` for a selector that is none, `bad_response` for elements nested without end.
 */
export function decodeHtml(
  text: string,
  selector: string | undefined,
): { tables: Record<string, string>[][] } {
  const page = parsePage(text);
  const roots = selector === undefined || selector.trim() === ""
    ? [page]
    : selectAll<HtmlNode, HtmlNode>(compiled(selector), page);
  const tables = new Set<HtmlNode>();
  for (const root of roots) for (const node of walk(root)) if (isTag(node, "table")) tables.add(node);
  const budget = { cells: MAX_CELLS };
  return {
    tables: [...tables].map((table) => readTable(table, budget)).filter((rows) => rows !== undefined),
  };
}

function compiled(selector: string): Select {
  let select = selectors.get(selector);
  if (!select) {
    try {
      select = compile<HtmlNode, HtmlNode>(selector) as Select;
    } catch (cause) {
      throw badSchema(
        `outputSchema ${JSON.stringify(selector)} is no CSS selector: ${(cause as Error).message}`,
        "write a selector such as table.prices or #results",
        { cause },
      );
    }
    selectors.set(selector, select);
  }
  return select;
}
